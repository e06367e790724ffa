"""The forward walk: month by month, leavers free places and whoever needs a place is allocated; settled children stay.

It looks one month ahead only, on purpose: so do placement teams. People are expected values, so a month is a network
flow with an exact answer. The order within a month: departures (birthdays, leaving, moving), closures, new entrants,
then one allocation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from solvers.allocation.answer import Answer
from solvers.allocation.solve import solve
from solvers.outcome import Outcome
from sufficiency.demand.ages import Ages
from sufficiency.demand.days import DAYS_A_MONTH
from sufficiency.demand.departures import Departures, departures, entrant_departures
from sufficiency.demand.rates import Rates
from sufficiency.domain.errors import SolveError
from sufficiency.domain.periods import Month, horizon
from sufficiency.domain.places import Places
from sufficiency.matching import steps
from sufficiency.matching.classes import ClassBook, MonthProblem, make_book, month_problem
from sufficiency.matching.groups import CellGrid, Cells
from sufficiency.matching.plan import Plan
from sufficiency.matching.policy import Policy
from sufficiency.matching.reach import Reach
from sufficiency.matching.record import WalkRecord
from sufficiency.matching.residents import Residents

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Progress = Callable[[str, int, int], None]

EPOCH = date(1970, 1, 1).toordinal()


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


@dataclass(frozen=True, eq=False)
class MonthResult:
    """What one month did.

    Attributes
    ----------
    step
        1 for the first month walked.
    before, after
        Residents at the beginning and at the end.
    left
        Shares of each resident before who turned 18, left, moved or stayed.
    moved_on
        Expected children of each resident before who stayed in care and were placed anew: displaced, or waiting.
    entrants, displaced
        Expected children who came into care, or lost a place that closed.
    free
        Places that could be given, shape (n,).
    problem, answer
        What was solved.
    placed, placed_cost
        Where the planned profiles went ("no suitable place" included), and the weekly pence of each.
    placed_waiting
        Expected children of each of ``placed`` who waited for a place already.
    arrivals
        Everybody who came to live in another place, ``placed`` first.
    arrivals_left
        Expected children of each arrival who entered care this month and left it again, by leaving or by turning 18.
    arrival_days
        Child-days of each arrival in the new place.
    """

    month: Month
    step: int
    before: Residents
    left: Departures
    moved_on: FloatArray
    entrants: float
    displaced: float
    free: FloatArray
    problem: MonthProblem
    answer: Answer
    placed: Residents
    placed_cost: IntArray
    placed_waiting: FloatArray
    arrivals: Residents
    arrivals_left: FloatArray
    arrivals_aged_out: FloatArray
    arrival_days: FloatArray
    after: Residents


def forward(walk: Walk, *, seed: int = 0, progress: Progress | None = None) -> Plan:
    """Walk from the base date to the horizon and return the plan, not yet audited.

    Raises
    ------
    SolveError
        When a month's problem has no proven answer.
    """
    months = horizon(walk.base_date, walk.months)
    book = make_book(walk.places, walk.reach, walk.policy, walk.grid)
    record = WalkRecord(walk.places, walk.zones, walk.base_date, walk.policy.unmet)
    record.start(walk.residents)
    residents = walk.residents
    for step, month in enumerate(months, start=1):
        result = step_month(walk, book, residents, month, step, seed)
        record.add(result)
        residents = result.after
        if progress is not None:
            progress("walking month by month", step, len(months))
    return record.plan()


def step_month(walk: Walk, book: ClassBook, residents: Residents, month: Month, step: int, seed: int) -> MonthResult:
    """Take the residents of one month's beginning to its end."""
    first_day = month.first_day.toordinal() - EPOCH
    middle = first_day + month.days // 2
    before = steps.under_age(residents, first_day)
    setting = steps.settings_of(walk.places)[before.place]
    left = departures(Ages(before.birth_from, before.birth_to), setting, walk.rates, month)
    remaining = before.with_amount(before.amount * left.stay)
    closing = steps.closing_share(remaining, walk.places, step)
    moved_on = remaining.amount * np.maximum(closing, before.place == walk.unmet)
    staying = remaining.with_amount(remaining.amount - moved_on)

    coming = steps.entrants(walk.grid, walk.rates, walk.profile_shares, walk.zone_share, walk.sex_share, middle)
    coming = coming * (month.days / DAYS_A_MONTH)
    cells = _asking(walk, before, setting, left, remaining.with_amount(moved_on), coming, month)
    planned = ~steps.IS_STREAM[cells.profile]
    asking, streaming = cells.take(planned), cells.take(~planned)
    occupied = np.asarray(np.bincount(staying.place, staying.amount, len(walk.places)), dtype=np.float64)
    free = steps.free_places(walk.places, occupied, step)
    settled = _settle(walk, book, asking, free, month, seed)
    cell, place, amount = steps.spread_over_streams(streaming, walk.stream_share)
    streaming = streaming.take(cell)
    streamed = steps.arrive(walk.grid, walk.reach, streaming, place, amount)
    arrivals = steps.under_age(Residents.join([settled.placed, streamed]), middle)
    fresh = arrivals.amount * np.concatenate([asking.fresh[settled.cell], streaming.fresh])
    others_days = (arrivals.amount - fresh) * np.concatenate([asking.days[settled.cell], streaming.days])
    early = entrant_departures(
        Ages(arrivals.birth_from, arrivals.birth_to), steps.settings_of(walk.places)[arrivals.place], walk.rates, month
    )
    arrived = arrivals.with_amount(arrivals.amount - fresh * (early.leave + early.aged_out))
    return MonthResult(
        month=month,
        step=step,
        before=before,
        left=left,
        moved_on=moved_on,
        entrants=float(coming.sum()),
        displaced=float((remaining.amount * closing).sum()),
        free=free,
        problem=settled.problem,
        answer=settled.answer,
        placed=settled.placed,
        placed_cost=settled.cost,
        placed_waiting=settled.placed.amount * asking.waiting[settled.cell],
        arrivals=arrivals,
        arrivals_left=fresh * early.leave,
        arrivals_aged_out=fresh * early.aged_out,
        arrival_days=fresh * early.child_days + others_days,
        after=steps.merge(walk.grid, Residents.join([staying, arrived]), len(walk.places)),
    )


