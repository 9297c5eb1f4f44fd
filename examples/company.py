"""Make the example company's data: python examples/company.py FOLDER [--size demo] [--form facts].

Two years that end with the third quarter of 2026, in which all three agreements came into force.
Every number in it is made up, and every effect in it is planted: FOLDER/truth says which.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

from revloop.example import SEED, UNTIL, make
from revloop.example.sizes import SizeName


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the example company's data.")
    parser.add_argument("folder", type=Path, help="where to write it")
    parser.add_argument("--size", choices=get_args(SizeName), default="demo")
    parser.add_argument(
        "--form",
        choices=("facts", "exports"),
        default="facts",
        help="facts as revloop keeps them, or what HubSpot and Salesforce would export",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="another company, the same truths")
    asked = parser.parse_args()
    company = make(asked.size, until=UNTIL, seed=asked.seed)
    if asked.form == "facts":
        company.write_facts(asked.folder / "facts", truth=asked.folder / "truth")
        print(f"{asked.folder / 'facts'} holds two years of the example company.")
    else:
        company.write_exports(asked.folder / "exports", truth=asked.folder / "truth")
        print(f"{asked.folder / 'exports'} holds its exports of HubSpot and of Salesforce.")


if __name__ == "__main__":
    main()
