"""Small councils for the walk on whole children, made from the small councils of the expected walk."""

from datetime import date
from typing import Any

import numpy as np

from sufficiency.domain.needs import PROFILE_INDEX, PROFILES
from sufficiency.domain.settings import SETTINGS, Sector, Setting
from sufficiency.matching.alone import small_enough
from sufficiency.matching.audit import AuditFacts
from sufficiency.matching.columns import exempt
from sufficiency.matching.policy import NO_REVIEWS, Reviews
from sufficiency.matching.reach import measure_reach
from sufficiency.matching.sampled.asking import Ask, Askers
from sufficiency.matching.sampled.setup import SECTORS, BaseChildren, Habits, SampledWalk
from sufficiency.matching.sampled.together import home_for_all
from sufficiency.matching.walk import Walk

from .conftest import HOME, SWINDON

EPOCH = date(1970, 1, 1).toordinal()
FOSTERING = SETTINGS.index(Setting.FOSTERING)


def habits(**share: float) -> Habits:
    """Habits of a council that buys from some sectors only, and keeps siblings together where it can."""
    row = np.array([share.get(one.name.lower(), 0.0) for one in SECTORS])
    return Habits(np.tile(row / row.sum(), (len(SETTINGS), 1)), 1.0)


ANY_OWN = habits(**{Sector.OWN.name.lower(): 1.0})


def ground_of(
    walk: Walk, groups: list[int] | None = None, habit: Habits = ANY_OWN, reviews: Reviews = NO_REVIEWS
) -> SampledWalk:
    """Make a walk of :func:`conftest.walk_of` ready for whole children: one home point and the unknown one."""
    rows = walk.residents
    count = len(rows)
    since = np.full(count, walk.base_date.toordinal() - EPOCH - 400)
    need = np.zeros((count, len(PROFILES)))
    need[np.arange(count), rows.profile] = 1.0
    base = BaseChildren(
        birth_from=rows.birth_from,
        birth_to=rows.birth_to,
        care_from=since,
        stay_from=since,
        uasc=rows.uasc,
        sex=np.full(count, -1),
        home=rows.zone,
        place=rows.place,
        group=np.arange(count) if groups is None else np.array(groups),
        need_shares=need,
        miles=rows.miles,
        locality=rows.locality,
    )
    points = [np.array([HOME])]
    return SampledWalk(
        walk=walk,
        base=base,
        habits=habit,
        reviews=reviews,
        home_zone=np.array([0, 1]),
        reach=measure_reach(points, walk.places, SWINDON, walk.policy),
        facts=AuditFacts(SWINDON, points, walk.policy),
    )


def ask_of(ground: SampledWalk, children: list[tuple[str, int, int]], free: list[list[int]], **changes: Any) -> Ask:
    """Ask for homes for children given by profile, age and sibling group, all in the first replication by default."""
    number = len(children)
    values: dict[str, Any] = {
        "row": np.arange(number),
        "replication": np.zeros(number, dtype=np.int64),
        "profile": np.array([PROFILE_INDEX[profile] for profile, _, _ in children], dtype=np.int64),
        "home": np.zeros(number, dtype=np.int64),
        "sex": np.full(number, -1),
        "group": np.array([group for _, _, group in children], dtype=np.int64),
        "age": np.array([age for _, age, _ in children], dtype=np.int64),
        "wanted": np.full(number, FOSTERING),
        "day": np.arange(number),
        "leaving": np.full(number, -1),
        "draw": np.full(number, 0.5),
        "review": np.zeros(number, dtype=np.int64),
        "now": np.full(number, -1),
        "stay_cost": np.zeros(number, dtype=np.int64),
        "miles": np.full(number, np.nan),
    }
    settled = changes.pop("settled", [])
    askers = Askers(**(values | changes))
    group, at = (np.array([one[index] for one in settled], dtype=np.int64) for index in range(2))
    max_miles = ground.walk.policy.max_miles_new
    room, places = np.array(free, dtype=np.int64), ground.chosen_places
    may_exceed = exempt(places) & (room == places.capacity[:, 0]) & (room >= ground.walk.policy.usual_limit)
    whole = ground.may_be_emptied & (room == places.capacity[:, 0]) & small_enough(room, ground.walk.policy)
    return Ask(askers, room, may_exceed, whole, group, at, home_for_all(ground, askers, 0), max_miles)
