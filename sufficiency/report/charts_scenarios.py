"""Pictures of scenarios: what each changes, which change does it, what matters most, regret, pounds against miles.

Every picture has its finding as title, words for those who cannot see it, and its table beside it.
"""

import io
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from sufficiency.report.charts import styled
from sufficiency.report.palette import FOCUS, INK, PAIR, REST

_WIDTH_INCHES, _DOTS = 7.6, 110
_TITLE_LETTERS, _LABEL_LETTERS = 84, 30
_MILLION, _THOUSAND = 1_000_000, 1_000
_PER_ROW = 3


@dataclass(frozen=True)
class Measure:
    """How a measure reads.

    Attributes
    ----------
    title, unit
        Words and unit of the numbers shown.
    factor
        By what a table's numbers are multiplied to be in that unit.
    better
        "less", "more", or "" where neither is better.
    """

    title: str
    unit: str
    factor: float = 1.0
    better: str = ""

    def words(self, value: float, sign: bool = False) -> str:
        """Return a number as people read it."""
        return _number(value, self.unit, "+" if sign else "")


@dataclass(frozen=True)
class Picture:
    """A picture of a table of scenarios.

    Attributes
    ----------
    name
        What its files are called.
    finding, alt
        What it says, and what it looks like, in words.
    svg, png
        The picture.
    table
        What was drawn.
    """

    name: str
    finding: str
    alt: str
    svg: str
    png: bytes
    table: pd.DataFrame


