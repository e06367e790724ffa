"""The check that trusts nobody, for whole children: worked out again from where each child lived, and from the rules.

Shares no code with the walk, the columns or the solvers. What holds for any plan (ages, needs, prices, miles) is asked
of :mod:`sufficiency.matching.audit`; what only whole children can show is asked here: one home each, no home over-full,
no settled child moved, brothers and sisters counted apart as the objective counted them.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.errors import VerificationError
from sufficiency.domain.needs import PROFILES
from sufficiency.domain.places import UNLIMITED, PlaceKind, Places
from sufficiency.domain.settings import Setting
from sufficiency.matching.audit import AuditFacts, cost_check, distance_checks, lawful, legality_checks, verdict
from sufficiency.matching.plan import Audit, Check
from sufficiency.matching.sampled.plan import SampledPlan, WalkPolicy

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

LARGEST_GROUP = 5
"""Larger groups of brothers and sisters are placed in parts, so two parts in one home may be weighed as apart."""


def audit_sampled(plan: SampledPlan, facts: AuditFacts) -> SampledPlan:
    """Return the plan with its verdict."""
    made = replace(plan, placements=plan.placements[~plan.placements["stayed"]].reset_index(drop=True))
    begun = _steps(plan, made.placements["month"])
    whole = _has_all(plan, facts, made.placements, begun)
    checks = [
        *legality_checks(made, whole),
        *_distance(made, facts),
        _cost(made, facts, np.where(whole, plan.places.capacity[made.placements["place"], begun], 1)),
        *_one_home_each(plan),
        *_settled(plan),
        *_capacity(plan, facts),
        *_nobody_beside(plan, facts),
        *_market(plan),
        *_head_count(plan),
        *_siblings(plan),
        *_never_apart(plan, facts),
        *_proof(plan, facts),
    ]
    return replace(plan, audit=Audit(tuple(checks)))


def require_passed(plan: SampledPlan) -> SampledPlan:
    """Return the plan, or refuse it.

    Raises
    ------
    VerificationError
        When any check failed; the message names each with its number of failures.
    """
    if not plan.audit.passed:
        bad = [check for check in plan.audit.checks if not check.passed]
        failed = [f"{check.name}: {check.failures} of {check.cases} ({check.detail})" for check in bad]
        raise VerificationError(
            "The sampled plan failed its audit, so it is not shown as a result. "
            + ("; ".join(failed) or "Nothing was checked.")
        )
    return plan


def _cost(plan: SampledPlan, facts: AuditFacts, taken: IntArray) -> Check:
    """Each placement's weekly cost, home point by home point."""
    return cost_check(_at_home(plan), _by_home(facts), taken)


def _distance(made: SampledPlan, facts: AuditFacts) -> list[Check]:
    """Miles from each child's own home."""
    return distance_checks(_at_home(made), _by_home(facts))


def _at_home(plan: SampledPlan) -> SampledPlan:
    """Return the plan with the home point of each child for its zone."""
    return replace(plan, placements=plan.placements.assign(zone=plan.placements["home"]))


def _by_home(facts: AuditFacts) -> AuditFacts:
    """Return what is known, with each home point a zone."""
    return replace(facts, zone_points=[point[None, :] for points in facts.zone_points for point in points])


def _one_home_each(plan: SampledPlan) -> list[Check]:
    """Every child lives in exactly one place at every month's end, and the stock counts just those."""
    stays = plan.stays
    same = _same_child(stays)
    began, ended = stays["began"].to_numpy(), stays["ended"].to_numpy()
    joins = ~same | (ended[:-1] == began[1:])
    orderly = np.append(~same, True) | (ended > began)
    counted = plan.stock.groupby(["replication", "month", "place"], observed=True)["children"].sum()
    counted = counted[counted > 0]
    lived = _month_ends(plan).groupby(["replication", "month", "place"]).size()
    both = pd.concat([counted, lived], axis=1, keys=["counted", "lived"]).fillna(0.0)
    return [
        verdict("each child in one place at a time", joins),
        verdict("no stay ends before it begins", orderly & (ended >= began)),
        verdict("stock is the children living there", both["counted"] == both["lived"]),
    ]


