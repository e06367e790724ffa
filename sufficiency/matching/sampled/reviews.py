"""Looking again at settled children: step-down, a home nearer by, brothers and sisters together.

A review offers what is better in its own sense and never takes a home away: the child keeps the place until the review
finds another, and the place left is free from the month after. Price alone moves nobody.
"""

import numpy as np
from numpy.typing import NDArray

from sufficiency.matching.columns import SUITABILITY, Members, price_pairs
from sufficiency.matching.reach import LOCALITIES
from sufficiency.matching.sampled.chance import PLANNED, REVIEW, MonthChance
from sufficiency.matching.sampled.children import Children
from sufficiency.matching.sampled.setup import SampledWalk

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

NONE, STEP_DOWN, CLOSER, SIBLINGS = range(4)
"""What a review may end in: anything (no review), the preferred setting, a nearer home, a home with siblings."""


def drawn_for_review(ground: SampledWalk, children: Children, settled: Mask, luck: MonthChance) -> IntArray:
    """Return which settled children are looked at again this month, and what for; shape (c,)."""
    kind = np.zeros(len(children), dtype=np.int64)
    if ground.reviews.nobody:
        return kind
    open_to = settled & ground.lived_in[children.place] & PLANNED[children.profile]
    suits = SUITABILITY[children.profile, ground.setting[children.place]]
    steps = np.where(open_to & (suits == 1), ground.reviews.step_down, 0.0)
    far = children.miles > ground.walk.policy.distance_steep_from_miles
    nearer = np.where(open_to & far, ground.reviews.return_closer, 0.0)
    draw = luck.of(REVIEW, children.people.number)
    kind[draw < steps + (1.0 - steps) * nearer] = CLOSER
    kind[draw < steps] = STEP_DOWN
    kind[_groups_apart(ground, children, open_to, luck)] = SIBLINGS
    return kind


def _groups_apart(ground: SampledWalk, children: Children, open_to: Mask, luck: MonthChance) -> IntArray:
    """Rows of brothers and sisters in listed homes apart whose group is drawn; one draw a group."""
    listed = np.zeros(len(ground.walk.places), dtype=bool)
    listed[ground.chosen] = True
    rows = np.flatnonzero(open_to & listed[children.place])
    group, member = np.unique(children.people.group[rows], return_inverse=True)
    homes = np.unique(np.stack([member, children.place[rows]]), axis=1)[0]
    apart = np.bincount(homes, minlength=len(group)) > 1
    first = np.full(len(group), len(children), dtype=np.int64)
    np.minimum.at(first, member, rows)
    drawn = luck.of(REVIEW, children.people.number[first]) if len(group) else np.zeros(0)
    # From the far end of the draws, so that it does not go with the reviews of the children one by one.
    return np.asarray(rows[(apart & (1.0 - drawn < ground.reviews.siblings))[member]], dtype=np.int64)


def cost_of_staying(ground: SampledWalk, children: Children, rows: IntArray, step: int) -> IntArray:
    """Return what the present home of some children costs in a month, pence a week, priced as a new one would be."""
    walk, place = ground.walk, children.place[rows]
    age = np.zeros(len(rows), dtype=np.int64)
    members = Members(age, age, children.profile[rows], children.home[rows], age - 1)
    here = np.zeros((len(rows), len(walk.places)), dtype=bool)
    here[np.arange(len(rows)), place] = True
    parts = dict(price_pairs(members, walk.places, ground.reach, walk.policy, here).cost_parts)
    parts["price"] = parts["price"] * (1 + ground.kept_empty(children, step)[rows])
    miles, locality = children.miles[rows], children.locality[rows]
    known = ~np.isnan(miles)
    distance = np.rint(walk.policy.distance_cost(np.where(known, miles, 0.0))).astype(np.int64)
    parts["distance"] = np.where(known, distance, parts["distance"])
    outside = (locality != LOCALITIES.index("in area")) * walk.policy.out_of_area
    parts["out of area"] = outside + (locality == LOCALITIES.index("distant")) * walk.policy.distant
    return np.asarray(sum(parts.values()), dtype=np.int64)
