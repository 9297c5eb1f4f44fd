"""`python -m revloop`."""

from revloop.cli import main

main()
