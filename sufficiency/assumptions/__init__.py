"""One attribute table for every input column and every assumption, and the assumptions of a run.

Templates, validation, documentation and the what-if form are all made from ``attributes.csv``: one fact in one place.
"""

from sufficiency.assumptions.pages import markdown
from sufficiency.assumptions.prices import default_prices
from sufficiency.assumptions.table import Attribute, attribute, attributes
from sufficiency.assumptions.values import Assumptions, Change

__all__ = ["Assumptions", "Attribute", "Change", "attribute", "attributes", "default_prices", "markdown"]
