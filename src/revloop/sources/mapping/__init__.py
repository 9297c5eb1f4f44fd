"""Any export that no profile knows, by a mapping file: which columns are which fields of which facts.

form.py        the keys of the file
reading.py     bytes to a mapping, or every problem with its place
words.py       kinds, fields and options that a mapping may name
constants.py   values that are the same for every row
files.py       which tables are meant; mended spellings; values of other files
conditions.py  which rows are meant
fields.py      a column to a field of a fact
facts.py       rows to tables of facts
check.py       a mapping against its tables
source.py      the mapping as a source
suggest/       a first mapping, guessed from the tables
"""

from revloop.sources.mapping.check import check
from revloop.sources.mapping.files import Mended, mendings
from revloop.sources.mapping.reading import InvalidMapping, Mapping, load, parse
from revloop.sources.mapping.source import MappingSource
from revloop.sources.mapping.suggest import suggest

__all__ = [
    "InvalidMapping",
    "Mapping",
    "MappingSource",
    "Mended",
    "check",
    "load",
    "mendings",
    "parse",
    "suggest",
]
