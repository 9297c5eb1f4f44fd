"""Decisions on identity: pure, no framework, no storage.

text.py       text made comparable
emails.py     the key of an e-mail address; role mailboxes
phones.py     the key of a telephone number
domains.py    host names, free mail, what is registered
names.py      names of people and companies, and when they differ
resolving.py  records in, clusters and the reason of each union out
matching.py   the company of a person
"""
