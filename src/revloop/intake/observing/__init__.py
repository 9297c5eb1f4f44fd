"""What the facts show about how a company works: enough for a first agreement to argue about.

everything.py  all of it together
hours.py       when the people of each place reach out
attempts.py    what counts as a try to reach somebody
raised.py      each inquiry with its lane and its first answer
waiting.py     how long inquiries waited, those never answered among them
responses.py   waiting times by lane and by source
history.py     stages, reasons, roles and money
"""

from revloop.intake.observing.everything import observe
from revloop.intake.observing.hours import Given

__all__ = ["Given", "observe"]
