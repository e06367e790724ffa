"""Which authorities adjoin, and whether a placement is in area, neighbouring or distant."""

import csv
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import networkx as nx


class Locality(StrEnum):
    """Where a placement is, seen from the responsible authority.

    Source: Care Planning, Placement and Case Review (England) Regulations 2010 reg 11: distant is outside the area and
    not in an adjoining authority; it needs the approval of the director of children's services.
    """

    IN_AREA = "in area"
    NEIGHBOURING = "neighbouring"
    DISTANT = "distant"
    UNKNOWN = "unknown"


@cache
def _adjoining() -> dict[str, frozenset[str]]:
    """Adjoining authorities of each authority, from the shipped table."""
    found: dict[str, set[str]] = {}
    with files("sufficiency.geography").joinpath("data/adjacency.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["authority_a"], set()).add(row["authority_b"])
            found.setdefault(row["authority_b"], set()).add(row["authority_a"])
    return {code: frozenset(others) for code, others in found.items()}


def neighbours(code: str) -> frozenset[str]:
    """Return the authorities that adjoin one; Welsh and Scottish ones too. None for an island or an unknown code.

    Derived from postcodes and approximate (``data/adjacency.csv``); authorities that only face each other over an
    estuary do not adjoin (``data/water_between.csv``).
    """
    return _adjoining().get(code, frozenset())


@cache
def adjacency_graph() -> "nx.Graph[str]":
    """Return the adjoining authorities as a graph: authorities are nodes, adjoining pairs are edges."""
    import networkx as nx

    from sufficiency.geography.authority import authorities

    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(authority.code for authority in authorities())
    graph.add_edges_from((code, other) for code, others in _adjoining().items() for other in others)
    frozen: nx.Graph[str] = nx.freeze(graph)
    return frozen


def locality(
    home_authority: str | Sequence[str] | NDArray[Any], placement_authority: str | Sequence[str] | NDArray[Any]
) -> NDArray[np.str_]:
    """Return "in area", "neighbouring", "distant" or "unknown" for each placement, element by element.

    Parameters
    ----------
    home_authority
        Responsible authority: one code, or one a row.
    placement_authority
        Authority of the placement: one code, or one a row; "" is unknown.
    """
    home, there = np.broadcast_arrays(np.asarray(home_authority, dtype="U9"), np.asarray(placement_authority, "U9"))
    pairs = list(zip(home.ravel().tolist(), there.ravel().tolist(), strict=True))
    classes = {pair: _class(*pair) for pair in set(pairs)}
    return np.array([classes[pair] for pair in pairs], dtype="U12").reshape(home.shape)


def _class(home: str, there: str) -> Locality:
    if not home or not there:
        return Locality.UNKNOWN
    if home == there:
        return Locality.IN_AREA
    return Locality.NEIGHBOURING if there in neighbours(home) else Locality.DISTANT
