"""The facts on Spark, for a company that has outgrown one machine.

Delta tables are opened as the lists of their Parquet files, so Spark needs nothing but itself.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from revloop.kit.errors import NotAvailable

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from pyspark.sql import DataFrame  # type: ignore[import-not-found,unused-ignore]

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "8",
}


_JAVA = "install Java 17 or newer"


class OnSpark:
    """Reads the lake's files on the Spark session of this process, and makes one if there is none.

    A session that is running already keeps its own settings but one: its time zone becomes UTC.
    """

    def __init__(self, *, memory_limit: str) -> None:
        try:
            import ibis  # noqa: PLC0415 - half a second
            from pyspark.sql import (  # type: ignore[import-not-found,unused-ignore]
                SparkSession,
            )

            connect = ibis.pyspark.connect
        except ImportError as error:
            raise NotAvailable(
                "engine.no_spark",
                "Spark is not installed here",
                hint=f"pip install 'revloop[spark]', and {_JAVA}",
            ) from error
        if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
            raise NotAvailable(
                "engine.no_java", "Spark needs Java, and none is found here", hint=_JAVA
            )
        builder = SparkSession.builder.appName("revloop")
        for key, value in _SETTINGS.items():
            builder = builder.config(key, value)
        self._spark = builder.config("spark.driver.memory", _as_java(memory_limit)).getOrCreate()
        self._spark.conf.set("spark.sql.session.timeZone", "UTC")
        self.con = connect(self._spark)

    def table(self, files: Sequence[Path], columns: pa.Schema) -> ir.Table:
        from pyspark.sql.pandas.types import (  # type: ignore[import-not-found,unused-ignore]
            from_arrow_schema,
        )

        schema = from_arrow_schema(columns)
        if files:
            frame = self._spark.read.schema(schema).parquet(*map(str, files))
        else:
            frame = self._spark.createDataFrame([], schema)
        return self._viewed(frame)

    def held(self, table: pa.Table) -> ir.Table:
        return self._viewed(self._spark.createDataFrame(table).cache())

    def named(self, table: ir.Table) -> ir.Table:
        return self._viewed(self._frame(table))

    def kept(self, table: ir.Table) -> ir.Table:
        return self._viewed(self._frame(table).cache())

    def _frame(self, table: ir.Table) -> DataFrame:
        return self._spark.sql(str(self.con.compile(table)))

    def _viewed(self, frame: DataFrame) -> ir.Table:
        name = f"view_{uuid.uuid4().hex}"
        frame.createOrReplaceTempView(name)
        return self.con.table(name)

    def arrow(self, table: ir.Table) -> pa.Table:
        computed: pa.Table = self._frame(table).toArrow()
        return computed

    def close(self) -> None:
        """Leave the session to its process: others may be using it."""


def _as_java(memory: str) -> str:
    """`1500MB` as the JVM writes it."""
    return memory.upper().removesuffix("B").lower()
