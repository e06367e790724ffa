"""The base date alone: today's children over today's places, as tables by need and cost line."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from solvers.allocation.answer import Answer
from solvers.allocation.margins import margins
from solvers.allocation.worth import used
from solvers.stop import TimeLimit
from sufficiency.demand.siblings import sibling_groups
from sufficiency.domain.needs import ADULT_AGE, PROFILES
from sufficiency.domain.places import UNLIMITED, PlaceKind, Places
from sufficiency.domain.settings import PLANNED_SETTINGS, Setting
from sufficiency.matching.audit_today import audit_match, require_match
from sufficiency.matching.columns import Members, near_enough
from sufficiency.matching.explain_unmet import Unmet, changes, reasons
from sufficiency.matching.groups import whole_ages
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import FAR_MILES, LOCALITIES, Reach, measure_reach
from sufficiency.matching.setup import Prepared, birth_interval, sex_index
from sufficiency.matching.today import TodayProblem, allocate, build_problem, place_of_member, places_used, splits

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Summary = dict[str, str | int | float | bool | None]

THINK_SECONDS = 60.0
CLOSE_ENOUGH = 1e-4
"""A hundredth of one per cent: closer than anybody knows a price."""

FIGURES = (
    "today's use and the best match",
    "as named",
    "How the children of the base date live today, and how they could in the same places if all were placed afresh at "
    "least objective: price, distance, borders, settings and sibling splits as policy weighs them. Nobody is proposed "
    "for a move. Which children need to live alone is drawn in the assumed share. A child without a suitable place is "
    "priced at what councils have paid for unregistered ones (money.unmet_pounds_weekly).",
)
BY_NEED = (
    "children by need and cost line",
    "children",
    "Children of each need profile by where they live today and where the best match would have them live.",
)
NEXT_PLACE = (
    "saving of one more place in a known home",
    "pence a week",
    "What one more place would take off the objective a week, policy weights included, as the mean over known homes; "
    "homes whose next place would house a child who has no suitable one are counted apart and have no price.",
)
RANGE = (
    "one more and one fewer place where a place is worth most",
    "pence a week",
    "For the homes of each kind where one more place would save most, one row for each setting, cost line, kind and "
    "locality: what one more place would save and one fewer would cost, each proven to lie "
    "between two figures (objective a week, policy weights included). homes_where_it_holds: one fewer costs at most a "
    "tenth more than one more saves; elsewhere the value changes from one place to the next.",
)
LEFT_OUT = " Homes that one child may have all of (policy.solo_in_larger_homes) are left out."
REASONS = (
    "why children have no suitable place",
    "known homes, mean over the children of the group",
    "For each group without a suitable place in the best match: the known homes of a setting that suits, how many of "
    "them are not approved for the age, the need, living alone or the sex (a home may count under several), and how "
    "many are approved and full or free.",
)
CHANGES = (
    "the least change that would end the unmet need",
    "children, miles, pence a week",
    "For each group without a suitable place: the fewest approvals or places, and the cheapest of these, that would "
    "give every child one, with everybody else free to move between the known places. Nobody is proposed for a move.",
)
"""Name, unit and definition of each table."""

SHOWN_HOMES = 8
"""Homes whose next place is worked out exactly, those with the highest prices."""

KNOWN_KINDS = (PlaceKind.HOUSEHOLD, PlaceKind.HOME, PlaceKind.BLOCK)


@dataclass(frozen=True, eq=False)
class TodayPicture:
    """Children and places of the base date, ready to be matched.

    Attributes
    ----------
    members
        One entry a child whose setting the engine plans; the zone of a child is its own home.
    sibling_group
        Number shared by brothers and sisters, shape (m,).
    places
        Known places with their usable capacity, then one place for each placement that could not be linked to one.
    used
        Place of each child today; "no suitable place" for a child in an unregistered setting, shape (m,).
    reach
        Distances between the homes of the children and the places.
    """

    members: Members
    sibling_group: IntArray
    places: Places
    used: IntArray
    reach: Reach

    @property
    def capacity(self) -> IntArray:
        """Places usable on the base date; nobody can be given "no suitable place"."""
        open_today = self.places.capacity[:, 0].copy()
        open_today[-1] = 0
        return open_today


def match_tables(
    prepared: Prepared, rng: np.random.Generator, seed: int
) -> tuple[Answer, Summary, dict[str, pd.DataFrame]]:
    """Match and return the answer, its headline figures and its tables."""
    picture = picture_today(prepared, rng)
    policy = prepared.walk.policy
    today = build_problem(
        picture.members, picture.sibling_group, picture.places, picture.capacity, picture.reach, policy
    )
    answer = allocate(today, stop=TimeLimit(THINK_SECONDS), seed=seed)
    matched = place_of_member(today, answer)
    value = answer.value - today.one_part_pence
    verdict = audit_match(
        picture.members, today.families, matched, value, picture.places, picture.capacity, picture.reach, policy
    )
    require_match(verdict)
    matched = np.where(matched < 0, len(picture.places) - 1, matched)
    left_out = LEFT_OUT if policy.solo_in_larger_homes > 1 else ""
    tables = {
        "match_figures": _described(figures_beside(picture, today, answer, policy), *FIGURES),
        "match_by_need": _described(_by_need(picture, matched), *BY_NEED),
        "match_next_place": _described(_next_place(picture, answer, policy), *NEXT_PLACE),
        "match_next_place_range": _described(_range(picture, today, answer), *RANGE[:2], RANGE[2] + left_out),
        **_unmet_tables(picture, today, answer, policy, np.flatnonzero(matched == len(picture.places) - 1)),
    }
    summary: Summary = {
        "children": len(picture.members),
        "objective_pence": value,
        "objective_bound_pence": answer.best_bound - today.one_part_pence,
        "gap": answer.gap,
        "gap_by_prices_alone": answer.price_gap,
        "reason": str(answer.reason),
        "unmet": int((matched == len(picture.places) - 1).sum()),
        "sibling_groups_no_home_takes_together": today.no_home_for_all,
        "sibling_splits": splits(today, np.where(matched == len(picture.places) - 1, -1, matched)),
    }
    return answer, summary, tables


def picture_today(prepared: Prepared, rng: np.random.Generator) -> TodayPicture:
    """Return the children whose setting the engine plans, and every place that is there for them.

    Which children in homes had foster care as their plan is not in the returns: they are drawn in the assumed share.
    """
    walk, now = prepared.walk, prepared.now
    setting = now.frame["setting"].to_numpy()
    planned = np.isin(setting, [*PLANNED_SETTINGS, Setting.UNREGISTERED])
    frame = now.frame[planned].reset_index(drop=True)
    linked = prepared.place_of[planned]
    single = np.isin(linked, _of_kind(walk.places, (PlaceKind.EXISTING,)))
    known = _of_kind(walk.places, KNOWN_KINDS)
    own_place = _own_places(walk.places, linked[single], prepared, np.flatnonzero(planned)[single])
    places = Places.join([walk.places.take(known), own_place, walk.places.take(np.array([walk.unmet]))])
    position = np.full(len(walk.places), len(places) - 1, dtype=np.int64)
    position[known] = np.arange(len(known))
    used = position[linked]
    used[single] = len(known) + np.arange(int(single.sum()))
    used[frame["setting"].to_numpy() == Setting.UNREGISTERED] = len(places) - 1
    home = np.stack([now.home.easting, now.home.northing], axis=1)[planned]
    has_home = ~np.isnan(home).any(axis=1)
    points = [home[[index]] for index in np.flatnonzero(has_home)]
    zone = np.where(has_home, np.cumsum(has_home) - 1, len(points))
    age = np.stack(whole_ages(*birth_interval(frame["birth_date"], frame["start"]), _day(prepared)))
    members = Members(age[0], age[1], _draw_profiles(prepared.need_shares[planned], rng), zone, sex_index(frame["sex"]))
    group = sibling_groups(now.frame).set_index("child")["sibling_group"].loc[frame["child"]].to_numpy(dtype=np.int64)
    reach = measure_reach(points, places, prepared.facts.home_authority, walk.policy)
    return TodayPicture(members, group, places, used, reach)


def _of_kind(places: Places, kinds: tuple[PlaceKind, ...]) -> IntArray:
    return np.flatnonzero(np.isin(np.array([str(kind) for kind in places.kind]), [str(kind) for kind in kinds]))


def _own_places(places: Places, entry: IntArray, prepared: Prepared, child: IntArray) -> Places:
    """Return one place for each placement that is no known home: at its own address, free for any child of its ages."""
    now = prepared.now
    taken = places.take(entry)
    youngest, _ = whole_ages(*birth_interval(now.frame["birth_date"], now.frame["start"]), _day(prepared))
    floor = np.array([_YOUNGEST.get(setting, 0) for setting in taken.setting], dtype=np.int64)
    number = len(entry)
    return replace(
        taken,
        id=tuple(f"placement-{index}" for index in range(number)),
        kind=(PlaceKind.SPOT,) * number,
        easting=now.placement.easting[child],
        northing=now.placement.northing[child],
        authority=tuple(str(code) for code in now.placement.authority[child]),
        ring_miles=np.full(number, np.nan),
        ring_locality=("",) * number,
        age_min=np.minimum(floor, youngest[child]),
        age_max=np.full(number, ADULT_AGE - 1),
        need_level_max=np.full(number, 4),
        solo=np.full(number, True),
        capacity=np.ones((number, places.months), dtype=np.int64),
        starts_per_month=np.full(number, UNLIMITED),
    )


_YOUNGEST = {Setting.RESIDENTIAL: 8, Setting.SUPPORTED: 16}
"""Youngest age that a placement of a setting is open to, unless a younger child lives in it (assumption)."""


def _day(prepared: Prepared) -> int:
    return prepared.walk.base_date.toordinal() - date(1970, 1, 1).toordinal()


def _draw_profiles(shares: FloatArray, rng: np.random.Generator) -> IntArray:
    drawn = rng.random(len(shares))
    passed = (drawn[:, None] > np.cumsum(shares, axis=1)).sum(axis=1)
    return np.asarray(np.minimum(passed, len(PROFILES) - 1), dtype=np.int64)


def figures_beside(picture: TodayPicture, today: TodayProblem, answer: Answer, policy: Policy) -> pd.DataFrame:
    """Return the headline figures of today's use and of a match: ``measure, today, matched``."""
    matched, taken = place_of_member(today, answer), places_used(today, answer)
    matched = np.where(matched < 0, len(picture.places) - 1, matched)
    rows = pd.DataFrame(
        {"today": _figures(picture, today, picture.used), "matched": _figures(picture, today, matched, taken)}
    )
    if policy.solo_in_larger_homes > 1:
        rows = pd.concat([rows, _whole_homes(taken)])
    return rows.rename_axis("measure").reset_index()


