"""The check that trusts nobody: legality, capacity, cost and head count recomputed from the plan alone.

Shares no code with the builder of the problems or with the solvers: ages, rules, distances and prices are worked out
again here, from the placements made, the list of places and the policy. A plan that fails is never shown as a result.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import PROFILES
from sufficiency.domain.settings import Setting
from sufficiency.geography import locality
from sufficiency.matching.plan import Audit, Check, Plan

if TYPE_CHECKING:
    from sufficiency.domain.periods import Month
    from sufficiency.domain.places import Places
    from sufficiency.matching.policy import Policy

CHILDREN_TOLERANCE = 1e-5
"""Expected children: ten times the solver's unit."""

PENCE_TOLERANCE = 1.0
"""Pence a week on one child's cost: distances are averaged over homes and then rounded once."""


class Placed(Protocol):
    """Placements in places: what the rules are checked on, of one plan or of many replications."""

    @property
    def placements(self) -> pd.DataFrame:
        """One row a placement made."""

    @property
    def places(self) -> "Places":
        """Every place; the last entry is "no suitable place"."""

    @property
    def calendar(self) -> "tuple[Month, ...]":
        """The months walked, first to last."""


@dataclass(frozen=True, eq=False)
class AuditFacts:
    """What the audit needs beside the plan: whose plan it is, where its zones are, and what was wanted.

    ``max_miles``: beyond which nobody is newly placed, month by month, where more than the policy's limit holds.
    """

    home_authority: str
    zone_points: Sequence[NDArray[np.float64]]
    policy: "Policy"
    max_miles: Sequence[float] = ()


def audit(plan: Plan, facts: AuditFacts) -> Plan:
    """Return the plan with its verdict."""
    checks = [
        *legality_checks(plan),
        *_capacity(plan),
        cost_check(plan, facts),
        *distance_checks(plan, facts),
        *_head_count(plan),
        *_proof(plan),
    ]
    return replace(plan, audit=Audit(tuple(checks)))


def require_passed(plan: Plan) -> Plan:
    """Return the plan, or refuse it.

    Raises
    ------
    VerificationError
        When any check failed; the message names each with its number of failures.
    """
    bad = [check for check in plan.audit.checks if not check.passed]
    failed = [f"{check.name}: {check.failures} of {check.cases} ({check.detail})" for check in bad]
    if not plan.audit.passed:
        raise VerificationError(
            "The plan failed its audit, so it is not shown as a result. "
            + ("; ".join(failed) or "Nothing was checked.")
        )
    return plan


def legality_checks(plan: Placed, whole: NDArray[np.bool_] | None = None) -> list[Check]:
    """Check ages, supported accommodation from 16, setting, need level, living alone, sex, kinds never chosen.

    Parameters
    ----------
    whole
        Placements in a home for several which that child may have all of; none when None.
    """
    housed = plan.placements["place"].to_numpy() != len(plan.places) - 1
    rules = lawful(plan.placements[housed], plan.places)
    if whole is not None:
        rules["living alone"] = rules["living alone"] | whole[housed]
    return [verdict(rule, kept) for rule, kept in rules.items()]


def lawful(rows: pd.DataFrame, places: "Places") -> dict[str, NDArray[np.bool_]]:
    """Work out which placements keep which rule, none of them in "no suitable place"."""
    which, sex, place = (rows[name].to_numpy() for name in ("profile", "sex", "place"))
    return rules_of(*_ages(rows), which, sex, place, places)


def rules_of(
    youngest: NDArray[np.int64],
    oldest: NDArray[np.int64],
    which: NDArray[np.int64],
    child_sex: NDArray[np.int64],
    place: NDArray[np.int64],
    places: "Places",
) -> dict[str, NDArray[np.bool_]]:
    """Work out which children keep which rule by their ages, need (``which``) and sex in the places they have."""
    setting = np.array(places.setting, dtype=object)[place]
    profile = [PROFILES[index] for index in range(len(PROFILES))]
    fits = np.array([[s in (p.preferred, *p.suitable) for s in Setting] for p in profile])
    setting_number = np.array([list(Setting).index(s) for s in places.setting])[place]
    sex = np.array([{"M": 0, "F": 1}.get(s, -1) for s in places.sex])[place]
    kind = np.array([str(k) for k in places.kind], dtype=object)[place]
    return {
        "age within approval": (places.age_min[place] <= youngest) & (oldest <= places.age_max[place]),
        "supported accommodation only from 16": (setting != Setting.SUPPORTED) | (youngest >= 16),
        "setting suits the need": fits[which, setting_number],
        "unregistered never planned": setting != Setting.UNREGISTERED,
        "need level taken": np.array([p.need_level for p in profile])[which] <= places.need_level_max[place],
        "living alone": ~np.array([p.solo for p in profile])[which] | places.solo[place],
        "sex taken": (sex < 0) | (child_sex < 0) | (sex == child_sex),
        "only places that may be chosen": ~np.isin(kind, ["existing arrangement", "decided elsewhere"]),
    }


