"""One month of whole children in every replication of a block.

The order within a month is that of the expected walk: departures (birthdays, leaving, moving), closures, new entrants,
then one allocation. A settled child stays.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.happening import Happening
from sufficiency.domain.needs import PROFILES
from sufficiency.matching.alone import small_enough
from sufficiency.matching.columns import SETTING_INDEX, exempt
from sufficiency.matching.groups import whole_ages
from sufficiency.matching.sampled import chance as draws
from sufficiency.matching.sampled.asking import Ask, Askers, Chooser, Given
from sufficiency.matching.sampled.chance import PLANNED, Chance, MonthChance
from sufficiency.matching.sampled.children import Children
from sufficiency.matching.sampled.reviews import cost_of_staying, drawn_for_review
from sufficiency.matching.sampled.setup import SampledWalk
from sufficiency.matching.sampled.together import home_for_all

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]


PREFERRED = np.array([SETTING_INDEX[profile.preferred] for profile in PROFILES], dtype=np.int64)
"""Setting that history would have chosen for a child who still waits: the one that meets the need best."""


@dataclass(frozen=True, eq=False)
class Lived:
    """What one month did; every array has one entry a child in care in it, those of the month before first.

    Attributes
    ----------
    step
        1 for the first month walked.
    before, after
        The children as the month found and as it left them (where they would be, for those who left).
    fresh, gone, aged_out, moved, displaced, waiting
        Who entered, left, turned eighteen, moved, lost a place, or waited for one already.
    asked
        Who was placed anew this month.
    days_before, days_after
        Days lived in the old place, and in the new.
    ask, given
        Who needed a planned home and what was free, and the answer.
    """

    step: int
    before: Children
    after: Children
    fresh: Mask
    gone: Mask
    aged_out: Mask
    moved: Mask
    displaced: Mask
    waiting: Mask
    asked: Mask
    days_before: FloatArray
    days_after: FloatArray
    ask: Ask
    given: Given

    @property
    def askers(self) -> Askers:
        """Who needed a planned home."""
        return self.ask.askers

    @property
    def here(self) -> Mask:
        """Who is in care when the month ends."""
        return ~(self.gone | self.aged_out)


def live_month(ground: SampledWalk, children: Children, chance: Chance, choose: Chooser, step: int) -> Lived:
    """Take the children of one month's beginning to its end."""
    entrants = chance.enter(step - 1)
    luck = chance.month()
    month = _Month(ground, children, entrants, chance, luck, step)
    return month.live(choose)


