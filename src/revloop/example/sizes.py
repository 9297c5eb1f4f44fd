"""How large the example company is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SizeName = Literal["small", "demo", "large"]


@dataclass(frozen=True, slots=True)
class Size:
    """Counts of one block; a company is made of blocks of accounts that never meet."""

    inquiries: int
    touches: int
    assets: int
    """Pieces of content that sellers may use."""
    respondents: int
    """People of each side who answer a survey; five is the fewest that may be shown."""
    blocks: int = 1


SIZES: dict[SizeName, Size] = {
    "small": Size(inquiries=400, touches=6_000, assets=20, respondents=5),
    "demo": Size(inquiries=20_000, touches=400_000, assets=60, respondents=8),
    "large": Size(inquiries=20_000, touches=200_000, assets=200, respondents=40, blocks=50),
}
