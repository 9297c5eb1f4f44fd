"""How leads go around the loop: how many come through, how long it takes, where they leak."""
