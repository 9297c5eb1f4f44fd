"""The example company Acme, with planted truths. See README.md in this folder."""

from revloop.example.company import SEED, Company, make
from revloop.example.sizes import SIZES, Size, SizeName
from revloop.example.truths import TRUTHS, Truths

__all__ = ["SEED", "SIZES", "TRUTHS", "Company", "Size", "SizeName", "Truths", "make"]
