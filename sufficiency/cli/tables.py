"""Tidy frames as tables on the screen: as they are, or with periods across the top."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sufficiency.cli.values import cell, heading

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

MOST_ROWS = 24
"""Rows shown of a long table; the rest is counted, and ``export`` writes it whole."""

PERIODS: tuple[str, ...] = ("period", "financial_year", "year", "year_end", "month")
MOST_PERIODS = 9


@dataclass(frozen=True)
class Layout:
    """How one result table is shown: which column of numbers with periods across the top, or None for all as rows."""

    value: str | None = None


LAYOUTS: dict[str, Layout] = {
    "gap": Layout("unmet"),
    "mix": Layout("children"),
    "spend_by_year": Layout("spend_pence"),
    "stock_by_setting": Layout("children"),
    "stock_by_sector": Layout("children"),
    "stock_by_age": Layout("children"),
    "locality": Layout("children"),
}


def show_table(name: str, frame: "pd.DataFrame", console: "Console") -> None:
    """Show one result table with its title, unit and definition."""
    from rich.markup import escape
    from rich.table import Table

    title = frame.attrs.get("name") or heading(name)
    unit = frame.attrs.get("unit", "")
    value = LAYOUTS.get(name, Layout()).value
    shown = _periods_across(frame, value) if value in frame.columns else frame
    table = Table(title=f"{title} ({unit})" if unit else title, title_justify="left", title_style="bold")
    for column in shown.columns:
        numbers = shown[column].dtype.kind in "iufb"
        table.add_column(escape(heading(str(column))), justify="right" if numbers else "left")
    kinds = [value if column not in frame.columns else str(column) for column in shown.columns]
    for row in shown.head(MOST_ROWS).itertuples(index=False):
        table.add_row(*(escape(cell(each, kind or "")) for each, kind in zip(row, kinds, strict=True)))
    console.print(table)
    if len(shown) > MOST_ROWS:
        console.print(f"... and {len(shown) - MOST_ROWS:,} more rows; sufficiency export writes them all.")
    if frame.attrs.get("definition"):
        console.print(escape(str(frame.attrs["definition"])), style="dim")


def _periods_across(frame: "pd.DataFrame", value: str | None) -> "pd.DataFrame":
    """Return labels down and periods across for one column of numbers; the frame itself when that does not fit."""
    period = next((name for name in PERIODS if name in frame.columns), None)
    labels = [name for name in frame.columns if name != period and frame[name].dtype.kind not in "iufbM"]
    if period is None or not labels or frame[period].nunique() > MOST_PERIODS:
        return frame
    if frame.duplicated([*labels, period]).any():
        return frame
    named = frame.assign(**{period: [cell(each, period) for each in frame[period]]})
    wide = named.set_index([*labels, period])[value].unstack(sort=False)  # noqa: PD010 - keeps the order of the rows
    return wide.reset_index().rename_axis(columns=None)
