"""What marketing and sales cost, and what is left of what is sold."""
