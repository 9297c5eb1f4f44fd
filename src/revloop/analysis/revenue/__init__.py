"""What the revenue is made of, and which part of it changed."""
