"""One timeline for everything that happened with a company or a person, as its pages show it.

reading.py     which events a page shows: the latest first, by side or person, fifty at a time
sentences.py   an event as a sentence; words.py the words for each kind
lists.py       companies and people as lists: searched, filtered, counted honestly
"""
