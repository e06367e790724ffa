"""Why a group has no suitable place, and what would give it one, on homes small enough to check by hand."""

import numpy as np

from solvers.allocation.worth import used
from sufficiency.domain.needs import PROFILE_INDEX
from sufficiency.domain.places import Places
from sufficiency.matching.columns import Members, eligible, rules_kept
from sufficiency.matching.explain_unmet import NOTHING, ONE_MORE, Unmet, changes, reasons
from sufficiency.matching.reach import measure_reach
from sufficiency.matching.today import allocate, build_problem, place_of_member

from .conftest import HOME, POLICY, SWINDON, place


def explained(ages: list[int], *homes: Places) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Match children who need a foster home, one family each; return the rows of both tables."""
    number, places = len(ages), Places.join(homes)
    members = Members(
        np.array(ages),
        np.array(ages),
        np.full(number, PROFILE_INDEX["foster"]),
        np.zeros(number, dtype=np.int64),
        np.zeros(number, dtype=np.int64),
    )
    reach = measure_reach([np.array([HOME])], places, SWINDON, POLICY)
    today = build_problem(members, np.arange(number), places, places.capacity[:, 0], reach, POLICY)
    answer = allocate(today)
    unmet = np.flatnonzero(place_of_member(today, answer) < 0)
    free = places.capacity[:, 0] - used(today.problem, answer.amount)
    compared = Unmet.of(
        members, places, np.arange(len(places)), unmet, free, np.ones((number, len(places)), dtype=bool)
    )
    found = changes(today, answer, compared, places, reach, POLICY)
    return reasons(compared, members).to_dict("records"), found.to_dict("records")


def test_a_full_home_is_the_reason_and_one_more_place_the_change() -> None:
    """Three children of seven, one home of two: one is left, and a place more in that home is all it takes."""
    why, what = explained([7, 7, 7], place("pair", weekly_pence=90_000))
    assert [(row["children"], row["approved_and_full"], row["homes_that_suit"]) for row in why] == [(1, 1, 1)]
    assert [(row["change"], row["children"], row["mean_price_pence"]) for row in what] == [(ONE_MORE, 1, 90_000)]


def test_an_approval_for_the_age_is_the_change_where_a_bed_is_free() -> None:
    """The only home takes children from ten; it has room, so approving it for a child of four is enough."""
    why, what = explained([4], place("older", age_min=10))
    assert [(row["not_approved_for_age"], row["approved_and_full"], row["approved_and_free"]) for row in why] == [
        (1, 0, 0)
    ]
    assert [(row["age_band"], row["change"]) for row in what] == [("1 to 4", "approve a home for the age")]


def test_two_changes_are_named_together() -> None:
    """The home for older children is full as well: an approval and a place."""
    _, what = explained([12, 12, 4], place("older", age_min=10))
    assert [row["change"] for row in what] == [f"approve a home for the age and {ONE_MORE}"]


def test_a_setting_that_does_not_suit_is_never_offered() -> None:
    """No home of a suitable setting: no change of one home is enough, and that is said."""
    from sufficiency.domain.settings import Setting

    why, what = explained([7], place("lodging", setting=Setting.SUPPORTED))
    assert [row["homes_that_suit"] for row in why] == [0]
    assert [(row["change"], row["children"]) for row in what] == [(NOTHING, 1)]


def test_eligible_is_all_rules_together() -> None:
    """A pair is eligible when it keeps every rule."""
    places = Places.join([place("any"), place("older", age_min=10), place("girls", sex="F")])
    members = Members(*(np.array(each) for each in ([4, 12], [4, 12], [1, 1], [0, 0], [0, 0])))
    kept = rules_kept(members, places)
    assert (eligible(members, places) == np.logical_and.reduce(list(kept.values()))).all()
    assert kept["age"].tolist() == [[True, False, True], [True, True, True]]
    assert not kept["sex"][:, 2].any()
