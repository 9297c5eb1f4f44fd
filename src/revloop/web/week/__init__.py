"""Did we keep our word, and what did it earn? The page that the heads of both teams open on Monday."""
