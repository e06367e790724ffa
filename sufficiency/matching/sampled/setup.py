"""From a prepared walk to what the sampled walk needs beside it: children one by one, home by home, and habits."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.days import day_number, day_numbers
from sufficiency.demand.exposure import setting_index, with_origins
from sufficiency.demand.spells import in_care_on
from sufficiency.demand.start import month_edges
from sufficiency.domain.places import PlaceKind, Places
from sufficiency.domain.settings import PLANNED_SETTINGS, SETTINGS, Sector
from sufficiency.matching.alone import LIVES_ALONE, may_be_emptied
from sufficiency.matching.audit import AuditFacts
from sufficiency.matching.columns import CHOSEN_KINDS, SETTING_INDEX
from sufficiency.matching.policy import Reviews
from sufficiency.matching.reach import Reach, measure_reach
from sufficiency.matching.sampled.children import Children
from sufficiency.matching.setup import BaseDate, Prepared, birth_interval, sex_index
from sufficiency.matching.walk import Walk

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

SECTORS: tuple[Sector, ...] = tuple(Sector)


@dataclass(frozen=True, eq=False)
class BaseChildren:
    """The children of the base date, one entry each; days are numbers since 1970-01-01.

    Attributes
    ----------
    birth_from, birth_to
        First and one-past-last possible birth day.
    care_from, stay_from
        When each came into care, and into the present placement.
    uasc, sex, home, place
        0 or 1; index into SEXES (-1 unknown); home point (the last is the unknown one); place.
    group
        Number that brothers and sisters share.
    need_shares
        How each divides over the need profiles, shape (c, profiles).
    miles, locality
        Of the present placement: statutory miles (NaN unknown), index into LOCALITIES.
    """

    birth_from: IntArray
    birth_to: IntArray
    care_from: IntArray
    stay_from: IntArray
    uasc: IntArray
    sex: IntArray
    home: IntArray
    place: IntArray
    group: IntArray
    need_shares: FloatArray
    miles: FloatArray
    locality: IntArray

    def __len__(self) -> int:
        return len(self.place)


@dataclass(frozen=True, eq=False)
class Habits:
    """How the council has chosen homes so far, in the window that rates are counted on.

    Attributes
    ----------
    sector_share
        Who provides the homes that placements began in, by setting, shape (settings, sectors); rows sum to 1.
    together
        Share of sibling groups entering together, all in planned settings, who came to live at one address.
    """

    sector_share: FloatArray
    together: float


@dataclass(frozen=True, eq=False)
class SampledWalk:
    """Everything the sampled walk needs to know, all of it fixed before the first step.

    Attributes
    ----------
    walk
        The walk on expected values: places, rates, policy, shares.
    base
        Children on the base date.
    habits
        What practice follows.
    reviews
        How often settled children are looked at again.
    home_zone
        Zone of each home point; the last point is the unknown home, shape (h + 1,).
    reach
        Distances from each home point to each place, shapes (h + 1, n).
    facts
        What the audit needs.
    """

    walk: Walk
    base: BaseChildren
    habits: Habits
    reviews: Reviews
    home_zone: IntArray
    reach: Reach
    facts: AuditFacts

    @cached_property
    def edges(self) -> IntArray:
        """Day numbers at which months begin, with the end of the last."""
        return month_edges(self.walk.base_date, self.walk.months)[1]

    @property
    def unknown_home(self) -> int:
        """Index of the unknown home."""
        return len(self.home_zone) - 1

    @cached_property
    def setting(self) -> IntArray:
        """Setting of each place, as an index."""
        return np.array([SETTING_INDEX[one] for one in self.walk.places.setting], dtype=np.int64)

    @cached_property
    def sector(self) -> IntArray:
        """Sector of each place, as an index."""
        return np.array([SECTORS.index(one) for one in self.walk.places.sector], dtype=np.int64)

    @cached_property
    def chosen(self) -> IntArray:
        """Places that may be chosen."""
        return np.flatnonzero([kind in CHOSEN_KINDS for kind in self.walk.places.kind])

    @cached_property
    def lived_in(self) -> NDArray[np.bool_]:
        """Which places are homes that brothers and sisters can share: streams and "no suitable place" are not."""
        kinds = (*CHOSEN_KINDS, PlaceKind.EXISTING)
        return np.array([kind in kinds for kind in self.walk.places.kind])

    @cached_property
    def one_home(self) -> NDArray[np.bool_]:
        """Which places are one household or home: contracts and markets are many homes under one name."""
        return np.array([kind in (PlaceKind.HOUSEHOLD, PlaceKind.HOME) for kind in self.walk.places.kind])

    @cached_property
    def chosen_places(self) -> Places:
        """The places that may be chosen, alone."""
        return self.walk.places.take(self.chosen)

    @cached_property
    def may_be_emptied(self) -> NDArray[np.bool_]:
        """Which of the places that may be chosen are homes for several that may be given to one child alone."""
        return may_be_emptied(self.chosen_places, self.walk.policy)

    def has_all(self, children: Children) -> NDArray[np.bool_]:
        """Which children have all of a home for several: the walk alone gives it, so who lived there before has not."""
        if not self.may_be_emptied.any():
            return np.zeros(len(children), dtype=bool)
        home = np.zeros(len(self.walk.places), dtype=bool)
        home[self.chosen] = self.may_be_emptied
        given = children.people.stay_from >= self.edges[0]
        return np.asarray(LIVES_ALONE[children.profile] & home[children.place] & given)

    def kept_empty(self, children: Children, step: int) -> IntArray:
        """Places that each child keeps empty in a month by having all of a home for several."""
        kept = np.zeros(len(children), dtype=np.int64)
        rows = np.flatnonzero(self.has_all(children))
        kept[rows] = np.maximum(self.walk.places.capacity[children.place[rows], step] - 1, 0)
        return kept

    @cached_property
    def chosen_reach(self) -> Reach:
        """Distances to the places that may be chosen."""
        at, reach = self.chosen, self.reach
        return Reach(reach.miles[:, at], reach.far_share[:, at], reach.cost[:, at], reach.locality[at])

    @cached_property
    def home_ladder(self) -> FloatArray:
        """Running shares of home points among entrants, by UASC, shape (2, h + 1)."""
        count = np.bincount(self.home_zone, minlength=len(self.walk.zones))
        share = self.walk.zone_share[:, self.home_zone] / count[self.home_zone]
        # A zone without a known home point cannot give one: its share goes to the unknown home.
        share[:, -1] += 1.0 - share.sum(axis=1)
        return np.asarray(np.cumsum(share, axis=1), dtype=np.float64)


def sampled_walk_of(prepared: Prepared) -> SampledWalk:
    """Make a prepared walk ready to be walked on whole children.

    Raises
    ------
    ValueError
        When the history that siblings and habits are learned from is not at hand.
    """
    now, walk, facts = prepared.now, prepared.walk, prepared.facts
    if now.stays is None:
        raise ValueError("the sampled walk needs the stays of the history; this base date was made without them")
    homes = [point[None, :] for points in facts.zone_points for point in points]
    counts = [len(points) for points in facts.zone_points]
    return SampledWalk(
        walk=walk,
        base=_base_children(prepared, now.stays, counts),
        habits=habits_of(now.stays, day_number(walk.rates.window.first_day), day_number(walk.base_date)),
        reviews=prepared.reviews,
        home_zone=np.append(np.repeat(np.arange(len(counts)), counts), len(walk.zones) - 1).astype(np.int64),
        reach=measure_reach(homes, walk.places, facts.home_authority, walk.policy),
        facts=facts,
    )


def _base_children(prepared: Prepared, stays: pd.DataFrame, counts: list[int]) -> BaseChildren:
    from sufficiency.demand.siblings import sibling_groups  # the graph library: no other walk needs it

    now, frame = prepared.now, prepared.now.frame
    running = in_care_on(with_origins(stays), prepared.walk.base_date).sort_values("child", ignore_index=True)
    birth_from, birth_to = birth_interval(frame["birth_date"], frame["start"])
    group = sibling_groups(stays).set_index("child")["sibling_group"].loc[frame["child"]].to_numpy(dtype=np.int64)
    return BaseChildren(
        birth_from=birth_from,
        birth_to=birth_to,
        care_from=running["care_from"].to_numpy(dtype=np.int64),
        stay_from=running["stay_from"].to_numpy(dtype=np.int64),
        uasc=frame["uasc"].to_numpy(dtype=np.int64),
        sex=sex_index(frame["sex"]) if prepared.walk.grid.sexes > 1 else np.full(len(frame), -1, dtype=np.int64),
        home=_home_points(now, prepared.zones.zone_of_child.astype(np.int64), counts),
        place=prepared.place_of.astype(np.int64),
        group=np.unique(group, return_inverse=True)[1].astype(np.int64),
        need_shares=prepared.need_shares,
        miles=now.miles,
        locality=now.locality,
    )


def _home_points(now: BaseDate, zone: IntArray, counts: list[int]) -> IntArray:
    """Home point of each child: zones list the homes of their children in the order of the children."""
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    point = np.full(len(zone), first[-1], dtype=np.int64)
    for index, count in enumerate(counts):
        here = np.flatnonzero(zone == index)
        if len(here) != count:
            raise ValueError("the homes of a zone are not those of its children")
        point[here] = first[index] + np.arange(count)
    return point


def habits_of(stays: pd.DataFrame, first_day: int, last_day: int) -> Habits:
    """Count how homes were chosen for the placements that began in a window.

    Where no placement of a setting began in the window, all that ever began speak for it; where there are none at all,
    no sector comes before another.
    """
    start = day_numbers(stays["start"])
    setting, sector = setting_index(stays["setting"]), _sector_index(stays["sector"])
    recent = (start >= first_day) & (start <= last_day)
    shape = (len(SETTINGS), len(SECTORS))
    ever, lately = (
        np.bincount(np.ravel_multi_index((setting[rows], sector[rows]), shape), minlength=shape[0] * shape[1])
        for rows in (np.full(len(start), True), recent)
    )
    count = lately.reshape(shape).astype(np.float64)
    count = np.where(count.sum(axis=1, keepdims=True) > 0, count, ever.reshape(shape))
    count = np.where(count.sum(axis=1, keepdims=True) > 0, count, 1.0)
    return Habits(count / count.sum(axis=1, keepdims=True), _together(stays))


def _together(stays: pd.DataFrame) -> float:
    """Share of sibling groups entering together who came to live at one address; none is known: all."""
    first = stays.drop_duplicates(["child", "spell"])
    known = (first["home_postcode"] != "") & (first["placement_postcode"] != "")
    first = first[known & first["setting"].isin([str(one) for one in PLANNED_SETTINGS])]
    groups = first.groupby(["home_postcode", "start"]).agg(
        children=("child", "nunique"), addresses=("placement_postcode", "nunique")
    )
    several = groups[groups["children"] > 1]
    return float((several["addresses"] == 1).mean()) if len(several) else 1.0


def _sector_index(column: "pd.Series[str]") -> IntArray:
    return np.asarray(column.map({str(one): index for index, one in enumerate(SECTORS)}), dtype=np.int64)
