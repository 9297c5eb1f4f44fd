"""Instants and lengths between Arrow and numpy, without a detour over pandas.

Building an Arrow array from numpy, or the reverse, may import pandas where it is installed, which
costs a second; so the buffers are handed over as they are. Null is NaT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from revloop.kit.errors import InvalidInput

_NAT = int(np.iinfo(np.int64).min)
if TYPE_CHECKING:
    Column = pa.Array[Any] | pa.ChunkedArray[Any]


def instants_from_arrow(column: Column) -> NDArray[np.datetime64]:
    """A column of timestamps with a time zone as `datetime64[us]` in UTC."""
    if not pa.types.is_timestamp(column.type) or column.type.tz is None:
        raise InvalidInput(
            "working_time.naive_instant",
            f"a column of type {column.type} does not say which instants it holds",
            hint='cast it to timestamp("us", tz="UTC")',
        )
    return _values(column, pa.timestamp("us", tz="UTC")).view("datetime64[us]")


def lengths_from_arrow(column: Column) -> NDArray[np.timedelta64]:
    """A column of durations as `timedelta64[us]`."""
    if not pa.types.is_duration(column.type):
        raise InvalidInput(
            "working_time.not_a_length",
            f"a column of type {column.type} does not hold lengths of time",
            hint='cast it to duration("us")',
        )
    return _values(column, pa.duration("us")).view("timedelta64[us]")


def instants_to_arrow(instants: NDArray[np.datetime64]) -> pa.Array[Any]:
    """`datetime64[us]` in UTC as timestamp[us, UTC]."""
    return _array(instants.astype("datetime64[us]", copy=False), pa.timestamp("us", tz="UTC"))


def lengths_to_arrow(lengths: NDArray[np.timedelta64]) -> pa.Array[Any]:
    """`timedelta64[us]` as duration[us]."""
    return _array(lengths.astype("timedelta64[us]", copy=False), pa.duration("us"))


def _values(column: Column, kind: pa.DataType) -> NDArray[np.int64]:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    try:
        whole = whole.cast(kind)
    except pa.ArrowInvalid as problem:
        raise InvalidInput(
            "working_time.finer_than_microseconds",
            f"a column of type {column.type} holds a value that is no whole number of microseconds",
            hint=f"round it on purpose: column.cast({kind}, safe=False)",
        ) from problem
    part = slice(whole.offset, whole.offset + len(whole))
    validity, data = (memoryview(buffer or b"") for buffer in whole.buffers())
    values = np.frombuffer(data, np.int64)[part]
    if not whole.null_count:
        return values
    known = np.unpackbits(np.frombuffer(validity, np.uint8), axis=None, bitorder="little")[part]
    return np.where(known, values, _NAT)


def _array(values: NDArray[np.datetime64 | np.timedelta64], kind: pa.DataType) -> pa.Array[Any]:
    known = ~np.isnat(values)
    validity = None if known.all() else pa.py_buffer(np.packbits(known, bitorder="little").data)
    data = pa.py_buffer(np.ascontiguousarray(values).view(np.int64).data)
    return pa.Array.from_buffers(kind, values.size, [validity, data])