def _figures(
    picture: TodayPicture, today: TodayProblem, place: IntArray, taken: IntArray | int = 1
) -> "pd.Series[float]":
    """Headline figures of one way to house the children, each of whom takes one place or all of a home."""
    unmet = place == len(picture.places) - 1
    miles = picture.reach.miles[picture.members.zone, place]
    locality = picture.reach.locality[place]
    return pd.Series(
        {
            "weekly price, pounds": float((picture.places.weekly_pence[place] * np.maximum(taken, 1)).sum()) / 100,
            "mean miles from home, where known": float(np.nanmean(miles)) if (~np.isnan(miles)).any() else np.nan,
            "more than 20 miles from home": float((miles > FAR_MILES).sum()),
            **{name: float((~unmet & (locality == index)).sum()) for index, name in enumerate(LOCALITIES)},
            "further parts of sibling groups": float(splits(today, np.where(unmet, -1, place))),
            "without a suitable place": float(unmet.sum()),
            "children": float(len(picture.members)),
        }
    )


def _whole_homes(taken: IntArray) -> pd.DataFrame:
    """How many children have all of a home for several, and the places that keeps empty; not known of today's use."""
    counts = {
        "children with all of a home for several": float((taken > 1).sum()),
        "places kept empty beside them": float(np.maximum(taken - 1, 0).sum()),
    }
    return pd.DataFrame({"today": np.nan, "matched": counts})


