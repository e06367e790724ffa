"""Pictures of a forecast or back-test as files: SVG with its words inside, its numbers as CSV, and a page of all."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import pandas as pd

from sufficiency.domain.errors import ProjectError
from sufficiency.report.charts_demand import Picture, ages, errors, fan, paths

YEAR_DAYS = 365
NOTHING = 0.01
"""A skill smaller than this is none."""

_STYLE = (
    "body{font-family:Arial,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1d1d1d}"
    "svg{max-width:100%;height:auto}table{border-collapse:collapse;font-size:.9em}"
    "td,th{padding:.2em .7em;text-align:right;border-bottom:1px solid #d9d9d9}"
)


def forecast_pictures(tables: Mapping[str, pd.DataFrame]) -> tuple[Picture, ...]:
    """Return the pictures of a stored forecast's tables."""
    return fan(tables["forecast"], tables["past"]), ages(tables["forecast"])


def backtest_pictures(tables: Mapping[str, pd.DataFrame]) -> tuple[Picture, ...]:
    """Return the pictures of a stored back-test's tables."""
    table = tables["backtest"]
    words = finding(table)
    return paths(tables["backtest_paths"], words), errors(table, words)


def finding(table: pd.DataFrame) -> str:
    """Say what the stricter view of a back-test found a year ahead, by setting."""
    year = table[(table["horizon_days"] == YEAR_DAYS) & (table["line"] == "model")]
    rows = year[year["view"] == year["view"].iloc[-1]].set_index("of")
    by, skill = rows.loc["setting"], rows.loc["setting", "skill"]
    verdict = f"{skill:.0%} less than" if skill > 0 else f"{-skill:.0%} more than"
    verdict = "no less and no more than" if abs(skill) < NOTHING else verdict
    return (
        f"A year ahead the forecast missed by {by['mae']:.1f} children a setting, {verdict} the better naive line; "
        f"its 95% bands held on {by['cover_95']:.0%} of days"
    )


def write_pictures(folder: Path, heading: str, pictures: Sequence[Picture], synthetic: bool) -> tuple[Path, ...]:
    """Write each picture as SVG and its numbers as CSV, and one page that shows both.

    Raises
    ------
    ProjectError
        When the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [_write(folder, picture) for picture in pictures]
        page = folder / f"{pictures[0].name.split('-')[0]}.html"
        page.write_text(_page(heading, pictures, synthetic), encoding="utf-8")
    except OSError as error:
        raise ProjectError(f"{folder}: pictures cannot be written there ({error.strerror}).") from None
    return (*written, page)


def with_words(picture: Picture, number: int = 0) -> str:
    """Return the SVG with its title and words inside, for screen readers."""
    start, rest = picture.svg.split(">", 1)
    title, words = (f"{picture.name}-{part}-{number}" for part in ("title", "words"))
    return (
        f'{start} role="img" aria-labelledby="{title} {words}"><title id="{title}">{escape(picture.title)}</title>'
        f'<desc id="{words}">{escape(picture.alt)}</desc>{rest}'
    )


def _write(folder: Path, picture: Picture) -> Path:
    path = folder / f"{picture.name}.svg"
    path.write_text('<?xml version="1.0" encoding="utf-8"?>\n' + with_words(picture), encoding="utf-8")
    picture.data.to_csv(path.with_suffix(".csv"), index=False, date_format="%Y-%m-%d")
    return path


def _page(heading: str, pictures: Sequence[Picture], synthetic: bool) -> str:
    banner = "<p><strong>SYNTHETIC COUNCIL: the children are invented.</strong></p>" if synthetic else ""
    body = "".join(
        f"<figure>{with_words(picture)}<figcaption>{escape(picture.alt)}</figcaption></figure>"
        f"<details><summary>The numbers</summary>{_table(picture.data)}</details>"
        for picture in pictures
    )
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(heading)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(heading)}</h1>{banner}"
        f"<p>Unsuppressed: for use inside the council, not for publication.</p>{body}</body></html>\n"
    )


def _table(data: pd.DataFrame) -> str:
    days = {str(name): data[name].dt.strftime("%Y-%m-%d") for name in data.select_dtypes("datetime")}
    shown = data.assign(**days)
    return str(shown.to_html(index=False, border=0, float_format=lambda value: f"{value:,.2f}", na_rep="not known"))
