"""Why groups of children have no suitable place on the base date, and the least change that would give them one.

Reasons are counted over the known homes of a setting that suits: who is not approved for the child's age, need, sex or
living alone, and who is approved and full. The least change waives a rule or adds a bed somewhere; it is found with
everybody free to move, so a home that looks full may be freed by placing others better. Always groups, never a child.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from solvers.allocation.answer import Answer
from solvers.allocation.protocol import DEFAULT_STOP
from solvers.allocation.relaxed import Relaxations, least_changes
from solvers.stop import StopRule
from sufficiency.domain.needs import AGE_BANDS, PROFILES, age_band_of_year
from sufficiency.domain.places import Places
from sufficiency.matching.alone import LIVES_ALONE, for_one, taking_all
from sufficiency.matching.columns import Members, price_pairs, rules_kept
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import Reach
from sufficiency.matching.today import TodayProblem

APPROVALS: dict[str, str] = {
    "age": "approve a home for the age",
    "need level": "approve a home for the need",
    "alone": "let a home be lived in alone",
    "sex": "open a home to the other sex",
}
"""What waiving each rule would mean. Whether a setting suits is a matter of the child's need, and never waived."""

WHOLE = "let one child have all of a home for several"
"""What living alone would mean in a home that is not among the small ones which the policy gives to one child."""

ONE_MORE = "one more place in a home that suits"
NOTHING = "no change of one known home is enough"
TOGETHER = "room for all brothers and sisters in one home"

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Unmet:
    """Children without a suitable place, and the homes that are looked at for them.

    Attributes
    ----------
    members, place
        Those children, as positions, and the homes, as positions.
    broken
        Whether each pair breaks a rule, by rule, shape (children, homes) each.
    suits
        Whether the setting of the home suits, and no rule on miles forbids it, shape (children, homes).
    full
        Whether the answer leaves no room in each home for each child: for one who would have all of it, any resident
        fills it. Shape (children, homes).
    """

    members: IntArray
    place: IntArray
    broken: dict[str, NDArray[np.bool_]]
    suits: NDArray[np.bool_]
    full: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        members: Members,
        places: Places,
        known: IntArray,
        unmet: IntArray,
        free: IntArray,
        near: NDArray[np.bool_],
        emptied: NDArray[np.bool_] | None = None,
    ) -> "Unmet":
        """Compare the unmet children with the known homes, those that are near enough for each (``near``).

        A child who must live alone may have all of those in ``emptied``.
        """
        whole = np.zeros(len(places), dtype=bool) if emptied is None else emptied
        kept = rules_kept(_some(members, unmet), for_one(places, whole).take(known))
        broken = {rule: ~kept[rule] for rule in APPROVALS}
        alone = LIVES_ALONE[members.profile[unmet]][:, None] & whole[known][None, :]
        full = np.where(alone, free[known] < places.capacity[known, 0], free[known] <= 0)
        return cls(unmet, known, broken, np.asarray(kept["setting"]) & near[np.ix_(unmet, known)], full)

    @property
    def changes(self) -> IntArray:
        """How many rules each pair breaks, shape (children, homes)."""
        return np.asarray(sum(mask.astype(np.int64) for mask in self.broken.values()))


def reasons(unmet: Unmet, members: Members) -> pd.DataFrame:
    """Count, for each group, the homes that suit and what stands against them, as means over its children.

    Returns
    -------
    pandas.DataFrame
        ``profile, age_band, children, homes_that_suit, not_approved_for_age, not_approved_for_need, not_for_one_alone,
        not_for_the_sex, approved_and_full, approved_and_free``.
    """
    approved = unmet.suits & (unmet.changes == 0)
    counts = {
        "homes_that_suit": unmet.suits,
        "not_approved_for_age": unmet.suits & unmet.broken["age"],
        "not_approved_for_need": unmet.suits & unmet.broken["need level"],
        "not_for_one_alone": unmet.suits & unmet.broken["alone"],
        "not_for_the_sex": unmet.suits & unmet.broken["sex"],
        "approved_and_full": approved & unmet.full,
        "approved_and_free": approved & ~unmet.full,
    }
    frame = _groups(members, unmet.members).assign(**{name: mask.sum(axis=1) for name, mask in counts.items()})
    grouped = frame.groupby(["profile", "age_band"], observed=True)
    table = grouped[list(counts)].mean().reset_index()
    table.insert(2, "children", grouped.size().to_numpy())
    return table


