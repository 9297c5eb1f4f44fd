"""Words with no business in them: working time, durations, money, clock, errors."""
