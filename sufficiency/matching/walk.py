"""The forward walk: month by month, leavers free places and whoever needs a place is allocated; settled children stay.

It looks one month ahead only, on purpose: so do placement teams. People are expected values, so a month is a network
flow with an exact answer. The order within a month: departures (birthdays, leaving, moving), closures, new entrants,
then one allocation.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.answer import Answer
from solvers.allocation.narrowing import NarrowFlow
from solvers.allocation.protocol import Request
from solvers.certificate import Certificate, check
from solvers.outcome import Outcome
from sufficiency.demand.days import DAYS_A_MONTH
from sufficiency.demand.departures import entrant_table, month_table
from sufficiency.demand.rates import Rates
from sufficiency.domain.errors import SolveError
from sufficiency.domain.needs import ADULT_AGE
from sufficiency.domain.periods import Month, horizon
from sufficiency.domain.places import Places
from sufficiency.domain.settings import SETTINGS
from sufficiency.matching import steps
from sufficiency.matching.classes import ClassBook, MonthProblem, make_book, month_problem
from sufficiency.matching.groups import DAYS_IN_YEAR, CellGrid, Cells
from sufficiency.matching.plan import Plan
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import Reach
from sufficiency.matching.record import WalkRecord
from sufficiency.matching.residents import Residents
from sufficiency.matching.roll import Roll

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

EPOCH = date(1970, 1, 1).toordinal()

PRICES_KEPT = 5
"""How many months' prices are tried as a start for the next."""


@dataclass(frozen=True, eq=False)
class Walk:
    """Everything the walk needs to know, all of it fixed before the first step.

    Attributes
    ----------
    residents
        Children on the base date, in their places.
    places
        Every place; the last entry is "no suitable place".
    stream_share
        How each unplanned profile divides over the entries of its stream, shape (profiles, n).
    rates
        Entries, leaving and moving.
    profile_shares
        How use divides into need, shape (settings, profiles).
    zone_share
        Home zones of entrants, shape (2 for UASC, zones); rows sum to 1.
    sex_share
        Sex of entrants, shape (2 for UASC, sexes); rows sum to 1.
    zones
        Name of each zone, the last that of unknown homes.
    """

    base_date: date
    months: int
    residents: Residents
    places: Places
    stream_share: FloatArray
    reach: Reach
    rates: Rates
    policy: Policy
    grid: CellGrid
    profile_shares: FloatArray
    zone_share: FloatArray
    sex_share: FloatArray
    zones: tuple[str, ...]

    @property
    def unmet(self) -> int:
        """Index of the entry "no suitable place"."""
        return len(self.places) - 1


def forward(walk: Walk, *, seed: int = 0, progress: Progress | None = None) -> Plan:
    """Walk from the base date to the horizon and return the plan, not yet audited.

    Raises
    ------
    SolveError
        When a month's problem has no proven answer.
    """
    walker = Walker(walk, seed)
    months = horizon(walk.base_date, walk.months)
    for step, month in enumerate(months, start=1):
        walker.step(month, step, walk.rates, walk.places)
        if progress is not None:
            progress("walking month by month", step, len(months))
    return walker.record.plan()


@dataclass(frozen=True, eq=False)
class Departed:
    """What the end of placements left in one month.

    Attributes
    ----------
    stock_before, leavers, aged_out, moves, displaced
        Expected children.
    row, moved_on
        Rows whose children stay in care and are placed anew (displaced, or waiting), and how many of them.
    moving
        Movers by quarter of birth, setting and the rest of the cell.
    move_days
        Days that movers lived where they were, added up.
    staying, lived
        Children who stay where they are, and child-days of everybody, by row of the roll.
    """

    stock_before: float
    leavers: float
    aged_out: float
    moves: float
    displaced: float
    row: IntArray
    moved_on: FloatArray
    moving: FloatArray
    move_days: float
    staying: FloatArray
    lived: FloatArray


@dataclass(frozen=True, eq=False)
class Settled:
    """Who was given which place: one entry a cell and place."""

    problem: MonthProblem
    answer: Answer
    certificate: Certificate
    price: IntArray
    cells: Cells
    row: IntArray
    place: IntArray
    amount: FloatArray
    cost: IntArray