def _by_need(picture: TodayPicture, matched: IntArray) -> pd.DataFrame:
    line = np.array([str(one) for one in picture.places.line], dtype=object)
    line[-1] = "no suitable place"
    keys = np.array([profile.key for profile in PROFILES], dtype=object)[picture.members.profile]
    rows = [
        pd.DataFrame({"profile": keys, "line": line[place], "when": when})
        for when, place in (("today", picture.used), ("matched", matched))
    ]
    table = pd.concat(rows).pivot_table(index=["profile", "line"], columns="when", aggfunc="size", fill_value=0)
    return table.reindex(columns=["today", "matched"], fill_value=0).reset_index().rename_axis(columns=None)


def _next_place(picture: TodayPicture, answer: Answer, policy: Policy) -> pd.DataFrame:
    # Beyond half the weight of an unmet need a price is policy, not money: another place would end such a need.
    ends = answer.price > policy.unmet / 2
    frame = pd.DataFrame(
        {
            "setting": [str(one) for one in picture.places.setting],
            "line": [str(one) for one in picture.places.line],
            "kind": [str(one) for one in picture.places.kind],
            "places": picture.capacity,
            "price_pence": np.where(ends, np.nan, answer.price),
            "ends_unmet": ends.astype(np.int64),
        }
    )
    known = frame[frame["kind"].isin([str(kind) for kind in KNOWN_KINDS])]
    return known.groupby(["setting", "line", "kind"], as_index=False).agg(
        places=("places", "sum"),
        homes=("price_pence", "size"),
        mean_saving_pence=("price_pence", "mean"),
        homes_that_would_end_an_unmet_need=("ends_unmet", "sum"),
    )


