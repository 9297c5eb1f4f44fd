"""What the agreement says of one lead, and of tables of leads.

records.py        one lead as a document: read, checked
events.py         touches and activities
customers.py      tier, exclusion and persona
signals.py        numbers about the recent past
scores.py         fit within bounds, interest that fades; score_columns.py for tables
lead.py           all of it for one lead, with the trace: lane, stages, what is missing
judges.py         conditions compiled once
"""
