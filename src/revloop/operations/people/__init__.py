"""Persons, accounts, users and teams; who is the same as whom."""