def _settled(plan: SampledPlan) -> list[Check]:
    """Nobody changes home but by moving, a closure, waiting for a home, or a review."""
    stays, places = plan.stays, plan.places
    same = np.append(False, _same_child(stays))
    cause = stays["cause"].astype("str").to_numpy()
    step = stays["began"].to_numpy()
    left_place = np.roll(stays["place"].to_numpy(), 1)
    changed = same & (left_place != stays["place"].to_numpy())
    lawful = np.isin(cause, ["moved", "displaced", "waiting", "reviewed"])
    fell = places.capacity[left_place, step] < places.capacity[left_place, np.maximum(step - 1, 0)]
    kind = np.array([str(one) for one in places.kind], dtype=object)[left_place]
    back = (cause == "moved") & ~changed & np.isin(kind, [PlaceKind.HOUSEHOLD.value, PlaceKind.HOME.value])
    moved = stays[cause == "moved"].groupby(["replication", "began"]).size()
    flow = plan.flow.assign(began=_steps(plan, plan.flow["month"])).set_index(["replication", "began"])
    counted = moved.reindex(flow.index, fill_value=0).to_numpy()
    return [
        verdict("settled children stay", ~changed | lawful),
        verdict("nobody moved back into the home they leave", ~back),
        verdict("displaced only by a closure", (cause != "displaced") | fell),
        verdict("waiting only without a place", (cause != "waiting") | (left_place == len(places) - 1)),
        verdict("as many homes change as children move", counted == flow["moves"].to_numpy()),
    ]


def _capacity(plan: SampledPlan, facts: AuditFacts) -> list[Check]:
    """Nobody comes to live in a place that has no room left, or that ended with its placement.

    An exempt household of at least the usual limit may be over-full of one sibling group alone.
    """
    stays, places = plan.stays, plan.places
    kind = np.array([str(one) for one in places.kind], dtype=object)[stays["place"].to_numpy()]
    came = stays["began"].to_numpy() > 0
    listed = stays[came & ~np.isin(kind, [PlaceKind.STREAM.value, PlaceKind.UNMET.value])]
    newly = listed.groupby(["replication", "place", "began"]).size().rename("new").reset_index()
    there = _beside(plan, newly)
    limit = places.capacity[newly["place"].to_numpy(), newly["began"].to_numpy()]
    over = np.flatnonzero(there + newly["new"].to_numpy() > limit)
    excused = _exempt(places)[newly["place"].to_numpy()] & (limit >= facts.policy.usual_limit)
    excused[over] &= _one_group(plan, newly.iloc[over])
    return [
        verdict("within capacity", (there + newly["new"].to_numpy() <= limit) | excused),
        verdict("ended arrangements not refilled", ~came | (kind != PlaceKind.EXISTING.value)),
    ]


def _has_all(plan: SampledPlan, facts: AuditFacts, rows: pd.DataFrame, step: IntArray) -> Mask:
    """Which rows put a child who must live alone into a small home for several that policy lets one child have."""
    places, most = plan.places, facts.policy.solo_in_larger_homes
    if most == 1 or plan.policy == WalkPolicy.PRACTICE:
        return np.zeros(len(rows), dtype=bool)
    place = rows["place"].to_numpy()
    home = np.array([one is PlaceKind.HOME for one in places.kind]) & places.bought_ahead & ~places.solo
    usable = places.capacity[place, step]
    alone = np.array([profile.solo for profile in PROFILES])[rows["profile"].to_numpy()]
    return np.asarray(alone & home[place] & (usable > 0) & (usable <= most))


def _nobody_beside(plan: SampledPlan, facts: AuditFacts) -> list[Check]:
    """While a child has all of a home for several, nobody else lives there, from the day it came on."""
    if facts.policy.solo_in_larger_homes == 1:
        return []
    stays = plan.stays.reset_index(drop=True)
    began = stays["began"].to_numpy()
    came = np.flatnonzero((began > 0) & _has_all(plan, facts, stays, np.minimum(began, plan.months)))
    columns = ["replication", "place", "began", "ended"]
    alone = stays.loc[came, columns].reset_index(names="stay")
    both = alone.merge(stays[columns].reset_index(names="other"), on=columns[:2], suffixes=("", "_other"))
    both = both[both["stay"] != both["other"]]
    first, second = both["began"], both["began_other"]
    # A stay takes its place in the month it begins in, and is over before the month it ends in is allocated.
    beside = (first == second) | ((first < second) & (both["ended"] > second))
    beside |= (second < first) & (both["ended_other"] > first)
    return [verdict("nobody beside a child who has all of a home", ~np.isin(came, both.loc[beside, "stay"]))]