def _asking(
    walk: Walk,
    before: Residents,
    setting: IntArray,
    left: Departures,
    moved_on: Residents,
    coming: FloatArray,
    month: Month,
) -> Cells:
    """Count everybody who needs a place this month: entrants, movers, displaced and those still waiting."""
    middle = month.first_day.toordinal() - EPOCH + month.days // 2
    moving = before.amount * left.move
    moves = steps.movers(walk.grid, walk.rates, walk.profile_shares, before, setting, moving, middle)
    repeated = steps.again(walk.grid, moved_on)
    waiting = steps.again(walk.grid, moved_on.take(moved_on.place == walk.unmet))
    # Days left of the month after a move: the same for all movers, so that child-days add up over the month.
    days_left = month.days - float((before.amount * left.move_days).sum()) / max(float(moving.sum()), 1e-300)
    return Cells.of(coming, moves + repeated, waiting, moves * days_left + repeated * (month.days / 2))


@dataclass(frozen=True, eq=False)
class _Settled:
    problem: MonthProblem
    answer: Answer
    placed: Residents
    cell: IntArray
    cost: IntArray


def _settle(walk: Walk, book: ClassBook, asking: Cells, free: FloatArray, month: Month, seed: int) -> _Settled:
    """Allocate everybody who asks to the free places: one network flow."""
    middle = month.first_day.toordinal() - EPOCH + month.days // 2
    classes = book.class_of(asking.quarter, asking.profile, asking.zone, asking.sex, middle)
    children = np.asarray(np.bincount(classes, asking.amount, len(book.members)), dtype=np.float64)
    problem = month_problem(book, children, free, walk.policy)
    answer = solve(problem.problem, seed=seed)
    if answer.outcome is not Outcome.OPTIMAL:
        raise SolveError(f"{month}: the allocation ended {answer.outcome} ({answer.reason}), so the walk cannot go on.")
    used = np.flatnonzero(answer.amount > 0)
    pair = problem.pair[used]
    place = np.full(len(used), walk.unmet, dtype=np.int64)
    place[pair >= 0] = book.pairs.place[pair[pair >= 0]]
    cell, placement, amount = steps.spread(
        asking,
        np.searchsorted(problem.member_class, classes),
        problem.problem.column_member[used],
        answer.amount[used].astype(np.float64),
    )
    placed = steps.arrive(walk.grid, walk.reach, asking.take(cell), place[placement], amount)
    return _Settled(problem, answer, placed, cell, problem.problem.cost[used][placement])
