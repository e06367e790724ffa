"""Maps of need, places and the gap by home area, from a published table; never a point for a child or a home."""

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from sufficiency.report.charts import Chart, finished, styled
from sufficiency.report.outlines import NO_ZONE, ZoneGrid
from sufficiency.report.palette import INK, REST, SEQUENTIAL
from sufficiency.report.table import Table

_PANELS = ("Children in care", "Usable places", "Children less places")
_LIGHTEST = "#DCE9F5"


def zone_map(table: Table, grid: ZoneGrid) -> Chart:
    """Return one picture with a map a column, each home area with its number written in it."""
    with styled():
        figure = Figure(figsize=(7.2, 3.4))
        for axes, column in zip(figure.subplots(1, len(_PANELS)), _PANELS, strict=True):
            _draw(axes, table.numbers(column), grid)
            axes.set_title(column, fontsize=9.5)
        figure.supxlabel(
            "Outlines approximate, derived from postcodes (ONS, Royal Mail, OGL). Grey: withheld or not known.",
            fontsize=7.5,
        )
        told = "Three maps of the council's home areas: children in care, usable places, children less places."
        return finished(figure, table, told)


def _draw(axes: Axes, numbers: dict[str, float], grid: ZoneGrid) -> None:
    value = np.array([numbers.get(name, np.nan) for name in grid.names])
    cells = np.where(grid.zone == NO_ZONE, np.nan, value[np.clip(grid.zone, 0, None)])
    land = np.where(grid.zone == NO_ZONE, np.nan, 1.0)
    colours = LinearSegmentedColormap.from_list("need", [_LIGHTEST, *SEQUENTIAL[:2]])
    axes.imshow(land, origin="lower", cmap=mpl.colors.ListedColormap([REST]), interpolation="nearest")
    axes.imshow(cells, origin="lower", cmap=colours, interpolation="nearest")
    for place in range(len(grid.names)):
        axes.contour(grid.zone == place, levels=[0.5], colors=INK, linewidths=0.5)
    for (column, row), number in zip(grid.middle, value, strict=True):
        if np.isfinite(column):
            words = "[c]" if np.isnan(number) else f"{number:,.0f}"
            label = axes.text(column, row, words, ha="center", va="center", fontsize=7.5, fontweight="bold")
            label.set_bbox({"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6})
    axes.set_axis_off()
