"""What was measured: any reading as a page, its file, and the rows behind it.

filters.py   what the address asks for, and what else it could
views.py     a reading, its file, its rows
words.py     how cells and columns are said
"""
