"""What ChannelAttribution makes of the touches of `bench.attribution`, in an environment of its own.

`python attribution_peer.py polars DIRECTORY SEED`, or `pandas`: that is what lays the paths; the seed
is that of the simulation. It imports nothing of ours: ChannelAttribution is under the GPL.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ChannelAttribution
import pandas as pd


def main(way: str, place: Path, seed: int) -> None:
    lay = WAYS[way]()
    begun = time.perf_counter()
    paths = lay(place)
    laid = time.perf_counter() - begun
    columns = (paths, "path", "conversions", "value")
    rules = ChannelAttribution.heuristic_models(*columns, flg_pro=False)
    chain = ChannelAttribution.markov_model(
        *columns, var_null="nulls", order=1, seed=seed, verbose=False, flg_pro=False
    )
    seconds = time.perf_counter() - begun
    print(
        json.dumps(
            {
                "seconds": seconds,
                "laid": laid,
                "peak_mb": peak_mb(),
                "rules": rules.to_dict("list"),
                "chain": chain.to_dict("list"),
            }
        )
    )


def by_polars() -> Callable[[Path], Any]:
    import polars as pl  # noqa: PLC0415 - not beside pandas' measure

    def lay(place: Path) -> Any:
        journeys = pl.scan_parquet(place / "journeys.parquet")
        return (
            pl.scan_parquet(place / "touches.parquet")
            .sort("journey", "at", "touch")
            .group_by("journey", maintain_order=True)
            .agg(pl.col("channel").cast(pl.String).str.join(" > ").alias("path"))
            .join(journeys, on="journey")
            .group_by("path")
            .agg(
                pl.col("converted").sum().cast(pl.Int64).alias("conversions"),
                pl.col("value").sum(),
                (~pl.col("converted")).sum().cast(pl.Int64).alias("nulls"),
            )
            .collect()
            .to_pandas()
        )

    return lay


def by_pandas() -> Callable[[Path], Any]:
    def lay(place: Path) -> Any:
        touches = pd.read_parquet(place / "touches.parquet")
        journeys = pd.read_parquet(place / "journeys.parquet").set_index("journey")
        touches = touches.sort_values(["journey", "at", "touch"])
        touches["channel"] = touches["channel"].astype(str)
        paths = touches.groupby("journey", sort=False)["channel"].agg(" > ".join).rename("path")
        ends = journeys.join(paths, how="inner")
        ends["nulls"] = ~ends["converted"]
        sums = ends.groupby("path", sort=False)[["converted", "value", "nulls"]].sum()
        return sums.reset_index().rename(columns={"converted": "conversions"})

    return lay


def peak_mb() -> float:
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kilobytes) / 1024


WAYS = {"polars": by_polars, "pandas": by_pandas}

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
