"""What the exports of all CRMs have in common: objects as data, their records, stages, words.

objects.py    an object as data: by which columns its tables are known, and what they hold
readers.py    one reader for each type of column
records.py    the rows of an object, typed, from every table and dialect that holds it
stages.py     entries into stages out of histories
words.py      what sellers write: kinds of activities, outcomes, roles
"""