def changes(
    today: TodayProblem,
    answer: Answer,
    unmet: Unmet,
    places: Places,
    reach: Reach,
    policy: Policy,
    *,
    stop: StopRule = DEFAULT_STOP,
) -> pd.DataFrame:
    """Find the least change for the unmet children, all of them at once.

    Returns
    -------
    pandas.DataFrame
        ``profile, age_band, change, setting, line, children, mean_miles, mean_price_pence``.
    """
    offered = _offered(today, unmet, places, reach, policy)
    found = least_changes(today.problem, answer, offered, stop)
    member, place = offered.member[found.chosen], offered.place[found.chosen]
    row, column = np.searchsorted(unmet.members, member), np.searchsorted(unmet.place, place)
    taken = offered.takes[found.chosen]
    frame = _groups(today.members, member).assign(
        change=_words(unmet, row, column, offered.new_unit[found.chosen], taken),
        setting=[str(places.setting[index]) for index in place],
        line=[str(places.line[index]) for index in place],
        miles=reach.miles[today.members.zone[member], place],
        price_pence=(places.weekly_pence[place] * taken).astype(float),
    )
    left = np.setdiff1d(found.without, np.setdiff1d(found.without, unmet.members))
    missing = np.where(_unparted(today, policy)[left], TOGETHER, NOTHING)
    none = _groups(today.members, left).assign(change=missing, setting="", line="", miles=np.nan, price_pence=np.nan)
    keys = ["profile", "age_band", "change", "setting", "line"]
    return (
        pd.concat([frame, none])
        .groupby(keys, as_index=False, observed=True)
        .agg(children=("miles", "size"), mean_miles=("miles", "mean"), mean_price_pence=("price_pence", "mean"))
    )


def _offered(today: TodayProblem, unmet: Unmet, places: Places, reach: Reach, policy: Policy) -> Relaxations:
    """Offer each unmet child every home of a setting that suits: as it is, and with one more place.

    Where small homes may be emptied for one child, a child who must live alone is offered all of a home for several; a
    place more in it would not help.
    """
    allowed = np.zeros((len(today.members), len(places)), dtype=bool)
    allowed[np.ix_(unmet.members, unmet.place)] = unmet.suits
    allowed[_unparted(today, policy)] = False
    pairs = price_pairs(today.members, places, reach, policy, allowed)
    several = ~places.solo & (policy.solo_in_larger_homes > 1)
    pairs = taking_all(pairs, today.members, several, np.maximum(today.problem.capacity[pairs.place], 1))
    alone = LIVES_ALONE[today.members.profile[pairs.member]] & several[pairs.place]
    split = np.where(np.bincount(today.families)[today.families] > 1, policy.sibling_split, 0)
    row, column = np.searchsorted(unmet.members, pairs.member), np.searchsorted(unmet.place, pairs.place)
    broken = unmet.changes[row, column]
    waived = np.flatnonzero(broken > 0)
    both = np.concatenate([waived, np.flatnonzero(~alone)])
    return Relaxations(
        member=pairs.member[both],
        place=pairs.place[both],
        cost=(pairs.cost + split[pairs.member])[both],
        changes=broken[both],
        new_unit=np.arange(len(both)) >= len(waived),
        use=pairs.use[both],
    )


def _unparted(today: TodayProblem, policy: Policy) -> NDArray[np.bool_]:
    """Who is never given a home without brothers and sisters: no change for one alone would help."""
    return today.home_for_all & policy.siblings_together


def _words(unmet: Unmet, row: IntArray, column: IntArray, new_unit: NDArray[np.bool_], taken: IntArray) -> list[str]:
    """Say what each change is, several joined by "and"."""
    words = []
    for child, home, bed, places in zip(row, column, new_unit, taken, strict=True):
        meant = APPROVALS | {"alone": WHOLE} if places > 1 else APPROVALS
        waived = [text for rule, text in meant.items() if unmet.broken[rule][child, home]]
        words.append(" and ".join([*waived, ONE_MORE] if bed else waived))
    return words


def _groups(members: Members, some: IntArray) -> pd.DataFrame:
    band = [age_band_of_year(int(age)) for age in members.youngest[some]]
    return pd.DataFrame(
        {
            "profile": [PROFILES[index].key for index in members.profile[some]],
            "age_band": pd.Categorical([AGE_BANDS[index] for index in band], categories=AGE_BANDS, ordered=True),
        }
    )


def _some(members: Members, some: IntArray) -> Members:
    return Members(*(getattr(members, name)[some] for name in Members.__dataclass_fields__))