@dataclass(frozen=True, eq=False)
class MonthResult:
    """What one month did.

    Attributes
    ----------
    step
        1 for the first month walked.
    entrants, leavers, aged_out
        Expected children over the month, entrants of this month who left again included.
    free
        Places that could be given, shape (n,).
    band
        Age band of each quarter of birth in the middle of the month.
    lived
        Child-days by row of the roll.
    """

    month: Month
    step: int
    departed: Departed
    entrants: float
    leavers: float
    aged_out: float
    free: FloatArray
    band: IntArray
    settled: Settled
    lived: FloatArray


class Walker:
    """A walk under way: the roll of who lives where, carried from month to month, and the record of what happened."""

    def __init__(self, walk: Walk, seed: int = 0) -> None:
        self.walk, self.seed = walk, seed
        self._books: dict[float, ClassBook] = {}
        self.roll = Roll(walk.grid, walk.places, walk.residents)
        self.record = WalkRecord(walk, self.roll)
        self.record.start()
        self._given = steps.may_be_given(walk.places)
        self._stream = np.argmax(walk.stream_share > 0, axis=1)
        self._prices: list[IntArray] = []

    def step(self, month: Month, step: int, rates: Rates, places: Places, max_miles: float = np.inf) -> None:
        """Take everybody from one month's beginning to its end, at that month's rates and with its places.

        Nobody is newly placed beyond ``max_miles``, nor beyond those of the policy.
        """
        walk, middle = self.walk, _middle(month)
        departed = self._depart(month, step, rates)
        band = self.roll.band_of_quarter(middle)
        entering = steps.entrants(walk.grid, rates, walk.profile_shares, walk.zone_share, walk.sex_share, middle) * (
            month.days / DAYS_A_MONTH
        )
        cells = self._asking(departed, entering, month, rates, band)
        planned = ~steps.IS_STREAM[cells.profile]
        occupied = np.asarray(np.bincount(self.roll.place, departed.staying, len(walk.places)), dtype=np.float64)
        free = steps.free_places(places, self._given, occupied, step)
        settled = self._settle(cells.take(planned), free, month, self._book(max_miles))
        left, aged_out, lived = self._arrive(departed, settled, cells.take(~planned), month, rates)
        self.record.add(
            MonthResult(
                month=month,
                step=step,
                departed=departed,
                entrants=float(entering.sum()),
                leavers=departed.leavers + left,
                aged_out=departed.aged_out + aged_out,
                free=free,
                band=band,
                settled=settled,
                lived=lived,
            )
        )

    def _depart(self, month: Month, step: int, rates: Rates) -> Departed:
        """End placements: by leaving care, by the eighteenth birthday, by moving, by closure."""
        walk, roll = self.walk, self.roll
        table = month_table(rates, month)
        born = steps.under_age(roll.births, _first_day(month)).take(roll.outcome_birth)
        fare = table.of(born, roll.outcome_setting)
        by_outcome = roll.by_outcome()
        staying = roll.amount * fare.stay[roll.outcome]
        lived = roll.amount * (fare.stay_days + fare.aged_out_days + fare.leave_days + fare.move_days)[roll.outcome]
        occupied = np.asarray(np.bincount(roll.place, staying, len(walk.places)), dtype=np.float64)
        closing = steps.closing_share(walk.places, occupied, step)
        lost = closing.copy()
        lost[walk.unmet] = 1.0
        row = np.flatnonzero((lost > 0)[roll.place]) if (lost * occupied).any() else np.zeros(0, dtype=np.int64)
        moved_on = staying[row] * lost[roll.place[row]]
        staying[row] -= moved_on
        # Who is displaced, or waited without a place, is placed anew in mid-month: half of the month is booked there.
        lived[row] -= moved_on * (month.days / 2)
        return Departed(
            stock_before=float(by_outcome.sum()),
            leavers=float(by_outcome @ fare.leave),
            aged_out=float(by_outcome @ fare.aged_out),
            moves=float(by_outcome @ fare.move),
            displaced=float(closing @ occupied),
            row=row,
            moved_on=moved_on,
            moving=roll.by_need_to_move(roll.amount * fare.move[roll.outcome]),
            move_days=float(by_outcome @ fare.move_days),
            staying=staying,
            lived=lived,
        )

    def _asking(self, departed: Departed, entering: FloatArray, month: Month, rates: Rates, band: IntArray) -> Cells:
        """Count everybody who needs a place this month: entrants, movers, displaced and those still waiting."""
        walk, roll, grid = self.walk, self.roll, self.walk.grid
        moves = steps.movers(rates, walk.profile_shares, departed.moving, band)
        cell, waits = roll.cell[departed.row], roll.place[departed.row] == walk.unmet
        again = np.asarray(np.bincount(cell, departed.moved_on, grid.size), dtype=np.float64)
        waiting = np.asarray(np.bincount(cell[waits], departed.moved_on[waits], grid.size), dtype=np.float64)
        # Days left of the month after a move: the same for all movers, so that child-days add up over the month.
        days_left = month.days - departed.move_days / max(departed.moves, 1e-300)
        return Cells.of(grid, entering, moves + again, waiting, moves * days_left + again * (month.days / 2))

    def _book(self, max_miles: float) -> ClassBook:
        """Return what anybody may choose within some miles."""
        walk = self.walk
        miles = min(max_miles, walk.policy.max_miles_new)
        if miles not in self._books:
            policy = replace(walk.policy, max_miles_new=miles)
            self._books[miles] = make_book(walk.places, walk.reach, policy, walk.grid)
        return self._books[miles]

    def _settle(self, asking: Cells, free: FloatArray, month: Month, book: ClassBook) -> Settled:
        """Allocate everybody who asks to the free places: one network flow."""
        classes = book.class_of(asking.quarter, asking.profile, asking.zone, asking.sex, _middle(month))
        years = np.clip(ADULT_AGE - (_middle(month) - self.roll.quarters.birth_from) / DAYS_IN_YEAR, 0.0, None)
        month_ = month_problem(book, classes, asking.amount, years[asking.quarter], free)
        problem = month_.problem
        method = NarrowFlow(tuple(price[month_.places] for price in self._prices), month_.second)
        answer = method.solve(problem, Request(seed=self.seed))
        certificate = check(problem, answer)
        if answer.outcome is not Outcome.OPTIMAL or not certificate.valid:
            faults = " ".join(certificate.faults)
            raise SolveError(f"{month}: the allocation ended {answer.outcome}, so the walk cannot go on. {faults}")
        used = np.flatnonzero(answer.amount > 0)
        places = np.append(month_.places, self.walk.unmet)
        row, placement, amount = steps.spread(
            asking,
            month_.member,
            problem.column_member[used],
            answer.amount[used].astype(np.float64),
        )
        price = np.zeros(len(self.walk.places), dtype=np.int64)
        price[month_.places] = answer.price
        self._remember(price)
        place = places[problem.place[used]][placement]
        cost = problem.cost[used][placement]
        return Settled(month_, answer, certificate, price, asking, row, place, amount, cost)

    def _remember(self, price: IntArray) -> None:
        """Keep the latest different prices: those of another month, in which the same places bound, are good starts."""
        others = [known for known in self._prices if not np.array_equal(known, price)]
        self._prices = [*others, price][-PRICES_KEPT:]

    def _arrive(
        self, departed: Departed, settled: Settled, streaming: Cells, month: Month, rates: Rates
    ) -> tuple[float, float, FloatArray]:
        """Enter everybody in the roll where they came to live; return leavers, aged out and child-days by row."""
        roll, walk = self.roll, self.walk
        come = settled.cells.take(settled.row), streaming
        cell, share, days = (np.concatenate([getattr(c, name) for c in come]) for name in ("cell", "fresh", "days"))
        place = np.concatenate([settled.place, self._stream[streaming.profile]])
        amount = np.concatenate([settled.amount, streaming.amount])
        fresh = amount * share
        table = entrant_table(rates, month)
        shares = table.mean(steps.under_age(roll.quarters, _middle(month))).reshape(-1, 6).T.copy()
        aged_out, leave, _, aged_out_days, leave_days, _ = shares
        gone = aged_out + leave
        outcome = walk.grid.axes[0][cell] * len(SETTINGS) + roll.setting[place]
        lived_here = fresh * ((1.0 - gone) * table.days + aged_out_days + leave_days)[outcome] + (amount - fresh) * days
        by_outcome = np.bincount(outcome, fresh, len(gone))
        row = roll.rows_of(cell, place)
        opened = np.zeros(len(roll) - len(departed.staying))
        lived = np.concatenate([departed.lived, opened])
        lived[row] += lived_here
        roll.amount = np.concatenate([departed.staying, opened])
        roll.amount[row] += amount - fresh * gone[outcome]
        return float(by_outcome @ leave), float(by_outcome @ aged_out), lived


def _first_day(month: Month) -> int:
    return month.first_day.toordinal() - EPOCH


def _middle(month: Month) -> int:
    return _first_day(month) + month.days // 2
