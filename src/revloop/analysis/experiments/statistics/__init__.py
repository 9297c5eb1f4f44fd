"""What chance leaves of an experiment: pure functions, no tables."""
