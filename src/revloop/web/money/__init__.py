"""Money: what earned what was booked, what it cost, and what to do next."""