def _range(picture: TodayPicture, today: TodayProblem, answer: Answer) -> pd.DataFrame:
    """Work out one more and one fewer place for the homes with the highest prices, and group them by kind."""
    known = _of_kind(picture.places, KNOWN_KINDS)
    # With a place more or fewer, all of a home is no longer what it is.
    known = known[~today.emptied[known]]
    dearest = known[np.argsort(-answer.price[known], kind="stable")][:SHOWN_HOMES]
    found = margins(today.problem, answer, [int(place) for place in dearest if answer.price[place] > 0])
    places = picture.places
    frame = pd.DataFrame(
        {
            "setting": [str(places.setting[each.place]) for each in found],
            "line": [str(places.line[each.place]) for each in found],
            "kind": [str(places.kind[each.place]) for each in found],
            "locality": [LOCALITIES[picture.reach.locality[each.place]] for each in found],
            "saved_least_pence": [each.saved_by_more.least for each in found],
            "saved_most_pence": [each.saved_by_more.most for each in found],
            "lost_least_pence": [each.lost_by_fewer.least if each.lost_by_fewer else np.nan for each in found],
            "lost_most_pence": [each.lost_by_fewer.most if each.lost_by_fewer else np.nan for each in found],
            "holds": [each.holds for each in found],
        }
    )
    return frame.groupby(["setting", "line", "kind", "locality"], as_index=False).agg(
        homes=("holds", "size"),
        saved_least_pence=("saved_least_pence", "min"),
        saved_most_pence=("saved_most_pence", "max"),
        lost_least_pence=("lost_least_pence", "min"),
        lost_most_pence=("lost_most_pence", "max"),
        homes_where_it_holds=("holds", "sum"),
    )


def _unmet_tables(
    picture: TodayPicture, today: TodayProblem, answer: Answer, policy: Policy, unmet: IntArray
) -> dict[str, pd.DataFrame]:
    """Say why the unmet are unmet and what would help; no tables when nobody is."""
    if not len(unmet):
        return {}
    known = _of_kind(picture.places, KNOWN_KINDS)
    free = picture.capacity - used(today.problem, answer.amount)
    near = near_enough(picture.members, picture.places, picture.reach, policy.max_miles_new)
    compared = Unmet.of(picture.members, picture.places, known, unmet, free, near, today.emptied)
    found = changes(today, answer, compared, picture.places, picture.reach, policy)
    return {
        "match_unmet_reasons": _described(reasons(compared, picture.members), *REASONS),
        "match_least_change": _described(found, *CHANGES),
    }


def _described(frame: pd.DataFrame, name: str, unit: str, definition: str) -> pd.DataFrame:
    frame.attrs.update({"name": name, "unit": unit, "definition": definition})
    return frame
