"""Where files, lake and people meet: a folder of exports becomes facts.

importing.py     the whole way of an import, step by step, each of which may be repeated
undoing.py       the last import is taken back
previewing.py    what an import would find, before anything is stored
recognising.py   which source understands which table
suggesting.py    a first mapping for what no source understands
staging.py       one table of facts: pseudonyms, rows held back, rows for the lake, cards of people
people.py        people and companies to operations; who is who back to the lake
quarantine.py    rows that could not become facts
capabilities.py  what the facts can show, and what they lack
report.py        what an import did
observing/       what the facts show, for a first agreement to argue about
"""

from revloop.intake.importing import Request, run
from revloop.intake.suggesting import suggest
from revloop.intake.undoing import undo

__all__ = ["Request", "run", "suggest", "undo"]