def _exempt(places: Places) -> Mask:
    """Which foster households the carers file exempts from the usual limit for siblings."""
    kind = np.array([str(one) for one in places.kind], dtype=object)
    setting = np.array([str(one) for one in places.setting], dtype=object)
    listed = (kind == PlaceKind.HOUSEHOLD.value) & (setting == Setting.FOSTERING.value)
    return np.asarray(listed & places.sibling_exemption & ~places.inferred)


def _one_group(plan: SampledPlan, newly: pd.DataFrame) -> Mask:
    """Whether all who live in a place once others came are brothers and sisters."""
    stays = plan.stays[["replication", "place", "group", "began", "ended"]]
    both = newly.reset_index(drop=True).reset_index().merge(stays, on=["replication", "place"], suffixes=("", "_other"))
    came, went = both["began_other"], both["ended"]
    there = both[(came == both["began"]) | ((came < both["began"]) & (went > both["began"]))]
    groups = there.groupby("index")["group"].nunique().reindex(range(len(newly)), fill_value=0)
    return np.asarray(groups == 1)


def _beside(plan: SampledPlan, newly: pd.DataFrame) -> IntArray:
    """Children who lived in a place before and after a month in which others came."""
    stays = plan.stays[["replication", "place", "began", "ended"]]
    both = newly.reset_index().merge(stays, on=["replication", "place"], suffixes=("", "_other"))
    stayed = both[(both["began_other"] < both["began"]) & (both["ended"] > both["began"])]
    return np.bincount(stayed["index"].to_numpy(), minlength=len(newly)).astype(np.int64)


def _market(plan: SampledPlan) -> list[Check]:
    """No market gives more than its monthly fraction adds up to, nor more in a month than its whole turn."""
    stays = plan.stays[plan.stays["began"] > 0]
    given = stays.groupby(["replication", "place", "began"]).size().rename("given").reset_index()
    starts = plan.places.starts_per_month[given["place"].to_numpy()]
    total = given.groupby(["replication", "place"])["given"].cumsum().to_numpy()
    return [
        verdict("within what the market gives in a month", given["given"].to_numpy() <= np.floor(starts) + 1),
        verdict("within what the market gives in all", total <= starts * given["began"].to_numpy() + 1),
    ]


def _head_count(plan: SampledPlan) -> list[Check]:
    """Children are neither lost nor made, in any replication and month."""
    flow = plan.flow.sort_values(["replication", "month"])
    after = flow["stock_before"] + flow["entries"] - flow["leavers"] - flow["aged_out"]
    follows = flow["replication"].to_numpy()[1:] == flow["replication"].to_numpy()[:-1]
    carried = flow["stock_after"].to_numpy()[:-1] == flow["stock_before"].to_numpy()[1:]
    stays = plan.stays
    keys = pd.MultiIndex.from_arrays([flow["replication"], _steps(plan, flow["month"])])

    def counted(rows: "pd.Series[bool]", step: str) -> IntArray:
        return np.asarray(stays[rows].groupby(["replication", step]).size().reindex(keys, fill_value=0))

    held = plan.stock.groupby(["replication", "month"])[["children", "child_days"]].sum()
    held = held.reindex(pd.MultiIndex.from_frame(flow[["replication", "month"]]), fill_value=0.0)
    in_month = flow["month"].dt.days_in_month.to_numpy()
    most = in_month * (flow["stock_before"] + flow["entries"]).to_numpy()
    days = held["child_days"].to_numpy()
    need = plan.need[["met_preferred", "met_suitable", "unmet"]].sum(axis=1) == plan.need["needed"]
    return [
        verdict("stock adds up in every month", after == flow["stock_after"]),
        verdict("each month begins where the last ended", ~follows | carried),
        verdict("places hold exactly the stock", held["children"].to_numpy() == flow["stock_after"].to_numpy()),
        verdict("entries are children who came", counted(stays["cause"] == "entered", "began") == flow["entries"]),
        verdict("leavers are children who left", counted(stays["reason"] == "left", "ended") == flow["leavers"]),
        verdict("adults are children who left", counted(stays["reason"] == "aged out", "ended") == flow["aged_out"]),
        verdict("no more days than children and days", (days <= most) & (days >= 0)),
        verdict("need is met or unmet", need),
    ]


