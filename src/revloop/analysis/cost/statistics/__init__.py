"""What the cost comes to: pure functions, no tables."""