class _Month:
    """The children of one month, those who enter after those who were there."""

    def __init__(
        self,
        ground: SampledWalk,
        children: Children,
        entrants: Children,
        chance: Chance,
        luck: MonthChance,
        step: int,
    ) -> None:
        self.ground, self.chance, self.luck, self.step = ground, chance, luck, step
        self.day0, self.day1 = int(ground.edges[step - 1]), int(ground.edges[step])
        self.old = len(children)
        self.everyone = Children.join(children, entrants)
        self.number = self.everyone.people.number
        self.rates = chance.rates(step - 1)

    def live(self, choose: Chooser) -> Lived:
        """Let the month happen."""
        everyone, size = self.everyone, len(self.everyone)
        fresh = np.arange(size) >= self.old
        gone, aged, moved, days, setting = self._depart()
        settled = ~(gone | aged | moved | fresh)
        displaced = self._displaced(settled)
        waiting = settled & ~displaced & (everyone.place == self.ground.walk.unmet)
        again = displaced | waiting
        review = drawn_for_review(self.ground, everyone, settled & ~again, self.luck)
        asked = fresh | moved | again
        middle = (self.day0 + self.day1) // 2
        since = np.where(moved, self.day0 + days, middle)
        since = np.where(fresh, everyone.people.care_from, since).astype(np.int64)
        profile = self._needs(moved, setting)
        setting = np.where(waiting | (review > 0), PREFERRED[profile], setting)
        askers, streaming = self._asking(asked, moved, profile, setting, since, review)
        free = self._free(settled & ~again)
        ask = self._ask(askers, free, settled & ~again & (review == 0))
        given = choose(ask)
        reviewed = self._found_better(askers, given)
        asked |= reviewed
        days[again | reviewed] /= 2
        placed = self._arrive(asked, fresh | moved, profile, since, askers, given, streaming)
        gone, aged, days_after = self._first_days(placed, fresh, gone, aged, since)
        return Lived(
            step=self.step,
            before=everyone,
            after=placed,
            fresh=fresh,
            gone=gone,
            aged_out=aged,
            moved=moved,
            displaced=displaced,
            waiting=waiting,
            asked=asked,
            days_before=days,
            days_after=np.where(asked & ~fresh, self._rest(days), days_after),
            ask=ask,
            given=given,
        )

    def _depart(self) -> tuple[Mask, Mask, Mask, FloatArray, IntArray]:
        """Who of the old leaves, comes of age or moves; days lived in the old place; settings moved to."""
        size = len(self.everyone)
        old = self.everyone.take(np.arange(size) < self.old)
        month = Happening(old.people, self.rates, self.chance.own_rates, self.day0, self.day1)
        number = old.people.number
        left, left_after = month.happens(month.leaving(), self.luck.clock(draws.LEAVE, number))
        adult = ~left & month.comes_of_age()
        usual, extra = month.moving()
        moves, moved_after = month.happens(usual + extra, self.luck.clock(draws.MOVE, number))
        moves &= ~(left | adult)
        rows = np.flatnonzero(moves)
        setting = self.everyone.people.setting.astype(np.int64)
        setting[rows] = month.destination(rows, np.zeros(len(rows), bool), self.luck.of(draws.WHERE_TO, number[rows]))
        days = np.zeros(size)
        days[: self.old] = np.floor(np.where(left, left_after, np.where(moves, moved_after, month.days)))
        gone, aged, moved = (np.zeros(size, dtype=bool) for _ in range(3))
        gone[: self.old], aged[: self.old], moved[: self.old] = left, adult, moves
        return gone, aged, moved, days, setting

    def _rest(self, days: FloatArray) -> FloatArray:
        """Days of the month that are left after those in the old place."""
        return np.asarray(self.day1 - self.day0 - days)

    def _displaced(self, settled: Mask) -> Mask:
        """Whose place closes under them: only a fall in capacity displaces, and whom is drawn."""
        capacity = self.ground.walk.places.capacity
        fallen = capacity[:, self.step] < capacity[:, self.step - 1]
        displaced = np.zeros(len(self.everyone), dtype=bool)
        rows = np.flatnonzero(settled & fallen[self.everyone.place])
        if not len(rows):
            return displaced
        place = self.everyone.place[rows]
        key = self.everyone.people.replication[rows].astype(np.int64) * len(fallen) + place
        order = np.lexsort((self.luck.of(draws.ORDER, self.number[rows]), key))
        sorted_key = key[order]
        first = np.searchsorted(sorted_key, sorted_key)
        rank = np.arange(len(rows)) - first
        displaced[rows[order]] = rank >= capacity[place[order], self.step]
        return displaced

    def _needs(self, moved: Mask, setting: IntArray) -> IntArray:
        """Needs of everybody: those who move need what history had for children who went where they would."""
        profile = self.everyone.profile.copy()
        rows = np.flatnonzero(moved)
        point = self.luck.of(draws.NEED, self.number[rows])
        profile[rows] = draws.draw_profiles(self.ground, setting[rows].astype(np.int32), point)
        return profile

    def _asking(
        self, asked: Mask, moved: Mask, profile: IntArray, setting: IntArray, since: IntArray, review: IntArray
    ) -> tuple[Askers, IntArray]:
        """Return those who need a planned home or are looked at again, and the rows of those decided elsewhere."""
        everyone = self.everyone
        planned = PLANNED[profile]
        row = np.flatnonzero((asked & planned) | (review > 0))
        birth = everyone.people.birth[row].astype(np.int64)
        age, _ = whole_ages(birth, birth + 1, since[row])
        looked_at = review[row] > 0
        stay_cost = np.zeros(len(row), dtype=np.int64)
        stay_cost[looked_at] = cost_of_staying(self.ground, everyone, row[looked_at], self.step)
        askers = Askers(
            row=row,
            replication=everyone.people.replication[row].astype(np.int64),
            profile=profile[row],
            home=everyone.home[row],
            sex=everyone.sex[row],
            group=everyone.people.group[row].astype(np.int64),
            age=age,
            wanted=setting[row],
            day=since[row],
            leaving=self._leaving(row, moved),
            draw=self.luck.of(draws.SECTOR, self.number[row]).astype(np.float64),
            review=review[row],
            now=np.where(looked_at, self._positions()[everyone.place[row]], -1),
            stay_cost=stay_cost,
            miles=np.where(looked_at, everyone.miles[row], np.nan),
        )
        return askers, np.flatnonzero(asked & ~planned)

    def _leaving(self, row: IntArray, moved: Mask) -> IntArray:
        """Position of the household or home that each mover leaves, -1 for others."""
        place = self.everyone.place[row]
        return np.where(moved[row] & self.ground.one_home[place], self._positions()[place], -1)

    def _free(self, staying: Mask) -> IntArray:
        """Places that can be given in each replication: room, and what the market gives in its turn."""
        ground, step = self.ground, self.step
        places, at = ground.chosen_places, ground.chosen
        shape = (self.chance.replications, len(ground.walk.places))
        rows = np.flatnonzero(staying)
        where = (self.everyone.people.replication[rows], self.everyone.place[rows])
        flat = np.ravel_multi_index(where, shape)
        occupied = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape)[:, at]
        room = np.clip(places.capacity[:, step] - occupied, 0, None)
        alone = rows[ground.has_all(self.everyone)[rows]]
        room[self.everyone.people.replication[alone], self._positions()[self.everyone.place[alone]]] = 0
        gives = market_gives(places.starts_per_month, self.chance.market_phase[:, at], step)
        return np.asarray(np.minimum(room, gives), dtype=np.int64)

    def _ask(self, askers: Askers, free: IntArray, staying: Mask) -> Ask:
        """Put the question, with where settled brothers and sisters live."""
        everyone, position = self.everyone, self._positions()
        rows = np.flatnonzero(staying & self.ground.lived_in[everyone.place])
        rows = rows[np.isin(everyone.people.group[rows], askers.group)]
        group = everyone.people.group[rows].astype(np.int64)
        whole = home_for_all(self.ground, askers, self.step)
        max_miles = self.ground.walk.policy.max_miles_new
        at = position[everyone.place[rows]]
        return Ask(askers, free, self._exempt(free), self._whole(free), group, at, whole, max_miles)

    def _exempt(self, free: IntArray) -> Mask:
        """Empty households that have the usual limit of places, and an exemption from it for siblings."""
        places = self.ground.chosen_places
        empty = free == places.capacity[:, self.step]
        return np.asarray(exempt(places) & empty & (free >= self.ground.walk.policy.usual_limit))

    def _whole(self, free: IntArray) -> Mask:
        """Empty homes for several that may be given to one child."""
        ground, capacity = self.ground, self.ground.chosen_places.capacity[:, self.step]
        return np.asarray((ground.may_be_emptied & small_enough(capacity, ground.walk.policy)) & (free == capacity))

    def _positions(self) -> IntArray:
        """Position of each place among those that may be chosen, and beyond them for the others."""
        position = len(self.ground.chosen) + np.arange(len(self.ground.walk.places))
        position[self.ground.chosen] = np.arange(len(self.ground.chosen))
        return position

    def _found_better(self, askers: Askers, given: Given) -> Mask:
        """Whose review ends in another home."""
        found = np.zeros(len(self.everyone), dtype=bool)
        better = (askers.review > 0) & (given.position >= 0) & (given.position != askers.now)
        found[askers.row[better]] = True
        return found

    def _arrive(
        self,
        asked: Mask,
        anew: Mask,
        profile: IntArray,
        since: IntArray,
        askers: Askers,
        given: Given,
        streaming: IntArray,
    ) -> Children:
        """Return everybody where they now live."""
        ground, everyone = self.ground, self.everyone
        place = everyone.place.copy()
        without = np.where(askers.review > 0, place[askers.row], ground.walk.unmet)
        place[askers.row] = np.where(given.position < 0, without, ground.chosen[given.position])
        point = self.luck.of(draws.STREAM, self.number[streaming])
        place[streaming] = draws.draw_stream(ground, profile[streaming], point)
        new = anew | (asked & (place != everyone.place))
        home = everyone.home
        miles, far = ground.reach.miles[home, place], ground.reach.far_share[home, place]
        people = everyone.people
        setting = ground.setting[place].astype(np.int32)
        stay_from = np.where(new, since, people.stay_from).astype(np.int32)
        return replace(
            everyone,
            people=replace(people, setting=setting, stay_from=stay_from),
            profile=profile,
            place=place,
            miles=np.where(new, miles, everyone.miles),
            far=np.where(new, far, everyone.far),
            locality=np.where(new, ground.reach.locality[place], everyone.locality),
        )

    def _first_days(
        self, placed: Children, fresh: Mask, gone: Mask, aged: Mask, since: IntArray
    ) -> tuple[Mask, Mask, FloatArray]:
        """Let those who entered live the rest of the month where they came to live; some leave again already."""
        entrants = placed.take(fresh)
        month = Happening(entrants.people, self.rates, self.chance.own_rates, self.day0, self.day1)
        left, after = month.happens(month.leaving(), self.luck.clock(draws.LEAVE, entrants.people.number))
        days = np.zeros(len(placed))
        days[fresh] = np.floor(np.where(left, after, month.days))
        gone, aged = gone.copy(), aged.copy()
        gone[fresh], aged[fresh] = left, ~left & month.comes_of_age()
        return gone, aged, days


def market_gives(starts_per_month: FloatArray, phase: FloatArray, step: int) -> IntArray:
    """Return how many whole placements each market gives in a month: fractions add up until they make one.

    Parameters
    ----------
    phase
        When in its turn each market begins, from 0 to 1, shape (r, p): so that on average over replications each
        month gives just the fraction.
    """
    upto, before = (np.floor(phase + starts_per_month * month) for month in (step, step - 1))
    return np.asarray(upto - before, dtype=np.int64)
