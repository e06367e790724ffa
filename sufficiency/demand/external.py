"""Projections made elsewhere, read in place of ours, and ours written in their shapes.

Three shapes are understood, told apart by their columns:

- tidy: ``date, age_band, setting, children``, one row a day (or month end), age band and setting;
- wide, as cs-demand-model ``predict`` writes it: days down, two header rows of age bracket and placement type across;
- regional, as the regional tool holds it: days down, columns such as ``5 to 10 - Fostering``.

The last two know four kinds of placement: fostering (kinship in it), residential, supported and other.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.days import dates, day_number, day_numbers
from sufficiency.demand.projection import Projection
from sufficiency.domain.errors import InputError
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.settings import SETTINGS, Setting

Floats = NDArray[np.float64]

TIDY = ("date", "age_band", "setting", "children")

BRACKETS = ("Birth to 1", "1 to 5", "5 to 10", "10 to 16", "16 to 18+")
"""Age brackets as cs-demand-model and the regional tool name them; upper ages are not included."""

CATEGORIES: dict[str, tuple[Setting, ...]] = {
    "Fostering": (Setting.FOSTERING, Setting.KINSHIP),
    "Residential": (Setting.RESIDENTIAL,),
    "Supported": (Setting.SUPPORTED,),
    "Other": (
        Setting.OTHER, Setting.SECURE, Setting.PARENTS, Setting.ADOPTION, Setting.PARENT_AND_CHILD,
        Setting.UNREGISTERED,
    ),
}  # fmt: skip
"""Their kinds of placement, and the settings of ours in each."""

NOT_IN_CARE, VARIANCE = "not in care", "variance"


@dataclass(frozen=True, eq=False)
class ExternalProjection:
    """Children in care by day, age band and kind of placement, as projected elsewhere; t days, k kinds.

    Attributes
    ----------
    days
        Day numbers, rising, shape (t,).
    kinds
        Settings in each kind of placement, shape (k,).
    children
        Children in care, shape (t, age bands, k).
    named
        Whether the projection names each age band and kind (those it does not are nobody), shape (age bands, k).
    """

    days: NDArray[np.int64]
    kinds: tuple[tuple[Setting, ...], ...]
    children: Floats
    named: NDArray[np.bool_]

    def on(self, days: NDArray[np.int64]) -> Floats:
        """Return the children on some days (days, a, k), straight between those given.

        Raises
        ------
        InputError
            When a day lies outside what was projected: nothing is carried on in silence.
        """
        if days.min() < self.days[0] or days.max() > self.days[-1]:
            first, last = (pd.Timestamp(day).date() for day in dates(self.days[[0, -1]]))
            raise InputError(
                f"the external projection runs from {first} to {last}; the horizon asked for does not fit in"
            )
        flat = self.children.reshape(len(self.days), -1)
        columns = [np.interp(days, self.days, column) for column in flat.T]
        return np.stack(columns, axis=1).reshape(len(days), *self.children.shape[1:])


def external_from_frame(frame: pd.DataFrame) -> ExternalProjection:
    """Return a projection from a frame of any of the three shapes (a workbook's sheet is read by ingest)."""
    if isinstance(frame.columns, pd.MultiIndex):
        return _from_wide(frame, [(_clean(str(a)), _clean(str(b))) for a, b in frame.columns])
    names = [str(name).strip() for name in frame.columns]
    if set(TIDY) <= {name.lower() for name in names}:
        return _from_tidy(frame.set_axis([name.lower() for name in names], axis=1))
    pairs = [_pair(name) for name in names]
    if not any(kind for _, kind in pairs):
        raise InputError("not a projection we know: wanted date, age_band, setting, children, or one column a group")
    return _from_wide(frame, pairs)


def tidy_frame(projection: Projection) -> pd.DataFrame:
    """Return our expected stock at the end of each month in the tidy shape."""
    frame = projection.frame()
    date = dates(_month_ends(projection))[frame["step"].to_numpy()]
    return pd.DataFrame(
        {"date": date, "age_band": frame["age_band"], "setting": frame["setting"], "children": frame["stock"]}
    )


def wide_frame(projection: Projection) -> pd.DataFrame:
    """Return our expected stock on every day as cs-demand-model ``predict`` would: age bracket over placement type."""
    pairs = [(bracket, kind) for bracket in BRACKETS for kind in CATEGORIES]
    columns = pd.MultiIndex.from_tuples(pairs, names=["age_bin", "placement_type"])
    return _daily(projection, columns)


def regional_frame(projection: Projection) -> pd.DataFrame:
    """Return our expected stock on every day as the regional tool holds it: ``5 to 10 - Fostering``."""
    return _daily(projection, pd.Index([f"{bracket} - {kind}" for bracket in BRACKETS for kind in CATEGORIES]))


def _daily(projection: Projection, columns: pd.Index) -> pd.DataFrame:
    """Our stock by day, age band and their kinds of placement, straight between the ends of months."""
    membership = np.array([[setting in kind for kind in CATEGORIES.values()] for setting in projection.settings])
    stock = (projection.stock @ membership).reshape(len(projection.stock), -1)
    at = _month_ends(projection)
    days = np.arange(at[0] + 1, at[-1] + 1)
    values = np.stack([np.interp(days, at, column) for column in stock.T], axis=1)
    return pd.DataFrame(values, index=pd.DatetimeIndex(dates(days), name="date"), columns=columns)


def _month_ends(projection: Projection) -> NDArray[np.int64]:
    """Day numbers of the base date and of the last day of each month."""
    ends = [day_number(month.plus(1).first_day) - 1 for month in projection.months]
    return np.array([day_number(projection.base_date), *ends])


def _from_tidy(frame: pd.DataFrame) -> ExternalProjection:
    """Read the tidy shape; settings are ours, or the four kinds of the others."""
    day = _days(frame["date"])
    ours = {str(setting): number for number, setting in enumerate(SETTINGS)}
    kinds: tuple[tuple[Setting, ...], ...] = tuple((setting,) for setting in SETTINGS)
    names = frame["setting"].astype("str").str.strip().str.lower()
    if not names.isin(list(ours)).all():
        kinds = tuple(CATEGORIES.values())
        index = names.map({name.lower(): number for number, name in enumerate(CATEGORIES)})
        if index.isna().any():
            raise InputError(
                f"no such setting in a projection: {names[index.isna()].iloc[0]!r}; there are {', '.join(ours)}"
            )
    else:
        index = names.map(ours)
    band = np.array([_band(str(name)) for name in frame["age_band"]])
    kind = index.to_numpy().astype("int64")
    if pd.DataFrame({"day": day, "band": band, "kind": names.to_numpy()}).duplicated().any():
        raise InputError("a projection has a day, age band and setting that stand twice")
    return _assemble(day, band, kind, _numbers(frame["children"]), kinds)


def _from_wide(frame: pd.DataFrame, pairs: list[tuple[str, str]]) -> ExternalProjection:
    """Read the two shapes with one column a group; the first column holds the days."""
    rows = frame[_says_something(frame)]
    day = _days(rows.iloc[:, 0])
    number = {name.lower(): index for index, name in enumerate(CATEGORIES)}
    parts, bracket = [], ""
    for column, (age, kind) in enumerate(pairs):
        bracket = bracket if not age or age.startswith("Unnamed") else age
        if column == 0 or _no_group(bracket, kind):
            continue
        if kind.lower() not in number:
            raise InputError(f"no such placement type in a projection: {kind!r}; there are {', '.join(CATEGORIES)}")
        values = _numbers(rows.iloc[:, column])
        parts.append((day, np.full(len(day), _band(bracket)), np.full(len(day), number[kind.lower()]), values))
    if not parts:
        raise InputError("a projection without one column of children")
    days, bands, kinds, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    if len(np.unique(day)) < len(day):
        raise InputError("a projection has a day that stands twice")
    return _assemble(days, bands, kinds, values, tuple(CATEGORIES.values()))


def _says_something(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether a row holds more than its first cell: rows that only name the index, or nothing, are no days."""
    text = frame.iloc[:, 1:].astype("str").apply(lambda column: column.str.strip())
    return np.asarray(~text.isin(["", "nan", "None", "<NA>"]).all(axis=1))


def _no_group(bracket: str, kind: str) -> bool:
    """Whether a column holds something else than children in care of a group: totals, variances, those not in care."""
    name = f"{bracket} {kind}".lower().replace("_", " ")
    return kind.lower() in ("", "total") or NOT_IN_CARE in name or name.endswith(VARIANCE)


def _pair(name: str) -> tuple[str, str]:
    """Age bracket and kind of placement of a one-row header: ``5 to 10 - Fostering``, or a pair in brackets."""
    found = re.fullmatch(r"\(\s*['\"]?(.+?)['\"]?\s*,\s*['\"]?(.+?)['\"]?\s*\)(.*)", name)
    if found is not None:
        return _clean(found.group(1)), _clean(found.group(2)) + found.group(3)
    age, _, kind = name.partition(" - ")
    return _clean(age), _clean(kind)


def _assemble(
    day: NDArray[np.int64], band: NDArray[np.int64], kind: NDArray[np.int64], value: Floats,
    kinds: tuple[tuple[Setting, ...], ...],
) -> ExternalProjection:  # fmt: skip
    """Put rows into a table; groups that are not named have no children."""
    days, at = np.unique(day, return_inverse=True)
    children = np.zeros((len(days), len(AGE_BANDS), len(kinds)))
    named = np.zeros(children.shape[1:], dtype=bool)
    np.add.at(children, (at, band, kind), value)
    named[band, kind] = True
    if len(days) < 2:
        raise InputError("a projection needs at least two days")
    return ExternalProjection(days, kinds, children, named)


def _band(name: str) -> int:
    """Age band of a name: ours, theirs (``5 to 10`` ends before ten), or by its first number."""
    text = name.strip().lower().replace("_", " ")
    if text in AGE_BANDS:
        return AGE_BANDS.index(text)
    lowered = [bracket.lower() for bracket in BRACKETS]
    if text in lowered:
        return lowered.index(text)
    starts = {"birth": 0, "under": 0, "-1": 0, "0": 0, "1": 1, "5": 2, "10": 3, "16": 4}
    found = re.match(r"birth|under|-?\d+", text)
    if found is None or found.group() not in starts:
        raise InputError(f"no such age band in a projection: {name!r}; there are {', '.join(AGE_BANDS)}")
    return starts[found.group()]


def _days(column: pd.Series) -> NDArray[np.int64]:
    """Read days written as ISO dates or as dd/mm/yyyy."""
    parsed = _parse_days(column)
    if parsed.isna().any():
        raise InputError(f"{int(parsed.isna().sum())} rows of the projection have no date that can be read")
    return day_numbers(parsed.dt.normalize())


def _parse_days(column: pd.Series) -> pd.Series:
    """Read what days there are; a time of day after them is dropped, and other text is missing."""
    text = column.astype("str").str.strip().str.slice(0, 10)
    iso = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    return iso.fillna(pd.to_datetime(text, format="%d/%m/%Y", errors="coerce"))


def _numbers(column: pd.Series) -> Floats:
    """Read numbers of children; a gap is refused, missing is never nought."""
    plain = column.astype("str").str.strip().str.replace(r"(?<=\d),(?=\d{3}\b)", "", regex=True)
    values = pd.to_numeric(plain, errors="coerce").to_numpy(dtype="float64")
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        raise InputError("a projection has a number of children that is missing, negative or not a number")
    return values


def _clean(name: str) -> str:
    """Strip what a header cell should not have."""
    return name.strip().strip("'\"()").strip()
