"""Home zones and sibling groups."""

import numpy as np
import pandas as pd
import pytest

from sufficiency.demand.siblings import sibling_groups
from sufficiency.demand.zones import build_zones


def homes(*parts: tuple[str, int, float, float]) -> tuple[list[str], np.ndarray, np.ndarray]:
    labels = [label for label, count, _, _ in parts for _ in range(count)]
    east = np.array([east for _, count, east, _ in parts for _ in range(count)], dtype=float)
    north = np.array([north for _, count, _, north in parts for _ in range(count)], dtype=float)
    return labels, east, north


def test_sectors_join_within_their_outcode_before_a_nearer_one_outside() -> None:
    """Two small sectors of one outcode become a zone although a big sector of another lies nearer."""
    zones = build_zones(*homes(("SN1 1", 4, 0, 0), ("SN1 2", 4, 900, 0), ("SN2 1", 9, 100, 0)), minimum=8)
    assert zones.name == ("SN2", "SN1", "unknown")
    assert zones.share.tolist() == pytest.approx([9 / 17, 8 / 17, 0])


def test_small_outcodes_join_the_nearest_zone() -> None:
    """An outcode with too few children joins the nearest zone, and the name says both."""
    zones = build_zones(*homes(("SN1 1", 9, 0, 0), ("SN3 4", 2, 500, 0), ("SN9 9", 9, 90_000, 0)), minimum=8)
    assert zones.name == ("SN1 and SN3", "SN9", "unknown")
    assert sorted(zones.easting[0].tolist()) == [0] * 9 + [500] * 2


def test_a_large_outcode_is_split_by_sector() -> None:
    """Sectors with enough children are zones of their own, named by sector."""
    zones = build_zones(*homes(("SN1 1", 9, 0, 0), ("SN1 2", 8, 500, 0)), minimum=8)
    assert zones.name == ("SN1 1", "SN1 2", "unknown")


def test_unknown_homes_have_their_own_zone_without_points() -> None:
    """Children without a home sector, or without a point, are in the unknown zone, and never at nought."""
    labels, east, north = homes(("SN1 1", 9, 0, 0), ("", 2, np.nan, np.nan), ("SN1 1", 1, np.nan, 5.0))
    zones = build_zones(labels, east, north, minimum=8)
    assert zones.zone_of_child.tolist() == [0] * 9 + [1] * 3
    assert len(zones.easting[1]) == 0
    assert zones.share.sum() == pytest.approx(1)


def test_nobody_at_all_still_has_the_unknown_zone() -> None:
    """No children give one empty zone."""
    zones = build_zones([], np.array([]), np.array([]))
    assert zones.name == ("unknown",)


def stays(*rows: tuple[str, int, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["child", "spell", "start", "home_postcode"])
    return frame.assign(start=pd.to_datetime(frame["start"]))


def test_same_home_and_day_makes_siblings_through_any_spell() -> None:
    """Two enter together, a third joins one of them in a later spell: one group; others are alone."""
    frame = sibling_groups(
        stays(
            ("a", 1, "2020-01-01", "SN11AA"),
            ("b", 1, "2020-01-01", "SN11AA"),
            ("b", 2, "2022-01-01", "SN22BB"),
            ("c", 1, "2022-01-01", "SN22BB"),
            ("d", 1, "2020-01-02", "SN11AA"),
            ("e", 1, "2020-01-01", ""),
            ("f", 1, "2020-01-01", ""),
        )
    )
    groups = dict(zip(frame["child"], frame["sibling_group"], strict=True))
    assert groups["a"] == groups["b"] == groups["c"]
    assert len(set(groups.values())) == 4


def test_only_the_start_of_a_spell_links() -> None:
    """A later move on the same day from the same home is not a sign of siblings."""
    frame = sibling_groups(
        stays(("a", 1, "2020-01-01", "SN11AA"), ("a", 1, "2021-01-01", "SN11AA"), ("b", 1, "2021-01-01", "SN11AA"))
    )
    assert frame["sibling_group"].nunique() == 2
