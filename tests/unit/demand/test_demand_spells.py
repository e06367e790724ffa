"""Episodes of a few children, folded by hand."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from sufficiency.demand.spells import daily_stock, in_care_on, spells, stays
from sufficiency.domain.settings import CostLine, Sector, Setting

BASE = {
    "place": "U4", "provider": "PR1", "setting": Setting.FOSTERING, "sector": Sector.OWN,
    "line": CostLine.IN_HOUSE_FOSTER, "legal_status": "C2", "need_code": "N1", "reason_started": "S",
    "reason_ceased": "", "reason_changed": "", "home_postcode": "SN11AA", "placement_postcode": "SN21AA", "urn": "",
}  # fmt: skip
HOME = {"place": "K2", "provider": "PR4", "setting": Setting.RESIDENTIAL, "placement_postcode": "SN99ZZ"}


def episodes(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([BASE | row for row in rows])
    for name in ("start", "end"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    return frame.astype({name: "str" for name in BASE})


def row(child: str, start: str, end: str | None, **values: Any) -> dict[str, Any]:
    return {"child": child, "start": start, "end": end, **values}


def test_an_episode_the_same_day_continues_the_spell() -> None:
    """A spell runs on through a same-day episode and breaks at a gap of one day."""
    frame = spells(
        episodes(
            row("a", "2024-01-01", "2024-02-01", reason_ceased="X1"),
            row("a", "2024-02-01", "2024-03-01", reason_started="P", reason_ceased="E4A"),
            row("a", "2024-03-02", None),
            row("b", "2024-03-01", None),
        )
    )
    assert frame[["child", "spell"]].to_numpy().tolist() == [["a", 1], ["a", 2], ["b", 1]]
    assert frame["end"].tolist()[0] == pd.Timestamp("2024-03-01")
    assert frame["reason_ceased"].tolist() == ["E4A", "", ""]


def test_status_only_changes_with_the_same_carer_are_one_stay() -> None:
    """Legal and placement-status changes do not end a stay; the latest status is kept."""
    frame = stays(
        episodes(
            row("a", "2024-01-01", "2024-02-01", legal_status="C1", place="U6"),
            row("a", "2024-02-01", "2024-03-01", reason_started="L", place="U6"),
            row("a", "2024-03-01", None, reason_started="T"),
        )
    )
    assert len(frame) == 1
    assert frame.loc[0, ["legal_status", "place", "ended_by", "next_setting"]].tolist() == ["C2", "U4", "open", ""]


def test_a_legal_change_with_another_carer_is_a_move() -> None:
    """An episode coded as legal-only but with another postcode is not the same carer."""
    frame = stays(
        episodes(
            row("a", "2024-01-01", "2024-02-01"),
            row("a", "2024-02-01", None, reason_started="L", placement_postcode="SN77ZZ"),
        )
    )
    assert frame["ended_by"].tolist() == ["moved", "open"]


def test_a_move_within_a_setting_is_a_new_stay() -> None:
    """Two foster homes in a row are two stays with the same setting."""
    frame = stays(
        episodes(
            row("a", "2024-01-01", "2024-02-01"),
            row("a", "2024-02-01", "2024-05-01", reason_started="P", placement_postcode="SN77ZZ"),
        )
    )
    assert frame["stay"].tolist() == [1, 2]
    assert frame["ended_by"].tolist() == ["moved", "left"]
    assert frame["next_setting"].tolist() == ["fostering", ""]


def test_a_temporary_placement_carries_the_one_it_interrupts() -> None:
    """A night in hospital and the return to the same carer leave one stay."""
    away = {"place": "T1", "provider": "", "setting": Setting.OTHER, "placement_postcode": "", "reason_started": "P"}
    frame = stays(
        episodes(
            row("a", "2024-01-01", "2024-02-01"),
            row("a", "2024-02-01", "2024-02-03", **away),
            row("a", "2024-02-03", None, reason_started="P"),
            row("b", "2024-02-01", "2024-02-03", **away),
        )
    )
    assert frame["child"].tolist() == ["a", "b"]
    assert frame["setting"].tolist() == ["fostering", "other"]


def test_time_of_no_length_never_counts() -> None:
    """Same-day episodes crash nothing and are nobody's day in care."""
    frame = episodes(
        row("a", "2024-01-01", "2024-01-01"),
        row("b", "2024-01-01", "2024-01-05", reason_ceased="X1"),
        row("b", "2024-01-05", "2024-01-05", reason_ceased="E11", **HOME),
    )
    assert spells(frame)[["child", "reason_ceased"]].to_numpy().tolist() == [["b", "E11"]]
    assert stays(frame)["setting"].tolist() == ["fostering"]
    assert daily_stock(frame, by=()).loc["2024-01-04", "children"] == 1
    assert int(daily_stock(frame, by=())["children"].max()) == 1


def test_overlapping_episodes_never_put_a_child_in_two_places() -> None:
    """A later episode ends the one it overlaps."""
    frame = stays(episodes(row("a", "2024-01-01", None), row("a", "2024-02-01", "2024-03-01", **HOME)))
    assert frame["end"].tolist() == [pd.Timestamp("2024-02-01"), pd.Timestamp("2024-03-01")]


def test_daily_stock_counts_each_day_by_setting() -> None:
    """Two children, one move: each day has them where they were, and the end day has them no more."""
    frame = stays(
        episodes(
            row("a", "2024-01-01", "2024-01-03"),
            row("a", "2024-01-03", "2024-01-06", reason_started="P", **HOME),
            row("b", "2024-01-02", None),
        )
    )
    stock = daily_stock(frame)
    assert stock["fostering"].tolist() == [1, 2, 1, 1, 1, 1]
    assert stock["residential"].tolist() == [0, 0, 1, 1, 1, 0]
    assert stock.index[0] == pd.Timestamp("2024-01-01")
    for moment in stock.index:
        assert len(in_care_on(frame, moment.date())) == stock.loc[moment].sum()


def test_daily_stock_can_be_cut_to_a_period() -> None:
    """Days before the first start and after the last event are counted when asked for."""
    frame = stays(episodes(row("a", "2024-01-02", None), row("b", "2023-12-01", "2024-01-01")))
    stock = daily_stock(frame, by=("setting", "ended_by"), first_day=date(2023, 12, 31), last_day=date(2024, 1, 4))
    assert stock[("fostering", "left")].tolist() == [1, 0, 0, 0, 0]
    assert stock[("fostering", "open")].tolist() == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("function", [spells, stays])
def test_no_episodes_give_an_empty_frame(function: Any) -> None:
    """An empty history is an answer, not a crash."""
    empty = episodes(row("a", "2024-01-01", None)).iloc[:0]
    assert len(function(empty)) == 0
    assert daily_stock(function(empty)).empty
