"""Pictures of the forecast and its back-test: fans by setting, ages now and then, how forecasts held before.

The title of a picture is what it shows; at most four lines a panel, told apart by dashes and words as well as colour.
Each comes with its words for those who do not see it, and with the numbers it is made from. They are unsuppressed: for
use inside the council.
"""

import io
import textwrap
from collections.abc import Mapping
from html import escape
from typing import Any, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sufficiency.report.charts import styled
from sufficiency.report.charts_scenarios import Picture
from sufficiency.report.palette import BAND, PAIR, REST, SEQUENTIAL

WIDTH_INCHES = 7.2
TITLE_LETTERS = 78
PANELS = 6
"""Settings shown in a fan, those with most children first; the others are in the table."""

MODEL, HOLD, GROWTH = "model", "hold the last stock", "repeat last year's growth"
YEAR_DAYS = 365
NOTHING = 0.01
"""A skill smaller than this is none."""


def forecast_pictures(tables: Mapping[str, pd.DataFrame]) -> list[Picture]:
    """Return the pictures of a forecast's tables."""
    return [fan(tables["forecast"], tables["past"]), ages(tables["forecast"])]


def backtest_pictures(tables: Mapping[str, pd.DataFrame]) -> list[Picture]:
    """Return the pictures of a back-test's tables."""
    words = skill_in_words(tables["backtest"])
    return [paths(tables["backtest_paths"], words), errors(tables["backtest"], words)]


def skill_in_words(table: pd.DataFrame) -> str:
    """Say what the stricter view of a back-test found a year ahead, by setting."""
    year = table[(table["horizon_days"] == YEAR_DAYS) & (table["line"] == MODEL)]
    rows = year[year["view"] == year["view"].iloc[-1]].set_index("of")
    by, skill = rows.loc["setting"], float(rows["skill"]["setting"])
    verdict = f"{skill:.0%} less than" if skill > 0 else f"{-skill:.0%} more than"
    verdict = "no less and no more than" if abs(skill) < NOTHING else verdict
    return (
        f"A year ahead the forecast missed by {by['mae']:.1f} children a setting, {verdict} the better naive line; "
        f"its 95% bands held on {by['cover_95']:.0%} of days"
    )


