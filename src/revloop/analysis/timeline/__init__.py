"""What happened with a company and with a person, in the order in which it happened."""
