"""Tidy frames in and out of the store, each value and each column type as it was.

SQLite columns carry no type here, so whole numbers stay whole and text stays text; what pandas needs to rebuild a
column (its dtype, its categories) is kept as :class:`Column`.
"""

import json
import re
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.errors import ProjectError

CHILD_COLUMNS: frozenset[str] = frozenset(
    {"child", "child_id", "upn", "uln", "forename", "surname", "dob", "birth_date", "date_of_birth", "birth_from"}
    | {"birth_to", "postcode", "home_postcode", "placement_postcode", "home_post", "pl_post"}
)
"""Columns that hold one child each. The store keeps groups only, so that a project can be shared."""

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


@dataclass(frozen=True)
class Column:
    """One column of a stored frame.

    Attributes
    ----------
    name
        Name in the frame.
    dtype
        pandas dtype as text.
    unit
        What a number counts, "" for labels.
    categories
        Labels in order for a categorical column, None otherwise.
    ordered
        Whether the order of the categories means something.
    """

    name: str
    dtype: str
    unit: str = ""
    categories: tuple[Any, ...] | None = None
    ordered: bool = False


def columns_of(table: str, frame: pd.DataFrame) -> tuple[Column, ...]:
    """Describe the columns of a frame, refusing those that a store of groups may not hold.

    Raises
    ------
    ProjectError
        When a name cannot be stored, or a column would hold one child a row.
    """
    names = [str(name) for name in frame.columns]
    if not _NAME.match(table):
        raise ProjectError(f"result table {table!r}: names are lower case letters, digits and underscores.")
    if len({name.lower() for name in names}) < len(names) or "run_id" in names:
        raise ProjectError(f"result table {table}: column names must differ, and run_id is taken: {', '.join(names)}.")
    if children := sorted(CHILD_COLUMNS & {name.lower() for name in names}):
        raise ProjectError(
            f"result table {table}: {', '.join(children)} would store one child a row; only groups are kept."
        )
    units = frame.attrs.get("units", {})
    return tuple(_column(frame[name], str(units.get(name, ""))) for name in frame.columns)


def _column(series: "pd.Series[Any]", unit: str) -> Column:
    name = str(series.name)
    if isinstance(series.dtype, pd.CategoricalDtype):
        categories = tuple(series.cat.categories.tolist())
        return Column(name, "category", unit, categories, bool(series.dtype.ordered))
    return Column(name, str(series.dtype), unit)


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame without an index that carries meaning: a named index becomes columns."""
    named = [name for name in frame.index.names if name is not None]
    return frame.reset_index(drop=not named)


def write_frame(connection: sqlite3.Connection, table: str, run_id: int, frame: pd.DataFrame) -> None:
    """Add the rows of a frame to ``result_<table>``, making the table or its new columns first."""
    known = {row[1].lower() for row in connection.execute(f'PRAGMA table_info("result_{table}")')}
    names = [str(name) for name in frame.columns]
    if not known:
        connection.execute(
            f'CREATE TABLE "result_{table}" (run_id INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE)'
        )
        connection.execute(f'CREATE INDEX "result_{table}_of_run" ON "result_{table}" (run_id)')
    for name in names:
        if name.lower() not in known:
            connection.execute(f'ALTER TABLE "result_{table}" ADD COLUMN {_quoted(name)}')
    fields = ", ".join(["run_id", *map(_quoted, names)])
    marks = ", ".join("?" * (len(names) + 1))
    values = [_stored(frame[name]) for name in frame.columns]
    rows = zip([run_id] * len(frame), *values, strict=True)
    connection.executemany(f'INSERT INTO "result_{table}" ({fields}) VALUES ({marks})', rows)  # noqa: S608 - checked names


def read_frame(connection: sqlite3.Connection, table: str, run_id: int, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return the rows one run stored in ``result_<table>``, in order, with the dtypes they had."""
    fields = ", ".join(_quoted(column.name) for column in columns) or "run_id"
    rows = connection.execute(
        f'SELECT {fields} FROM "result_{table}" WHERE run_id = ? ORDER BY rowid',  # noqa: S608 - names checked when written
        (run_id,),
    ).fetchall()
    if not columns:
        return pd.DataFrame(index=pd.RangeIndex(len(rows)))
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return pd.DataFrame({c.name: _rebuilt(list(v), c) for c, v in zip(columns, values, strict=True)})


def to_json(columns: tuple[Column, ...]) -> str:
    """Write column descriptions as JSON."""
    return json.dumps([asdict(column) for column in columns])


def from_json(text: str) -> tuple[Column, ...]:
    """Read column descriptions from JSON."""
    given = json.loads(text)
    return tuple(Column(**{**c, "categories": c["categories"] and tuple(c["categories"])}) for c in given)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _stored(series: "pd.Series[Any]") -> list[Any]:
    dtype = series.dtype
    if isinstance(dtype, pd.StringDtype):
        return series.to_numpy(dtype=object, na_value=cast("Any", None)).tolist()
    if isinstance(dtype, pd.CategoricalDtype):
        labels = [*map(_plain, dtype.categories), None]  # code -1, the last, is missing
        return [labels[code] for code in series.cat.codes.tolist()]
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return _stored_days(series.to_numpy())
    if isinstance(dtype, np.dtype) and dtype.kind in "iufb":
        return series.tolist()  # SQLite keeps NaN as NULL
    kept = series.astype(object)
    return [None if missing else _plain(value) for value, missing in zip(kept, kept.isna(), strict=True)]


def _stored_days(days: NDArray[Any]) -> list[Any]:
    """Return days as ISO text; each of the few different ones is written out once."""
    different, place = np.unique(days, return_inverse=True)
    words = [None if word == "NaT" else word for word in np.datetime_as_string(different).tolist()]
    return [words[index] for index in place.tolist()]


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, (str, int, float)) else str(value)


def _rebuilt(values: list[Any], column: Column) -> "pd.Series[Any]":
    if column.dtype == "category":
        dtype = pd.CategoricalDtype(list(column.categories or ()), ordered=column.ordered)
        return pd.Series(values, dtype=object).astype(dtype)
    if column.dtype.startswith("datetime64"):
        days = np.array(["NaT" if v is None else v for v in values], dtype=column.dtype)
        return pd.Series(days)
    return pd.Series(values, dtype=object).astype(pd.api.types.pandas_dtype(column.dtype))
