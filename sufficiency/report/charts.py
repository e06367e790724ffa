"""Charts made from published tables only: what a table withholds, no chart can show.

At most four lines a chart, labelled at their ends; the title is the table's finding; every chart has its table.
"""

import io
import textwrap
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from sufficiency.report.palette import BAND, CATEGORICAL, FOCUS, PAIR, REST, STYLE
from sufficiency.report.statement import Statement
from sufficiency.report.table import Table

_WIDTH_INCHES, _DOTS = 7.2, 200
_TITLE_LETTERS = 78


@dataclass(frozen=True)
class Chart:
    """A picture of one published table.

    Attributes
    ----------
    table
        Number of the table beside it.
    alt
        What the picture shows, in words.
    svg, png
        The picture.
    """

    table: str
    alt: str
    svg: str
    png: bytes


def make_charts(statement: Statement) -> tuple[Chart, ...]:
    """Return every chart that the published tables have enough numbers for."""
    tables = {table.number: table for table in statement.tables}
    made = [
        _chart(tables["T3"], 3.8, _mix),
        _chart(tables["T5"], 3.4, _ages),
        _chart(tables["T9b"], 3.2, lambda axes, table: _children(axes, table, tables["T1"])),
        _gap(tables["T10"]),
        _chart(tables["T11b"], 3.2, _spend),
        *([_flows(tables["T3c"])] if "T3c" in tables else []),
    ]
    return tuple(chart for chart in made if chart is not None)


def styled() -> AbstractContextManager[None]:
    """Return the context in which every figure is drawn."""
    return mpl.rc_context(cast("Any", STYLE))


def _chart(table: Table, height: float, draw: Callable[[Axes, Table], str]) -> Chart | None:
    """Draw one picture; None when the table withholds all of it."""
    with styled():
        figure = Figure(figsize=(_WIDTH_INCHES, height))
        told = draw(figure.subplots(), table)
        return finished(figure, table, told) if told else None


def finished(figure: Figure, table: Table, told: str) -> Chart:
    """Give a figure its title and return it in both forms."""
    title = "\n".join(textwrap.wrap(table.finding, _TITLE_LETTERS))
    figure.suptitle(title, x=0.01, ha="left", fontsize=10, fontweight="bold")
    svg, png = io.BytesIO(), io.BytesIO()
    cast("Any", FigureCanvasSVG(figure)).print_svg(svg, metadata={"Date": None, "Title": table.title})
    cast("Any", FigureCanvasAgg(figure)).print_png(png)
    text = svg.getvalue().decode("utf-8")
    return Chart(table.number, f"{told} {table.finding}", text[text.index("<svg") :], png.getvalue())


def _bars(axes: Axes, numbers: dict[str, float], focus: str = "") -> None:
    names = list(numbers)[::-1]
    values = [numbers[name] for name in names]
    axes.barh(names, values, color=[FOCUS if name == focus or not focus else REST for name in names], height=0.7)
    for place, value in enumerate(values):
        axes.text(value, place, f" {value:,.0f}", va="center")
    axes.grid(axis="y", visible=False)
    axes.margins(x=0.1)


def _mix(axes: Axes, table: Table) -> str:
    numbers = {name: value for name, value in table.numbers("Children").items() if value and name[:3] != "All"}
    if not numbers:
        return ""
    _bars(axes, numbers, max(numbers, key=lambda name: numbers[name]))
    axes.set_xlabel("children (withheld kinds are left out)")
    return "Bar chart of children in care by kind of home."


def _ages(axes: Axes, table: Table) -> str:
    numbers = {name: value for name, value in table.numbers("Children's homes").items() if name[:3] != "All"}
    if not numbers:
        return ""
    _bars(axes, numbers)
    axes.set_xlabel("children in children's homes (withheld ages are left out)")
    return "Bar chart of children in children's homes by age."


def _children(axes: Axes, table: Table, past: Table) -> str:
    known = [(str(column.heading), past.number_at(1, column.heading)) for column in past.columns[1:]]
    before = {int(year): value for year, value in known if value is not None}
    after = _by_year(table, "Expected")
    if not before or not after:
        return ""
    start = max(before)
    low, high = _by_year(table, "Low, 80%"), _by_year(table, "High, 80%")
    if low.keys() == high.keys() and low:
        edges = [[before[start], *each.values()] for each in (low, high)]
        axes.fill_between([start, *low], edges[0], edges[1], color=BAND, linewidth=0)
        beside = {"xytext": (0, -14), "textcoords": "offset points", "ha": "right"}
        told = f"four in five futures: {low[max(low)]:,.0f} to {high[max(high)]:,.0f}"
        axes.annotate(told, (max(low), low[max(low)]), **cast("Any", beside))
    after = {start: before[start]} | after
    axes.plot(list(before), list(before.values()), color=PAIR[0], linewidth=2)
    axes.plot(list(after), list(after.values()), color=PAIR[1], linewidth=2, linestyle="--")
    first, last = min(before), max(after)
    for year, value, words in ((first, before[first], "counted"), (last, after[last], "expected")):
        axes.annotate(f"{words}: {value:,.0f}", (year, value), xytext=(0, 8), textcoords="offset points", ha="center")
    axes.set_ylim(0, max([*before.values(), *after.values(), *high.values()]) * 1.2)
    axes.set_xticks(sorted({*before, *after}))
    axes.set_ylabel("children on 31 March")
    axes.margins(x=0.08)
    band = "with a band that holds four in five futures" if low else "without a band: no forecast is stored"
    return f"Line chart of children in care, counted and expected, {band}."


