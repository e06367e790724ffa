"""The ``finance`` section of ``project.yaml``: what only a finance team knows."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Line = Literal[
    "kinship",
    "in-house foster",
    "independent foster",
    "own home",
    "external home",
    "supported accommodation",
    "secure",
    "with family",
    "other",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _financial_year(given: object) -> str:
    text = str(given)
    if not re.fullmatch(r"\d{4}-\d{2}", text) or (int(text[:4]) + 1) % 100 != int(text[5:]):
        raise ValueError("a financial year is written 2025-26")
    return text


Year = Annotated[str, BeforeValidator(_financial_year)]


class Contribution(_Strict):
    """A steady weekly payment by another body: who, how much, and from when to when (both days included)."""

    source: str = Field(min_length=1)
    pounds_weekly: float = Field(ge=0)
    begins: date
    ends: date

    @model_validator(mode="after")
    def _in_order(self) -> "Contribution":
        if self.ends < self.begins:
            raise ValueError("ends before it begins")
        return self


class Saving(_Strict):
    """A saving or an investment: what it is to save by year beside doing nothing, and how that is followed."""

    name: str = Field(min_length=1)
    kind: Literal["savings", "invest to save", "one-off"] = "savings"
    planned_pounds: dict[Year, float] = Field(min_length=1)
    scenario: str = ""
    line: Line | None = None
    delivered_pounds: float | None = None


class S251(_Strict):
    """Full cost of a closed year as returned to government, and the unit costs published from it."""

    year: Year
    total_pounds: float = Field(ge=0)
    fostering_pounds: float | None = Field(default=None, ge=0)
    residential_pounds: float | None = Field(default=None, ge=0)
    published_all: int | None = Field(default=None, ge=0)
    published_fostering: int | None = Field(default=None, ge=0)
    published_residential: int | None = Field(default=None, ge=0)


class Finance(_Strict):
    """What only a finance team knows.

    Attributes
    ----------
    budget
        Approved budget in pounds by financial year: one sum, or one for each cost line.
    ledger
        Where the ledger lies: month, line, actual_pounds, budget_pounds.
    placement_costs
        Where the list of placement costs lies: child_id, weekly_pounds.
    contributions
        What health, education and others pay.
    savings
        Savings and investments to follow.
    s251
        Closed years on the full S251 basis.
    """

    budget: dict[Year, float | dict[Line, float]] = {}
    ledger: str | None = None
    placement_costs: str | None = None
    contributions: tuple[Contribution, ...] = ()
    savings: tuple[Saving, ...] = ()
    s251: tuple[S251, ...] = ()


FINANCE_MODELS: dict[str, type[BaseModel]] = {"contributions": Contribution, "savings": Saving, "s251": S251}
"""The models of the lists in the section, by key."""
