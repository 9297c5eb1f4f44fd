"""What the exports of all CRMs have in common: objects as data, their records, stages, words.

objects.py    an object as data: by which columns its tables are known, and what they hold
readers.py    one reader for each type of column
entities.py   what every record is: dated, perhaps deleted, perhaps unfit
looks.py      a glance at a whole table, so that plain columns are read plainly
records.py    the rows of an object, typed, from every table and dialect that holds it
stages.py     entries into stages out of histories
words.py      what sellers write: kinds of activities, outcomes, roles
"""
