"""Colours of charts and maps: the Analysis Function's, from its own guidance. Nothing is told by colour alone."""

from typing import Any

CATEGORICAL = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
FOCUS, REST = "#12436D", "#BFBFBF"
PAIR = ("#12436D", "#F46A25")
SEQUENTIAL = ("#6BACE6", "#2073BC", "#12436D")
BAND = "#C9D6E2"
"""Of an interval: light enough for lines and words over it."""
INK, GRID = "#1D1D1D", "#D9D9D9"

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "svg.fonttype": "path",
    "svg.hashsalt": "sufficiency",
    "figure.constrained_layout.use": True,
}
"""Settings of every figure; the salt makes the same figure the same bytes."""