def _siblings(plan: SampledPlan) -> list[Check]:
    """Count again the groups placed in a month, and those apart, from where each child lived."""
    groups = _groups_placed(plan)
    several = groups[groups["children"] > 1]
    keys = pd.MultiIndex.from_arrays([plan.siblings["replication"], _steps(plan, plan.siblings["month"])])
    number = several.groupby(["replication", "began"]).size().reindex(keys, fill_value=0)
    split = several[several["homes"] > 1].groupby(["replication", "began"]).size().reindex(keys, fill_value=0)
    return [
        verdict("sibling groups placed", number.to_numpy() == plan.siblings["groups"].to_numpy()),
        verdict("sibling groups apart", split.to_numpy() == plan.siblings["split"].to_numpy()),
    ]


def _never_apart(plan: SampledPlan, facts: AuditFacts) -> list[Check]:
    """Where siblings are never parted, those who asked together are apart only if no known home ever takes all.

    Groups that ask in parts are left out, and so are markets: how many they give in one month is a matter of chance.
    """
    if not facts.policy.siblings_together:
        return []
    rows, keys = _placed(plan), ["replication", "began", "group"]
    rows = rows.assign(home_of=rows["home_of"].clip(lower=-1), number=rows.groupby(keys)["child"].transform("size"))
    reviewed = rows["stayed"] | _reviewed(plan, rows)
    asked_alone = ~reviewed.groupby([rows[key] for key in keys]).transform("any")
    apart = rows.groupby(keys)["home_of"].transform("nunique") > 1
    rows = rows[apart & asked_alone & (rows["number"] <= LARGEST_GROUP)]
    homes = np.flatnonzero(plan.places.starts_per_month >= UNLIMITED)
    tried = rows.drop(columns="place").merge(pd.DataFrame({"place": homes[homes < len(plan.places) - 1]}), how="cross")
    suits = np.logical_and.reduce(list(lawful(tried, plan.places).values()))
    latest = np.maximum.accumulate(plan.places.capacity[:, ::-1], axis=1)[:, ::-1]
    most = latest[tried["place"].to_numpy(), tried["began"].to_numpy()]
    beyond = _exempt(plan.places)[tried["place"].to_numpy()] & (most >= facts.policy.usual_limit)
    room = (most >= tried["number"].to_numpy()) | beyond
    takes_all = tried.assign(takes=suits & room).groupby([*keys, "place"])["takes"].all()
    return [verdict("siblings apart only where no home takes all", ~takes_all)]


def _reviewed(plan: SampledPlan, rows: pd.DataFrame) -> "pd.Series[bool]":
    """Whether each placement came of a review."""
    reviewed = plan.stays.loc[plan.stays["cause"] == "reviewed", ["replication", "child", "began"]]
    mine = pd.MultiIndex.from_frame(rows[["replication", "child", "began"]])
    return pd.Series(mine.isin(pd.MultiIndex.from_frame(reviewed)), index=rows.index)


def _placed(plan: SampledPlan) -> pd.DataFrame:
    """Placements with the group of each child; who has no place has a "home" of their own."""
    rows = plan.placements.assign(began=_steps(plan, plan.placements["month"]))
    group = plan.stays.drop_duplicates(["replication", "child"])[["replication", "child", "group"]]
    rows = rows.merge(group, on=["replication", "child"], how="left", validate="many_to_one")
    alone = -1 - np.arange(len(rows))
    return rows.assign(home_of=np.where(rows["place"] == len(plan.places) - 1, alone, rows["place"]))


def _groups_placed(plan: SampledPlan) -> pd.DataFrame:
    rows = _placed(plan).query("not stayed").groupby(["replication", "began", "group"])["home_of"]
    return rows.agg(children="size", homes="nunique").reset_index()