def changes(table: pd.DataFrame, measures: Mapping[str, Measure]) -> Picture:
    """Draw what each scenario changes, one panel a measure, with intervals where there are any.

    Parameters
    ----------
    table
        ``scenario, measure, difference, low, high`` over all years.
    measures
        The measures to draw, in order; those without numbers are left out.
    """
    known = [name for name in measures if table.loc[table["measure"] == name, "difference"].notna().any()]
    options = list(dict.fromkeys(table["scenario"]))
    down = -(-len(known) // _PER_ROW)
    with styled():
        figure = Figure(figsize=(_WIDTH_INCHES, 0.9 + down * (0.75 + 0.34 * len(options))))
        panels = figure.subplots(down, _PER_ROW, squeeze=False, sharey=True).ravel()
        for axes, name in zip(panels, known, strict=False):
            rows = table[table["measure"] == name].set_index("scenario").reindex(options[::-1])
            _change_panel(axes, rows, measures[name])
        for axes in panels[len(known) :]:
            axes.set_visible(False)
        alt = "Bar charts, one a measure, of what each scenario changes against doing nothing over all years."
        if table["low"].notna().any():
            alt += " A line through each bar holds four in five replications."
        return _finished(figure, "changes", _changes_finding(table, measures, options), alt, table)


def _change_panel(axes: Axes, rows: pd.DataFrame, measure: Measure) -> None:
    value = rows["difference"].to_numpy(dtype=float) * measure.factor
    labels = [_wrapped(str(name), 22) for name in rows.index]
    axes.barh(labels, value, color=FOCUS, height=0.6)
    low, high = (rows[side].to_numpy(dtype=float) * measure.factor for side in ("low", "high"))
    if not np.isnan(low).all():
        axes.hlines(np.arange(len(rows)), low, high, color=PAIR[1], linewidth=2.5)
    least = _THOUSAND if measure.unit == "pounds" else 1.0  # less is no change: it must not look like one
    reach = np.nanmax(np.abs([value, np.nan_to_num(low), np.nan_to_num(high), np.full(len(value), least)]))
    for place, number in enumerate(value):
        end = np.nanmax([number, high[place], 0.0]) if number >= 0 else np.nanmin([number, low[place], 0.0])
        side = "left" if number >= 0 else "right"
        text = measure.words(number, sign=True)
        axes.annotate(text, (end, place), (4 if side == "left" else -4, 0), textcoords="offset points", ha=side,
                      va="center", fontsize=8)  # fmt: skip
    axes.set_xlim(*_limits(value, low, high, reach))
    axes.axvline(0, color=INK, linewidth=0.8)
    unit = "" if measure.unit in ("children", measure.title) else f" ({measure.unit})"
    axes.set_title(_wrapped(measure.title + unit, 24), fontsize=8.5)
    axes.tick_params(labelsize=8)
    axes.set_xticks([])
    axes.grid(visible=False)


def _limits(value: Any, low: Any, high: Any, reach: float) -> tuple[float, float]:
    """Leave room for the words beside the longest bar, on the sides that have bars."""
    ends = np.nan_to_num(np.concatenate([value, low, high]))
    left, right = bool((ends < 0).any()), bool((ends > 0).any())
    room = 2.3 * reach
    return (-room if left else -0.05 * reach), (room if right or not left else 0.05 * reach)


def _changes_finding(table: pd.DataFrame, measures: Mapping[str, Measure], options: Sequence[str]) -> str:
    first = next(iter(measures))
    rows = table[table["measure"] == first].set_index("scenario")["difference"].reindex(list(options)).dropna()
    if rows.empty:
        return f"What {' and '.join(options)} change over all years"
    at = int(np.argmin(rows) if measures[first].better != "more" else np.argmax(rows))
    best, factor = str(rows.index[at]), measures[first].factor
    number = measures[first].words(float(rows.iloc[at]) * factor, sign=True)
    low, high = (float(table.loc[(table["measure"] == first) & (table["scenario"] == best), side].iloc[0]) * factor
                 for side in ("low", "high"))  # fmt: skip
    sure = "" if np.isnan(low) else f" ({measures[first].words(low, True)} to {measures[first].words(high, True)})"
    return f"{_sentence(best)} changes {measures[first].title} by {number}{sure} over all years against doing nothing"


def waterfall(table: pd.DataFrame, scenario: str, measure: Measure) -> Picture:
    """Draw how the changes of a scenario add up from doing nothing to the scenario.

    Parameters
    ----------
    table
        ``change, adds, running`` of one measure, in order.
    """
    start = float(table["running"].iloc[0] - table["adds"].iloc[0]) * measure.factor
    ends = table["running"].to_numpy(dtype=float) * measure.factor
    adds = table["adds"].to_numpy(dtype=float) * measure.factor
    labels = ["do nothing", *(str(name).replace("[", " [") for name in table["change"]), scenario]
    with styled():
        figure = Figure(figsize=(_WIDTH_INCHES, 1.2 + 0.46 * len(labels)))
        axes = figure.subplots()
        place = np.arange(len(labels))[::-1]
        axes.barh(place[[0, -1]], [start, ends[-1]], color=REST, height=0.6)
        better = adds < 0 if measure.better != "more" else adds > 0
        axes.barh(place[1:-1], adds, left=ends - adds, color=np.where(better, PAIR[0], PAIR[1]), height=0.6)
        levels = np.array([start, *ends, ends[-1]])
        for at in range(len(labels) - 1):
            axes.vlines(levels[at], place[at + 1] + 0.3, place[at] - 0.3, color=INK, linewidth=0.7)
        axes.set_yticks(place, [_wrapped(label, _LABEL_LETTERS) for label in labels])
        _waterfall_words(axes, place, [start, *adds, ends[-1]], levels, ends - adds, measure)
        low, high = min(levels.min(), (ends - adds).min()), levels.max()
        span = max(high - low, abs(high) * 0.01, 1e-9)
        axes.set_xlim(max(low - 0.25 * span, 0) if low >= 0 else low - 0.25 * span, high + 0.4 * span)
        axes.set_xlabel(f"{measure.title}, {measure.unit}, all years; the scale does not begin at nought")
        axes.grid(axis="y", visible=False)
        _ticks(axes, measure)
        largest = int(np.argmax(np.abs(adds)))
        total = measure.words(float(adds.sum()), sign=True)
        finding = (
            f"{_sentence(str(table['change'].iloc[largest]))} does most of it: "
            f"{measure.words(float(adds[largest]), sign=True)} of {total} {measure.title}"
        )
        alt = f"Waterfall chart from doing nothing to {scenario}: what each change adds to {measure.title}."
        return _finished(figure, "waterfall", finding, alt, table)


def _waterfall_words(
    axes: Axes, place: Any, numbers: Sequence[float], levels: Any, begins: Any, measure: Measure
) -> None:
    for at, number in enumerate(numbers):
        whole = at in (0, len(numbers) - 1)
        right = levels[at] if whole else max(levels[at], begins[at - 1])
        axes.annotate(measure.words(number, sign=not whole), (right, place[at]), (5, 0), textcoords="offset points",
                      va="center", fontsize=9)  # fmt: skip


def tornado(table: pd.DataFrame, measure: Measure, most: int = 12) -> Picture:
    """Draw what each assumption does to a measure at its low and at its high, the largest swing on top.

    Parameters
    ----------
    table
        ``name, low, high, difference_low, difference_high`` with the largest swing first.
    """
    shown = table.head(most)
    place = np.arange(len(shown))[::-1]
    ends = shown[["difference_low", "difference_high"]].to_numpy(dtype=float) * measure.factor
    with styled():
        figure = Figure(figsize=(_WIDTH_INCHES, 1.3 + 0.5 * len(shown)))
        axes = figure.subplots()
        for column, colour, hatch in ((0, PAIR[0], ""), (1, PAIR[1], "//")):
            words = ("at its low", "at its high")[column]
            axes.barh(place, ends[:, column], color=colour, height=0.55, hatch=hatch, edgecolor="white", label=words)
        reach = max(float(np.abs(ends).max(initial=0.0)), 1e-9)
        for at, row in zip(place, ends, strict=True):
            _tornado_words(axes, at, row, measure)
        low, high = min(ends.min(initial=0.0), 0.0), max(ends.max(initial=0.0), 0.0)
        axes.set_xlim(low - 0.34 * reach, high + 0.34 * reach)
        labels = [
            f"{one.name}: {one.low:g} to {one.high:g}" for one in shown[["name", "low", "high"]].itertuples(False)
        ]
        axes.set_yticks(place, labels, fontsize=9)
        axes.axvline(0, color=INK, linewidth=0.8)
        axes.set_xlabel(f"change of {measure.title}, {measure.unit}, all years")
        axes.legend(loc="lower right", frameon=False, fontsize=9)
        axes.grid(axis="y", visible=False)
        _ticks(axes, measure)
        first = shown.iloc[0]
        finding = (
            f"{first['name']} matters most to {measure.title}: {_span(ends[0], measure)} between its low and its high"
        )
        alt = f"Tornado chart: change of {measure.title} with one assumption at a time at its low and at its high."
        return _finished(figure, "tornado", finding, alt, table)


def _tornado_words(axes: Axes, at: int, ends: Any, measure: Measure) -> None:
    """Write each end outside its bar; of two ends on one side only the farther, and of no bar only nought."""
    bars = [end for end in ends if end != 0] or [0.0]
    if len(bars) == 2 and bars[0] * bars[1] > 0:
        bars = [max(bars, key=abs)]
    for number in bars:
        side = "left" if number >= 0 else "right"
        shift = (4 if side == "left" else -4, 0)
        words = measure.words(float(number), sign=True)
        axes.annotate(words, (number, at), shift, textcoords="offset points", ha=side, va="center", fontsize=8)


def _span(ends: Any, measure: Measure) -> str:
    return measure.words(float(max(*ends, 0.0) - min(*ends, 0.0)))


def regret(table: pd.DataFrame, measure: Measure) -> Picture:
    """Draw how far each option is from the best one in every future.

    Parameters
    ----------
    table
        ``option, future, regret, worst_regret``.
    """
    options = list(table.groupby("option")["worst_regret"].first().sort_values().index)
    futures = list(dict.fromkeys(table["future"]))
    with styled():
        figure = Figure(figsize=(_WIDTH_INCHES, 1.5 + 0.62 * len(options)))
        axes = figure.subplots()
        marks = dict(zip(futures, _MARKS, strict=False))
        for future in futures:
            rows = table[table["future"] == future].set_index("option")["regret"].reindex(options)
            axes.scatter(rows.to_numpy() * measure.factor, np.arange(len(options))[::-1], marker=marks[future], s=46,
                         color=FOCUS, label=future, alpha=0.85, zorder=3)  # fmt: skip
        worst = table.groupby("option")["worst_regret"].first().reindex(options).to_numpy() * measure.factor
        place = np.arange(len(options))[::-1]
        axes.hlines(place, 0, worst, color=REST, linewidth=3, zorder=2)
        for at, number in zip(place, worst, strict=True):
            axes.annotate(f"at worst {measure.words(number)}", (number, at), (7, 0), textcoords="offset points",
                          va="center", fontsize=9)  # fmt: skip
        axes.set_yticks(place, [_wrapped(name, _LABEL_LETTERS) for name in options])
        axes.set_xlim(-0.03 * max(worst.max(), 1e-9), max(worst.max(), 1e-9) * 1.4)
        axes.set_ylim(-0.6, len(options) - 0.4)
        axes.set_xlabel(f"regret: {measure.title} worse than the best option in the same future, {measure.unit}")
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower left", ncols=3, frameon=False, fontsize=9)
        axes.grid(axis="y", visible=False)
        _ticks(axes, measure)
        finding = (
            f"{_sentence(options[0])} is safest: at worst {measure.words(worst[0])} from the best option in any future"
        )
        alt = f"Dot chart of regret in {measure.title}: one row an option, one mark a future, the worst written out."
        return _finished(figure, "regret", finding, alt, table)


_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


def frontier(table: pd.DataFrame, axis: str) -> Picture:
    """Draw pounds a week against what they are traded for, point by point.

    Parameters
    ----------
    table
        ``axis, cost_pounds_weekly`` from the cheapest point to the best on the axis.
    axis
        What pounds are traded against, in words.
    """
    across, pounds = table["axis"].to_numpy(dtype=float), table["cost_pounds_weekly"].to_numpy(dtype=float)
    with styled():
        figure = Figure(figsize=(_WIDTH_INCHES, 4.2))
        axes = figure.subplots()
        axes.plot(across, pounds, color=FOCUS, linewidth=1.6, marker="o", markersize=5)
        ends = ((0, "cheapest", (-8, 12), "right"), (-1, "best", (10, 4), "left"))
        for at, words, shift, side in ends if len(table) > 1 else ((0, "cheapest and best", (10, 4), "left"),):
            told = f"{words}: {across[at]:,.0f}, £{pounds[at]:,.0f} a week"
            axes.annotate(told, (across[at], pounds[at]), shift, textcoords="offset points", ha=side, fontsize=9)
        axes.margins(x=0.12, y=0.16)
        axes.set_xlabel(axis)
        axes.set_ylabel("£ a week, other weights included")
        axes.yaxis.set_major_formatter(lambda value, _: f"£{value:,.0f}")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        saved, dearer = across[0] - across[-1], pounds[-1] - pounds[0]
        finding = (
            f"From the cheapest to the best: {saved:,.0f} fewer {axis.split(',')[0]} for £{dearer:,.0f} a week more"
        )
        if len(table) == 1:
            finding = f"One allocation is cheapest and best at once: {across[0]:,.0f} {axis.split(',')[0]}"
        alt = f"Line chart of {len(table)} best points: pounds a week against {axis}."
        return _finished(figure, "frontier", finding, alt, table)


def _finished(figure: Figure, name: str, finding: str, alt: str, table: pd.DataFrame) -> Picture:
    title = "\n".join(textwrap.wrap(finding, _TITLE_LETTERS))
    figure.suptitle(title, x=0.01, ha="left", fontsize=10, fontweight="bold")
    svg, png = io.BytesIO(), io.BytesIO()
    cast("Any", FigureCanvasSVG(figure)).print_svg(svg, metadata={"Date": None, "Title": finding})
    figure.set_dpi(_DOTS)
    cast("Any", FigureCanvasAgg(figure)).print_png(png)
    text = svg.getvalue().decode("utf-8")
    return Picture(name, finding, alt, text[text.index("<svg") :], png.getvalue(), table)


def _ticks(axes: Axes, measure: Measure) -> None:
    axes.xaxis.set_major_locator(_few())
    axes.xaxis.set_major_formatter(lambda value, _: measure.words(float(value)))


def _few() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(5)


def _number(value: float, unit: str, sign: str) -> str:
    plus = "-" if value < 0 else sign if value > 0 else ""
    size = abs(value)
    if unit != "pounds":
        digits = 0 if size >= 100 or size == round(size) else 1
        return f"{plus}{size:,.{digits}f}" if round(size, 1) else "0"
    if size >= _MILLION:
        return f"{plus}£{size / _MILLION:,.2f}m" if size < 10 * _MILLION else f"{plus}£{size / _MILLION:,.1f}m"
    return f"{plus}£{size / _THOUSAND:,.0f}k" if size >= 10 * _THOUSAND else f"{plus}£{size:,.0f}"


def _wrapped(text: str, letters: int) -> str:
    return "\n".join(textwrap.wrap(text, letters, break_on_hyphens=True))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