def fan(forecast: pd.DataFrame, past: pd.DataFrame) -> Picture:
    """Draw children in care by setting: counted, expected, and where 80 and 95 in a hundred futures lie.

    Parameters
    ----------
    forecast
        Table ``forecast`` of a forecast; without bands only lines are drawn.
    past
        Table ``past``: ``day``, ``of``, ``name``, ``children``.
    """
    names = _panels(forecast)
    with styled():
        down = -(-len(names) // 2)
        figure = Figure(figsize=(WIDTH_INCHES, 0.9 + 2.15 * down))
        drawn = figure.subplots(down, 2, sharex=True, squeeze=False).ravel()
        for axes, (of, name) in zip(drawn, names, strict=False):
            _fan_panel(
                axes, _rows(forecast, of, name), _rows(past, of, name), "All children" if of == "total" else name
            )
        for axes in drawn[len(names) :]:
            axes.set_visible(False)
        drawn[0].set_ylabel("children in care")
        _name_lines(drawn[0], ("counted", "expected"))
        title = _fan_title(_rows(forecast, "total", "all"))
        held = "shaded where 80 (dark) and 95 (light) in a hundred futures lie" if "p10" in forecast else "no bands"
        shown = ", ".join(name for _, name in names)
        alt = f"Line charts of children in care, counted (full line) and expected (dashed), {held}; panels: {shown}."
        kept = pd.MultiIndex.from_frame(forecast[["of", "name"]]).isin(names)
        return _picture("forecast-fan", figure, title, alt, forecast[kept].reset_index(drop=True))


def ages(forecast: pd.DataFrame) -> Picture:
    """Draw children by age band back to back: on the base date, and at the end of the forecast with its 80% band."""
    frame = forecast[forecast["of"] == "age band"]
    now, then = (frame[frame["day"] == day].set_index("name") for day in (frame["day"].min(), frame["day"].max()))
    first, last = (f"{day:%B %Y}" for day in (frame["day"].min(), frame["day"].max()))
    order = list(now.index)
    with styled():
        figure = Figure(figsize=(WIDTH_INCHES, 3.3))
        left, right = figure.subplots(1, 2, sharey=True)
        most = 1.3 * max(now["mean"].max(), then["p90" if "p90" in then else "mean"].max())
        _age_bars(left, now["mean"], now["mean"], first, REST, "right")
        _age_bars(right, then["mean"], then["p90" if "p90" in then else "mean"], last, PAIR[0], "left")
        if "p10" in then:
            low, high = then["mean"] - then["p10"], then["p90"] - then["mean"]
            spread = np.clip(np.array([low, high]), 0, None)
            right.errorbar(then["mean"], order, xerr=spread, fmt="none", ecolor=PAIR[1], elinewidth=2, capsize=3)
        left.set_xlim(most, 0)
        right.set_xlim(0, most)
        change = then["mean"] - now["mean"]
        moved = str(change.abs().idxmax())
        way = "rise" if change[moved] > 0 else "fall"
        title = (
            f"Children aged {moved} {way} most: from {now['mean'][moved]:,.0f} in {first} to "
            f"{then['mean'][moved]:,.0f} expected in {last}"
        )
        alt = f"Back-to-back bars of children in care by age band, {first} on the left and {last} on the right"
        alt += ", with lines where 80 in a hundred futures lie." if "p10" in then else "."
        data = pd.concat([now.reset_index(), then.reset_index()], ignore_index=True)
        return _picture("forecast-ages", figure, title, alt, data)


def paths(table: pd.DataFrame, words: str) -> Picture:
    """Draw forecasts remade from earlier days beside what happened, for all children and the largest settings.

    Parameters
    ----------
    table
        Table ``backtest_paths``: ``view``, ``origin``, ``day``, ``of``, ``name``, ``expected``, ``p10``, ``p90``,
        ``happened``. The stricter view is drawn where there is one, and at most three days of forecasting.
    words
        The finding.
    """
    view = table["view"].iloc[-1]
    mine = table[table["view"] == view]
    origins = sorted(mine["origin"].unique())[::-1][::2][:3]
    mine = mine[mine["origin"].isin(origins)]
    names = _panels(mine.rename(columns={"happened": "mean"}))[:4]
    with styled():
        figure = Figure(figsize=(WIDTH_INCHES, 0.9 + 2.2 * -(-len(names) // 2)))
        drawn = figure.subplots(-(-len(names) // 2), 2, sharex=True, squeeze=False).ravel()
        for axes, (of, name) in zip(drawn, names, strict=False):
            _path_panel(axes, _rows(mine, of, name), "All children" if of == "total" else name)
        for axes in drawn[len(names) :]:
            axes.set_visible(False)
        drawn[0].set_ylabel("children in care")
        _name_lines(drawn[0], ("happened", "forecast"), PAIR[1])
        alt = (
            f"Line charts of children in care as it happened (full line) and as forecast from {len(origins)} earlier "
            f"days (dashed, 80% bands shaded), from what was known then ({view})."
        )
        kept = pd.MultiIndex.from_frame(mine[["of", "name"]]).isin(names)
        return _picture("backtest-forecasts", figure, words, alt, mine[kept].reset_index(drop=True))


def errors(table: pd.DataFrame, words: str) -> Picture:
    """Draw the error of the forecast beside two naive lines, and how often its bands held, a year ahead.

    Parameters
    ----------
    table
        Table ``backtest``.
    words
        The finding.
    """
    year = table[table["horizon_days"] == YEAR_DAYS]
    mine = year[year["view"] == year["view"].iloc[-1]]
    with styled():
        figure = Figure(figsize=(WIDTH_INCHES, 3.6))
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        _error_bars(left, mine)
        _cover_dots(right, mine[mine["line"] == MODEL])
        alt = (
            "Left, bars of the mean error a year ahead of the forecast and of two naive lines, in total, by setting "
            f"and by age ({mine['view'].iloc[0]}). Right, dots of the share of days on which bands held, beside what "
            "they say."
        )
        columns = ["view", "of", "line", "mae", "cover_50", "cover_80", "cover_95", "skill"]
        return _picture("backtest-errors", figure, words, alt, mine[columns].reset_index(drop=True))


def _rows(table: pd.DataFrame, of: str, name: str) -> pd.DataFrame:
    return table[(table["of"] == of) & (table["name"] == name)]


def _panels(table: pd.DataFrame) -> list[tuple[str, str]]:
    """All children, and the settings with most of them."""
    settings = table[table["of"] == "setting"].groupby("name", sort=False)["mean"].mean()
    largest = settings[settings >= 1].sort_values(ascending=False).index[: PANELS - 1]
    return [("total", "all"), *(("setting", str(name)) for name in largest)]


def _fan_panel(axes: Axes, ahead: pd.DataFrame, past: pd.DataFrame, title: str) -> None:
    if "p10" in ahead:
        axes.fill_between(ahead["day"], ahead["p2.5"], ahead["p97.5"], color=BAND, linewidth=0)
        axes.fill_between(ahead["day"], ahead["p10"], ahead["p90"], color=SEQUENTIAL[0], alpha=0.6, linewidth=0)
    axes.plot(past["day"], past["children"], color=PAIR[0], linewidth=1.8)
    axes.plot(ahead["day"], ahead["mean"], color=PAIR[0], linewidth=1.8, linestyle="--")
    last = ahead.iloc[-1]
    axes.annotate(f" {last['mean']:,.0f}", (last["day"], last["mean"]), va="center", fontsize=9)
    top = max(past["children"].max(), ahead["p97.5" if "p97.5" in ahead else "mean"].max())
    axes.set_ylim(0, 1.15 * max(top, 1))
    _days(axes, title)
    axes.margins(x=0.1)


def _path_panel(axes: Axes, rows: pd.DataFrame, title: str) -> None:
    for _, one in rows.groupby("origin"):
        if one["p10"].notna().any():
            axes.fill_between(one["day"], one["p10"], one["p90"], color=BAND, linewidth=0)
        axes.plot(one["day"], one["expected"], color=PAIR[1], linewidth=1.8, linestyle="--")
    happened = rows.drop_duplicates("day").sort_values("day")
    axes.plot(happened["day"], happened["happened"], color=PAIR[0], linewidth=1.8)
    axes.set_ylim(0, 1.2 * max(rows["happened"].max(), rows["expected"].max(), 1))
    _days(axes, title)


def _name_lines(axes: Axes, words: tuple[str, str], colour: str = PAIR[0]) -> None:
    """Say in the first panel what the full and the dashed line are."""
    lines = [
        Line2D([], [], color=PAIR[0], linewidth=1.8),
        Line2D([], [], color=colour, linewidth=1.8, linestyle="--"),
    ]
    axes.legend(lines, words, fontsize=8.5, frameon=False, loc="lower left", ncols=2, handlelength=1.8)


def _days(axes: Axes, title: str) -> None:
    locator = cast("Any", AutoDateLocator)(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(cast("Any", ConciseDateFormatter)(locator, show_offset=False))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.tick_params(labelsize=8.5)
    axes.set_title(title[:1].upper() + title[1:], fontsize=9.5)


def _age_bars(axes: Axes, children: pd.Series, reaches: pd.Series, title: str, colour: str, side: str) -> None:
    axes.barh(list(children.index), children, color=colour, height=0.7)
    gap = (5, 0) if side == "left" else (-5, 0)
    beside: Any = {"xytext": gap, "textcoords": "offset points", "va": "center", "ha": side, "fontsize": 9}
    for place, (value, reach) in enumerate(zip(children, reaches, strict=True)):
        axes.annotate(f"{value:,.0f}", (max(value, reach), place), **beside)
    axes.set_title(title, fontsize=9.5)
    axes.set_xlabel("children in care")
    axes.grid(axis="y", visible=False)


def _error_bars(axes: Axes, mine: pd.DataFrame) -> None:
    kinds = {"total": "in total", "setting": "by setting", "age band": "by age"}
    looks = {MODEL: (PAIR[0], ""), HOLD: (REST, ""), GROWTH: (REST, "///")}
    most = mine["mae"].max()
    for number, (line, (colour, hatch)) in enumerate(looks.items()):
        rows = mine[mine["line"] == line].set_index("of")["mae"].reindex(list(kinds))
        at = np.arange(len(kinds)) * 4 + number
        axes.barh(at, rows, color=colour, hatch=hatch, edgecolor="white", height=0.9, label=line)
        for place, value in zip(at.tolist(), rows, strict=True):
            axes.text(value + 0.01 * most, place, f"{value:.1f}", va="center", fontsize=8.5)
    axes.set_yticks(np.arange(len(kinds)) * 4 + 1, list(kinds.values()))
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15 * most)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("mean error over a year (children)")
    axes.legend(fontsize=8.5, frameon=False, loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=1)


def _cover_dots(axes: Axes, model: pd.DataFrame) -> None:
    said = (50, 80, 95)
    for place, (of, words, mark) in enumerate((("setting", "by setting", "o"), ("age band", "by age", "s"))):
        held = [float(model.loc[model["of"] == of, f"cover_{band}"].iloc[0]) * 100 for band in said]
        axes.plot(held, np.arange(3) + 0.15 * (2 * place - 1), mark, color=PAIR[place], markersize=7, label=words)
    for place, band in enumerate(said):
        axes.plot([band, band], [place - 0.4, place + 0.4], color="black", linewidth=2)
    axes.set_yticks(range(3), [f"{band}% band" for band in said])
    axes.set_xlim(0, 105)
    axes.set_ylim(2.6, -0.6)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("days on which it held (%)")
    axes.legend(fontsize=8.5, frameon=False, loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=1)


def _fan_title(total: pd.DataFrame) -> str:
    first, last = total.iloc[0], total.iloc[-1]
    way = "rise" if round(last["mean"]) > round(first["mean"]) else "fall"
    text = f"Children in care are expected to {way} from {first['mean']:,.0f} to {last['mean']:,.0f} by "
    text = text.replace("rise from", "stay near") if round(last["mean"]) == round(first["mean"]) else text
    band = f"; 80 in a hundred futures lie between {last['p10']:,.0f} and {last['p90']:,.0f}" if "p10" in last else ""
    return f"{text}{last['day']:%B %Y}{band}"


def _picture(name: str, figure: Figure, title: str, alt: str, data: pd.DataFrame) -> Picture:
    """Give a figure its title and return it in both forms, its words inside for screen readers."""
    wrapped = "\n".join(textwrap.wrap(title, TITLE_LETTERS))
    cast("Any", figure.get_layout_engine()).set(w_pad=0.1, h_pad=0.06)
    figure.suptitle(wrapped, x=0.01, ha="left", fontsize=10, fontweight="bold")
    svg, png = io.BytesIO(), io.BytesIO()
    cast("Any", FigureCanvasSVG(figure)).print_svg(svg, metadata={"Date": None, "Title": title})
    cast("Any", FigureCanvasAgg(figure)).print_png(png)
    text = svg.getvalue().decode("utf-8")
    start, rest = text[text.index("<svg") :].split(">", 1)
    words = f"<title>{escape(title)}</title><desc>{escape(alt)}</desc>"
    days = {str(column): data[column].dt.strftime("%Y-%m-%d") for column in data.select_dtypes("datetime")}
    table = data.assign(**days)
    table.attrs = {"name": alt.split(",")[0], "unit": "children"}
    return Picture(name, title, f"{alt} {title}.", f'{start} role="img">{words}{rest}', png.getvalue(), table)
