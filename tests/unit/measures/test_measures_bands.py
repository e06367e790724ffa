"""Bands over replications: a group nobody is in counts as nought, and edges lie where they should."""

import pandas as pd

from sufficiency.measures.bands import bands


def frame(rows: dict[str, int]) -> pd.DataFrame:
    return pd.DataFrame({"kind": list(rows), "period": "2025-26", "children": list(rows.values())})


def test_a_missing_group_is_nobody_and_not_unknown() -> None:
    """A replication without children of a kind takes part with nought."""
    table = bands([frame({"a": 10}), frame({"a": 10, "b": 4})], ["kind", "period"], ["children"])
    rows = {str(row["kind"]): row for row in table.to_dict("records")}
    assert rows["b"]["mean"] == 2
    assert rows["b"]["p10"] < rows["b"]["p50"] < rows["b"]["p90"] <= 4
    assert rows["a"]["p10"] == rows["a"]["p90"] == 10


def test_four_in_five_replications_lie_inside() -> None:
    """Of a hundred and one evenly spread replications, eighty-one lie between the edges."""
    table = bands([frame({"a": number}) for number in range(101)], ["kind", "period"], ["children"])
    low, high = float(table["p10"].iloc[0]), float(table["p90"].iloc[0])
    assert (low, high) == (10, 90)
    assert int(table["replications"].iloc[0]) == 101
