"""What happened: the kinds of facts, and the words that conditions may use for them."""
