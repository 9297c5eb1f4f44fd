"""Where facts come from: reading files, then one package for each kind of export."""
