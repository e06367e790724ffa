"""Policy as numbers the user owns: what a mile, a border, a second-best setting and a split are worth a week."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sufficiency.domain.money import pence


class AssumptionValues(Protocol):
    """Anything that answers a dotted assumption name with its value."""

    def number(self, name: str) -> float:
        """Return the value of an assumption that is a number."""
        ...

    def text(self, name: str) -> str:
        """Return the value of an assumption as text."""
        ...


@dataclass(frozen=True)
class Policy:
    """The weights of the objective; every figure and its status is a row ``policy.*`` of the attribute table.

    Attributes
    ----------
    distance_free_miles
        Miles from home that cost nothing.
    distance_per_mile
        Pence a week for each mile beyond the free miles.
    distance_steep_from_miles
        Miles from which each further mile costs ``distance_steep_per_mile`` instead: 20 is DfE's indicator.
    distance_steep_per_mile
        Pence a week a mile beyond ``distance_steep_from_miles``.
    out_of_area
        Pence a week outside the council's area, in a neighbouring authority or further (Children Act 1989 s22C(9)).
    distant
        Further pence a week outside the area and not adjoining it (2010 Regulations reg 11: the director approves).
    not_preferred
        Pence a week for a setting that is suitable and not preferred.
    sibling_split
        Pence a week for each further part a sibling group is split into (s22C(8)(c)).
    unmet
        Pence a week for a child without a suitable registered place: dominates everything.
    in_house_preference
        Pence a week taken off own provision. Zero by default: the Act gives no such preference.
    siblings_together
        Whether brothers and sisters who need a home together are never given homes apart, while any home could ever
        take all of them: they go without together until one does.
    max_miles_new
        Miles from home beyond which nobody is newly placed; infinite for no limit.
    usual_limit
        Children a foster household takes at the most, unless all are siblings and it is exempt (Children Act 1989
        Schedule 7).
    solo_in_larger_homes
        Most usable places of a home, run by the council or bought ahead, that may be emptied for one child who must
        live alone; 1 for places for one child only.
    """

    distance_free_miles: float
    distance_per_mile: int
    distance_steep_from_miles: float
    distance_steep_per_mile: int
    out_of_area: int
    distant: int
    not_preferred: int
    sibling_split: int
    unmet: int
    in_house_preference: int
    siblings_together: bool = False
    max_miles_new: float = np.inf
    usual_limit: int = 3
    solo_in_larger_homes: int = 1

    @classmethod
    def from_assumptions(cls, assumptions: AssumptionValues) -> "Policy":
        """Read the policy from the assumptions (pounds there, pence here)."""
        number = assumptions.number
        return cls(
            distance_free_miles=number("policy.distance_free_miles"),
            distance_per_mile=pence(number("policy.distance_pounds_per_mile")),
            distance_steep_from_miles=number("policy.distance_steep_from_miles"),
            distance_steep_per_mile=pence(number("policy.distance_steep_pounds_per_mile")),
            out_of_area=pence(number("policy.out_of_area_pounds_weekly")),
            distant=pence(number("policy.distant_pounds_weekly")),
            not_preferred=pence(number("policy.not_preferred_pounds_weekly")),
            sibling_split=pence(number("policy.sibling_split_pounds_weekly")),
            unmet=pence(number("policy.unmet_pounds_weekly")),
            in_house_preference=pence(number("policy.in_house_preference_pounds_weekly")),
            max_miles_new=float(assumptions.text("policy.max_miles_new") or "inf"),
            usual_limit=int(assumptions.number("supply.foster_usual_limit")),
            siblings_together=assumptions.text("policy.siblings_together") == "always",
            solo_in_larger_homes=int(number("policy.solo_in_larger_homes")),
        )

    def distance_cost(self, miles: NDArray[np.float64]) -> NDArray[np.float64]:
        """Price distances: pence a week, NaN where the distance is missing. Same shape as ``miles``."""
        gentle = np.clip(miles, self.distance_free_miles, self.distance_steep_from_miles) - self.distance_free_miles
        steep = np.maximum(miles - self.distance_steep_from_miles, 0.0)
        return np.asarray(gentle * self.distance_per_mile + steep * self.distance_steep_per_mile)


@dataclass(frozen=True)
class Reviews:
    """How often settled children are looked at again; each share is of such children, a month.

    A review may end in a better home and never takes one away: the child stays unless the review finds better.

    Attributes
    ----------
    step_down
        Children in a setting that suits and is not the preferred one: reviewed for the preferred one.
    return_closer
        Children living beyond ``policy.distance_steep_from_miles``: reviewed for a nearer home.
    siblings
        Brothers and sisters living apart: reviewed for a home together.
    """

    step_down: float = 0.0
    return_closer: float = 0.0
    siblings: float = 0.0

    @property
    def nobody(self) -> bool:
        """Whether nobody is ever looked at again."""
        return self.step_down == self.return_closer == self.siblings == 0.0

    @classmethod
    def from_assumptions(cls, assumptions: AssumptionValues) -> "Reviews":
        """Read the shares from the assumptions."""
        return cls(
            assumptions.number("policy.step_down_reviews_share"),
            assumptions.number("policy.return_closer_reviews_share"),
            assumptions.number("policy.sibling_reviews_share"),
        )


NO_REVIEWS = Reviews()
"""Settled children are left where they are."""
