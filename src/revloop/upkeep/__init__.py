"""Looking after a workspace: what is in it, getting it out, keeping it safe.

status.py   what is there, how fresh it is, and what it can show
export.py   facts to files, in the form that an import understands
backup.py   the whole workspace as one file, proven by restoring it
doctor.py   what is wrong, and the cure
"""
