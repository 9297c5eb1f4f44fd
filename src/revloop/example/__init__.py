"""The example company Acme, with planted truths. See README.md in this folder."""

from revloop.example.company import SEED, UNTIL, Company, make
from revloop.example.sizes import SIZES, Size, SizeName
from revloop.example.truths import TRUTHS, Truths

__all__ = ["SEED", "SIZES", "TRUTHS", "UNTIL", "Company", "Size", "SizeName", "Truths", "make"]
