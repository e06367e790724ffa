"""Tidy frames as tables on the screen: as they are, or with periods across the top."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sufficiency.cli.values import cell, heading

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

MOST_ROWS = 24
"""Rows shown of a long table; the rest is counted, and ``export`` writes it whole."""

ALL_ROWS = 100_000

NOBODY = "-"
"""Shown where a table has no row for a group in a period."""

PERIODS: tuple[str, ...] = ("period", "financial_year", "year", "year_end", "month")
MOST_PERIODS = 9


@dataclass(frozen=True)
class Layout:
    """How one result table is shown on a screen that cannot hold all of it.

    Attributes
    ----------
    value
        One column of numbers, with periods across the top; "" to keep rows as they are.
    columns
        Columns to show; all when empty.
    title
        What to call it here; the table's own name when empty.
    most_rows
        Rows shown; the rest is counted.
    """

    value: str = ""
    columns: tuple[str, ...] = ()
    title: str = ""
    most_rows: int = MOST_ROWS


_WHOLE = Layout()
LAYOUTS: dict[str, Layout] = {
    "gap": Layout("without_place_mean"),
    "mix": Layout("children"),
    "in_house": Layout(columns=("period", "in_house_share", "own_provision_share")),
    "forecast_by_year": Layout(columns=("day", "of", "name", "mean", "p10", "p90"), most_rows=ALL_ROWS),
    "next_place": Layout("typical_pounds_weekly"),
    "places_and_demand": Layout("shortfall"),
    "income_by_year": Layout("income_pence"),
    "lever_effects": Layout("effect_pence"),
    "savings": Layout(columns=("saving", "planned_pence", "delivered_pence", "forecast_pence", "status", "basis")),
    "unit_costs": Layout(columns=("measure", "divided_by", "spend_pence", "rounded_weekly_pence")),
    "unit_costs_s251": Layout(
        columns=(
            "measure",
            "divided_by",
            "spend_pence",
            "rounded_weekly_pence",
            "published_weekly_pence",
            "england_weekly_pence",
        )
    ),
    "sensitivity": Layout("effect_pence"),
    "stored runs": Layout(most_rows=ALL_ROWS),
    "stock_by_month": Layout(most_rows=ALL_ROWS),
    "flows_by_month": Layout(most_rows=ALL_ROWS),
    "rows read and used": Layout(most_rows=ALL_ROWS),
    "spend_by_line": Layout("spend_pence", most_rows=ALL_ROWS),
    "differences": Layout(most_rows=ALL_ROWS),
    "frontier": Layout(
        columns=("point", "weight_pounds", "cost_pounds_weekly", "axis", "over_20", "sibling_splits", "unmet", "gap")
    ),
    "levers": Layout(columns=("lever", "title", "unit", "low", "high", "status"), most_rows=ALL_ROWS),
    "stock_by_setting": Layout(title="children in care by setting"),
    "stock_by_sector": Layout(title="children in care by sector"),
    "stock_by_age_band": Layout(title="children in care by age"),
}
"""Tables that are not shown whole under their own name."""


def show_table(name: str, frame: "pd.DataFrame", console: "Console") -> None:
    """Show one result table with its title and unit."""
    from rich.markup import escape
    from rich.table import Table

    layout, unit = LAYOUTS.get(name, _WHOLE), str(frame.attrs.get("unit", ""))
    across, kind = layout.value in frame.columns, _kind(layout.value, unit)
    shown = _periods_across(frame, layout.value, kind) if across else _chosen(frame, layout.columns)
    words = [layout.title or str(frame.attrs.get("name") or heading(name))]
    words += [heading(layout.value)] if layout.value not in ("", unit) else []
    title = ": ".join(words)
    shown_unit = f" ({unit.replace('pence', '£')})" if unit and "£" not in title else ""
    console.print(f"\n{title}{shown_unit}", style="bold", markup=False)
    table = Table()
    numbers = [name not in frame.columns or frame[name].dtype.kind in "iuf" for name in shown.columns]
    for column, number in zip(shown.columns, numbers, strict=True):
        table.add_column(escape(heading(str(column))), justify="right" if number else "left")
    kinds = [_kind(str(column), unit) for column in shown.columns]
    for row in shown.head(layout.most_rows).itertuples(index=False):
        table.add_row(*(escape(cell(each, kind)) for each, kind in zip(row, kinds, strict=True)))
    console.print(table)
    if len(shown) > layout.most_rows:
        console.print(f"... and {len(shown) - layout.most_rows:,} more rows; sufficiency export writes them all.")


def _kind(column: str, unit: str) -> str:
    """Return the name that says how a column's numbers are written: money tables may name years in their columns."""
    told = column.endswith("_pence") or column in PERIODS
    return f"{column}_pence" if unit == "pence" and not told else column


def _chosen(frame: "pd.DataFrame", columns: tuple[str, ...]) -> "pd.DataFrame":
    return frame[list(columns)] if columns and set(columns) <= set(frame.columns) else frame


def _periods_across(frame: "pd.DataFrame", value: str, kind: str) -> "pd.DataFrame":
    """Return labels down and periods across for one column of numbers; the frame itself when that does not fit."""
    period = next((name for name in PERIODS if name in frame.columns), None)
    labels = [name for name in frame.columns if name != period and frame[name].dtype.kind not in "iufbM"]
    if period is None or not labels or frame[period].nunique() > MOST_PERIODS:
        return frame
    if frame.duplicated([*labels, period]).any():
        return frame
    named = frame.assign(**{period: [cell(each, period) for each in frame[period]]})
    named["shown"] = [cell(each, kind) for each in frame[value]]
    wide = named.set_index([*labels, period])["shown"].unstack(sort=False, fill_value=NOBODY)  # noqa: PD010 - a pivot sorts
    return wide.reset_index().rename_axis(columns=None)