def _ages(rows: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Youngest and oldest whole age on the day of placement; 17 at most, since adults have left.

    Expected children have no day of their own: the middle of the month stands for it. Year, month and day of every day
    there can be are looked up: there are fewer days than placements.
    """
    first = rows["month"].to_numpy().astype("datetime64[D]")
    after = (first.astype("datetime64[M]") + 1).astype("datetime64[D]")
    middle = first.astype(np.int64) + (after - first).astype(np.int64) // 2
    on = rows["day"].to_numpy().astype("datetime64[D]").astype(np.int64) if "day" in rows else middle
    births = (rows["birth_to"].to_numpy() - 1, rows["birth_from"].to_numpy())
    start = int(min(days.min(initial=0) for days in (on, *births)))
    end = int(max(days.max(initial=0) for days in (on, *births))) + 1
    calendar = pd.DatetimeIndex(np.arange(start, end).astype("datetime64[D]").astype("datetime64[s]"))
    year, in_year = np.asarray(calendar.year), np.asarray(calendar.month * 100 + calendar.day)
    ages = []
    for birth in births:
        turned = in_year[on - start] >= in_year[birth - start]
        whole = year[on - start] - year[birth - start] - ~turned
        ages.append(np.clip(np.asarray(whole, dtype=np.int64), 0, 17))
    return ages[0], ages[1]


def _capacity(plan: Plan) -> list[Check]:
    """No place is filled beyond its capacity, no market beyond what it gives in a month, nothing closed is refilled."""
    number = {month.first_day: step for step, month in enumerate(plan.calendar, start=1)}
    made = plan.placements.groupby(["month", "place"], as_index=False)[["children"]].sum()
    made = made[made["place"] != len(plan.places) - 1]
    stock = plan.stock.groupby(["month", "place"], as_index=False)[["children"]].sum()
    both = made.merge(stock, on=["month", "place"], how="left", suffixes=("_made", "_there")).fillna(
        {"children_there": 0.0}
    )
    step = both["month"].dt.date.map(number).to_numpy(dtype=np.int64)
    place = both["place"].to_numpy()
    there, new = both["children_there"].to_numpy(), both["children_made"].to_numpy()
    kind = np.array([str(k) for k in plan.places.kind], dtype=object)
    ended = stock[np.isin(kind[stock["place"].to_numpy()], ["existing arrangement"])]
    ended = ended.sort_values(by=["place", "month"])
    grown = ended.groupby("place")["children"].diff().fillna(0.0)
    return [
        verdict("within capacity", there <= plan.places.capacity[place, step] + CHILDREN_TOLERANCE),
        verdict("within what the market gives", new <= plan.places.starts_per_month[place] + CHILDREN_TOLERANCE),
        verdict("ended arrangements not refilled", grown.to_numpy() <= CHILDREN_TOLERANCE),
    ]


def cost_check(plan: Placed, facts: AuditFacts, taken: NDArray[np.int64] | int = 1) -> Check:
    """Check each placement's weekly cost from the price of the places it takes, its miles, border and setting."""
    rows = plan.placements
    unmet = len(plan.places) - 1
    zone, place, which = (rows[name].to_numpy() for name in ("zone", "place", "profile"))
    setting = np.array(plan.places.setting, dtype=object)[place]
    preferred = np.array([p.preferred for p in PROFILES], dtype=object)[which]
    policy = facts.policy
    border = _border(plan, facts)[place]
    own = np.array([str(s) == "own" for s in plan.places.sector])[place]
    cost = (
        plan.places.weekly_pence[place] * taken
        + _mile_price(plan, facts)[zone, place]
        + (border != "in area") * policy.out_of_area
        + (border == "distant") * policy.distant
        + (setting != preferred) * policy.not_preferred
        - own * policy.in_house_preference
    )
    cost = np.where(place == unmet, policy.unmet, cost)
    return verdict("cost of each placement", np.abs(cost - rows["cost_pence"].to_numpy()) <= PENCE_TOLERANCE)


def distance_checks(plan: Placed, facts: AuditFacts) -> list[Check]:
    """Check that no new placement is beyond the miles that are allowed, where any are set and the miles are known."""
    steps = np.array([month.first_day for month in plan.calendar], dtype="datetime64[s]")
    most = np.full(len(steps), facts.policy.max_miles_new)
    most = np.minimum(most, np.array(facts.max_miles)) if len(facts.max_miles) else most
    if np.isinf(most).all():
        return []
    rows = plan.placements[plan.placements["place"] != len(plan.places) - 1]
    limit = most[np.searchsorted(steps, rows["month"].to_numpy().astype("datetime64[s]"))]
    zone, place = rows["zone"].to_numpy(), rows["place"].to_numpy()
    unknown = np.full((1, len(plan.places)), np.nan)
    means = [
        _miles_from(points, plan.places).mean(axis=0, keepdims=True) if len(points) else unknown
        for points in facts.zone_points
    ]
    known = np.concatenate([*means, unknown])[zone, place]
    ring = plan.places.ring_miles[place]
    return [verdict("no new placement beyond the miles allowed", ~((known > limit + 1e-6) | (ring > limit)))]


def _border(plan: Placed, facts: AuditFacts) -> NDArray[Any]:
    seen = np.asarray(locality(facts.home_authority, np.asarray(plan.places.authority, dtype=object)), dtype=object)
    stated = np.asarray(plan.places.ring_locality, dtype=object)
    return np.where(stated == "", seen, stated)


def _mile_price(plan: Placed, facts: AuditFacts) -> NDArray[np.float64]:
    """Mean price of the distance from the homes of each zone to each place, by the statutory formula."""
    policy, places = facts.policy, plan.places

    def price(miles: NDArray[np.float64]) -> NDArray[np.float64]:
        near, edge = policy.distance_free_miles, policy.distance_steep_from_miles
        slow = np.maximum(np.minimum(miles, edge) - near, 0) * policy.distance_per_mile
        return np.asarray(slow + np.maximum(miles - edge, 0) * policy.distance_steep_per_mile)

    rows = []
    known = [points for points in facts.zone_points if len(points)]
    for points in [*facts.zone_points, np.concatenate(known) if known else np.empty((0, 2))]:
        mean = price(_miles_from(points, places)).mean(axis=0) if len(points) else np.full(len(places), np.nan)
        mean = np.where(np.isnan(places.ring_miles), mean, price(places.ring_miles))
        rows.append(np.where(np.isnan(mean), price(np.array(20.0)), mean))
    return np.stack(rows)


def _miles_from(points: NDArray[np.float64], places: "Places") -> NDArray[np.float64]:
    """Statutory miles of each place from each of some points: one decimal."""
    squares = (points[:, 0, None] - places.easting) ** 2 + (points[:, 1, None] - places.northing) ** 2
    return np.asarray(np.round(np.sqrt(squares) / 1000 / 1.6093, 1))


def _head_count(plan: Plan) -> list[Check]:
    """Children are neither lost nor made: stock + entries - leavers - aged out = next stock, and frames agree."""
    flow = plan.flow
    after = flow["stock_before"] + flow["entries"] - flow["leavers"] - flow["aged_out"]
    carried = flow["stock_after"].to_numpy()[:-1] - flow["stock_before"].to_numpy()[1:]
    walked = pd.to_datetime([month.first_day for month in plan.calendar])
    held = plan.stock.groupby("month")[["children", "child_days"]].sum().reindex(walked, fill_value=0.0)
    astray = held["children"].to_numpy() - flow["stock_after"].to_numpy()
    days = held["child_days"].to_numpy()
    in_month = np.array([month.days for month in plan.calendar])
    most = in_month * np.asarray(flow["stock_before"] + flow["entries"])
    need = plan.need[["met_preferred", "met_suitable", "unmet"]].sum(axis=1) - plan.need["needed"]
    return [
        verdict("stock adds up in every month", np.abs(np.asarray(after - flow["stock_after"])) <= CHILDREN_TOLERANCE),
        verdict("each month begins where the last ended", np.abs(carried) <= CHILDREN_TOLERANCE),
        verdict("places hold exactly the stock", np.abs(astray) <= CHILDREN_TOLERANCE),
        verdict("no more days than children and days", (days <= most + CHILDREN_TOLERANCE) & (days >= 0)),
        verdict("need is met or unmet", np.abs(need.to_numpy()) <= CHILDREN_TOLERANCE),
        verdict("nobody negative", plan.stock["children"].to_numpy() >= -CHILDREN_TOLERANCE),
    ]


def _proof(plan: Plan) -> list[Check]:
    """Every month's answer is certified, proven, and worth what its placements cost."""
    rows = plan.placements
    walked = pd.to_datetime([month.first_day for month in plan.calendar])
    cost = (rows["children"] * rows["cost_pence"]).groupby(rows["month"]).sum()
    worth = cost.reindex(walked, fill_value=0.0).to_numpy()
    value = plan.solves["value_pence"].to_numpy()
    slack = PENCE_TOLERANCE + 1e-4 * np.abs(value)
    return [
        verdict("every month certified", plan.solves["certified"].to_numpy(dtype=bool)),
        verdict("no month better than its bound", value >= plan.solves["bound_pence"].to_numpy() - PENCE_TOLERANCE),
        verdict("value is the cost of the placements", np.abs(worth - value) <= slack),
    ]


def verdict(name: str, good: "NDArray[np.bool_] | pd.Series[bool]") -> Check:
    """Return a check with its cases counted."""
    cases = np.asarray(good, dtype=bool)
    bad = int((~cases).sum())
    first = f"first at row {int(np.argmin(cases))}" if bad else ""
    return Check(name, len(cases), bad, first)