def _by_year(table: Table, column: str) -> dict[int, float]:
    """Return a column of T9b for all children by the calendar year in which the financial year ends."""
    numbers = table.numbers(column)
    return {int(f"20{label[-2:]}"): value for label, value in numbers.items() if label[:2] == "20"}


def _gap(table: Table) -> Chart | None:
    """Small multiples: need and known places by setting."""
    settings = list(dict.fromkeys(label.split(", ")[0] for label in table.labels))
    need, places = table.numbers("Children needing it"), table.numbers("Usable places")
    low, high = table.numbers("Need, low"), table.numbers("Need, high")
    with styled():
        figure = Figure(figsize=(_WIDTH_INCHES, 3.0))
        drawn = figure.subplots(1, len(settings), sharey=True, squeeze=False)[0]
        for axes, setting in zip(drawn, settings, strict=True):
            band = [label for label in need if label.startswith(f"{setting}, ") and label in low and label in high]
            years = [label[-2:] for label in band]
            axes.fill_between(years, [low[each] for each in band], [high[each] for each in band], color=BAND, lw=0)
            for numbers, colour, words in ((need, PAIR[0], "need"), (places, PAIR[1], "known places")):
                own = {k: v for k, v in numbers.items() if k.startswith(f"{setting}, ")}
                other = places if words == "need" else need
                _line(axes, own, colour, words, above=all(v >= other.get(k, 0) for k, v in own.items()))
            axes.set_title(setting, fontsize=9)
            axes.set_ylim(bottom=0)
        drawn[0].set_ylabel("children, places")
        band_words = ", with a band that holds four in five walks," if low else ""
        return finished(figure, table, f"Line charts of children needing a setting{band_words} and usable places.")


def _line(axes: Axes, numbers: dict[str, float], colour: str, words: str, *, above: bool) -> None:
    if not numbers:
        return
    years = [label.split(", ")[-1][-2:] for label in numbers]
    values = list(numbers.values())
    axes.plot(years, values, color=colour, linewidth=2, marker="o" if words == "need" else "s", markersize=4)
    beside = {"xytext": (4, 6 if above else -13), "textcoords": "offset points"}
    axes.annotate(words, (0, values[0]), color=colour, fontsize=9, **cast("Any", beside))
    axes.set_xlabel("year to March")


def _spend(axes: Axes, table: Table) -> str:
    total = table.labels[-1]
    shown = [(column.heading, table.number_at(total, column.heading)) for column in table.columns[1:]]
    millions = {year: value / 1e6 for year, value in shown if value is not None}
    if not millions:
        return ""
    axes.bar(list(millions), list(millions.values()), color=FOCUS, width=0.6)
    for place, value in enumerate(millions.values()):
        axes.text(place, value, f"£{value:.1f}m", ha="center", va="bottom")
    axes.grid(axis="x", visible=False)
    axes.set_ylabel("£ million")
    return "Bar chart of expected spend on placements by year."


def _flows(table: Table) -> Chart | None:
    """Small multiples: for each home area, how many live in area, in neighbouring authorities, and further away."""
    names = ("In area", "Neighbouring", "Distant")
    rows = [label for label in table.labels[:-1] if any(table.number_at(label, name) is not None for name in names)]
    if not rows:
        return None
    down = -(-len(rows) // 4)
    with styled():
        figure = Figure(figsize=(_WIDTH_INCHES, 0.9 + 1.35 * down))
        drawn = figure.subplots(down, 4, sharex=True, squeeze=False).ravel()
        for axes, label in zip(drawn, rows, strict=False):
            values = [table.number_at(label, name) for name in names][::-1]
            axes.barh(names[::-1], [value or 0 for value in values], color=CATEGORICAL[0], height=0.7)
            for place, value in enumerate(values):
                axes.text(value or 0, place, " [c]" if value is None else f" {value:,.0f}", va="center", fontsize=8)
            axes.set_title("\n".join(textwrap.wrap(label, 20)), fontsize=8.5)
            axes.tick_params(labelsize=8)
            axes.margins(x=0.25)
            axes.label_outer()
        for axes in drawn[len(rows) :]:
            axes.set_visible(False)
        return finished(figure, table, "Bar charts, one a home area, of where its children live.")