def _proof(plan: SampledPlan, facts: AuditFacts) -> list[Check]:
    """Each month's value is the cost of its placements and splits; best use is certified and within its bound."""
    solves = plan.solves.assign(began=_steps(plan, plan.solves["month"])).set_index(["replication", "began"])
    rows = _placed(plan)
    cost = rows.groupby(["replication", "began"])["cost_pence"].sum().reindex(solves.index, fill_value=0)
    value = solves["value_pence"].to_numpy()
    if plan.policy == "practice":
        return [verdict("value is the cost of the placements", cost.to_numpy() == value)]
    parts = _further_parts(plan, rows).reindex(solves.index, fill_value=0)
    weighed = cost.to_numpy() + facts.policy.sibling_split * parts.to_numpy()
    large = _groups_placed(plan).query("children > @LARGEST_GROUP")
    excused = solves.index.isin(pd.MultiIndex.from_frame(large[["replication", "began"]]))
    bound = solves["bound_pence"].to_numpy()
    return [
        verdict("every month certified", solves["certified"].to_numpy(dtype=bool)),
        verdict("no month better than its bound", value >= bound),
        verdict("value is the cost of placements and splits", (value == weighed) | (excused & (value >= weighed))),
    ]


def _further_parts(plan: SampledPlan, rows: pd.DataFrame) -> "pd.Series[Any]":
    """Homes that groups came to be in beyond one, by replication and month."""
    kind = np.array([str(one) for one in plan.places.kind], dtype=object)
    shared = ~np.isin(kind, [PlaceKind.STREAM.value, PlaceKind.UNMET.value])
    homes = rows[["replication", "began", "group", "home_of"]].drop_duplicates()
    stays = plan.stays[shared[plan.stays["place"].to_numpy()]]
    stays = stays[["replication", "group", "child", "place", "began", "ended"]]
    beside = homes.merge(stays, on=["replication", "group"], suffixes=("", "_other"))
    beside = beside[(beside["began_other"] < beside["began"]) & (beside["ended"] > beside["began"])]
    # A child under review who stays was placed where it is, not settled there.
    reviewed = pd.MultiIndex.from_frame(rows.loc[rows["stayed"], ["replication", "began", "child"]])
    beside = beside[~pd.MultiIndex.from_frame(beside[["replication", "began", "child"]]).isin(reviewed)]
    keys = ["replication", "began", "group"]
    settled = beside[keys].drop_duplicates()
    joined = beside.loc[beside["place"] == beside["home_of"], [*keys, "home_of"]].drop_duplicates()
    new = homes.groupby(keys).size().sub(joined.groupby(keys).size(), fill_value=0)
    first = 1 - new.index.isin(pd.MultiIndex.from_frame(settled)).astype(np.int64)
    return (new - first).groupby(level=[0, 1]).sum()


def _month_ends(plan: SampledPlan) -> pd.DataFrame:
    """One row a child and month end: replication, month, place."""
    stays = plan.stays
    began = stays["began"].to_numpy()
    last = np.minimum(stays["ended"].to_numpy(), plan.months + 1)
    count = np.maximum(last - began, 0)
    row = np.repeat(np.arange(len(stays)), count)
    step = began[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    days = [plan.base_date.replace(day=1), *(month.first_day for month in plan.calendar)]
    month = np.array(days, dtype="datetime64[s]")[step]
    places = stays["place"].to_numpy()[row]
    return pd.DataFrame({"replication": stays["replication"].to_numpy()[row], "month": month, "place": places})


def _same_child(stays: pd.DataFrame) -> Mask:
    """Whether each row but the first is of the child of the row before."""
    child, replication = stays["child"].to_numpy(), stays["replication"].to_numpy()
    return np.asarray((child[1:] == child[:-1]) & (replication[1:] == replication[:-1]))


def _steps(plan: SampledPlan, month: "pd.Series[Any]") -> IntArray:
    """Months after the base date's."""
    count = month.dt.year.to_numpy() * 12 + month.dt.month.to_numpy()
    return np.asarray(count - plan.base_date.year * 12 - plan.base_date.month, dtype=np.int64)
