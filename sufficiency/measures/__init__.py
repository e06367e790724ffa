"""What a plan and a history say, as tidy frames with a name, a unit and a definition each.

Of a plan: :func:`gap`, :func:`places_and_demand`, :func:`mix`, :func:`in_house`, :func:`distance`, :func:`next_place`,
:func:`conservation`. Of what happened: :func:`care_history` and the functions of :mod:`sufficiency.measures.history`.
All are listed in ``MEASURES``. One keyword set: ``by`` (columns), ``over`` ("month", "quarter", "financial_year"),
``planned_only``.
"""

from sufficiency.measures import history
from sufficiency.measures.checks import conservation
from sufficiency.measures.living import distance, in_house, mix
from sufficiency.measures.located import care_history
from sufficiency.measures.registry import MEASURES, Measure
from sufficiency.measures.shortfall import gap, places_and_demand
from sufficiency.measures.value import next_place

__all__ = [
    "MEASURES",
    "Measure",
    "care_history",
    "conservation",
    "distance",
    "gap",
    "history",
    "in_house",
    "mix",
    "next_place",
    "places_and_demand",
]
