"""What changed between two versions: in plain words, each change with its class.

    compare.py   two agreements -> the places where they differ
    classes.py   whether a change is major, minor or a patch
    sentences.py a change in words

A version number too small for its changes is an error: numbers counted under both versions would be
pooled although they mean different things.
"""

from revloop.agreement.diff.classes import ChangeClass
from revloop.agreement.diff.compare import Difference, differences
from revloop.agreement.diff.versioned import Change, Diff, diff

__all__ = ["Change", "ChangeClass", "Diff", "Difference", "diff", "differences"]
