"""The ground a scenario stands on: everything between a council's files and the walk, as values that levers change.

Reading files takes most of a second and happens once. What is read is turned into a :class:`Ground`: children, places,
rates, prices and flows by month. A lever takes a ground and returns another; nothing is changed in place.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.demanded import Steering, steering
from scenarios.inputs import Inputs, children_now, places_of, rates_of
from sufficiency.assumptions import Assumptions
from sufficiency.demand.changes import FlowKind
from sufficiency.demand.rates import Rates
from sufficiency.domain.periods import FinancialYear, Month, horizon
from sufficiency.domain.places import Places
from sufficiency.domain.settings import Setting
from sufficiency.finance.price_reading import price_list
from sufficiency.finance.prices import PriceList
from sufficiency.geography import Located
from sufficiency.matching.setup import BaseDate
from sufficiency.supply.build import Supply

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ExtraFlow:
    """More or fewer children a month who leave or move, turned into a rate at the stock of each month.

    Attributes
    ----------
    kind
        Leaving or moving.
    children
        Children a month, above or below nought, shape (months,).
    bands
        Age bands it is about; all when empty.
    setting, to_setting
        Setting left, and setting entered by moves.
    specialist
        Whether those who move to fostering need a specialist foster home.
    returning
        By what the published curve of re-entry is multiplied for those who leave; 0 means nobody comes back.
    """

    kind: FlowKind
    children: FloatArray
    bands: tuple[str, ...] = ()
    setting: Setting | None = None
    to_setting: Setting | None = None
    specialist: bool = False
    returning: float = 0.0


@dataclass(frozen=True, eq=False)
class StartsShare:
    """What some entries of the market give in each month, as a share of the most they ever give.

    Attributes
    ----------
    rows
        Positions of the entries.
    share
        By month walked, 0 to 1, shape (months,).
    """

    rows: IntArray
    share: FloatArray


@dataclass(frozen=True, eq=False)
class Flows:
    """What becomes of the council's rates month by month; t months, a age bands, s settings.

    Attributes
    ----------
    entries
        Children entering a month, shape (t, 18, 2, s).
    move_keep
        Share of the moves of the history that still happen, shape (t, a, s).
    let_out
        Children a month who leave beyond the rates, so that a projection made elsewhere is met, shape (t, a, s).
    extra
        Leaving and moving in children a month.
    starts
        New placements a month of the market, where they change over time. Who lives there stays.
    max_miles
        Miles beyond which nobody is newly placed in each month walked, beside the policy's; empty for none.
    changed
        False while every flow is that of the history.
    """

    entries: FloatArray
    move_keep: FloatArray
    let_out: FloatArray
    extra: tuple[ExtraFlow, ...] = ()
    starts: tuple[StartsShare, ...] = ()
    max_miles: tuple[float, ...] = ()
    changed: bool = False

    @classmethod
    def of(cls, rates: Rates, months: int, steered: Steering | None = None) -> "Flows":
        """Return the flows of the history, with their trend and whatever else steers them."""
        entries = np.broadcast_to(rates.entries_per_month, (months, *rates.entries_per_month.shape))
        trend = rates.posterior is not None and rates.posterior.entering.slope != 0
        if rates.posterior is not None and trend:
            growth = rates.posterior.entering.growth(np.arange(0.5, months, dtype="float64"))
            entries = np.multiply(entries, growth[:, None, None, None])
        cells = (months, *rates.move_per_day.shape)
        if steered is None:
            return cls(entries, np.ones(cells), np.zeros(cells), changed=trend)
        return cls(steered.entries(entries), np.ones(cells), steered.let_out, changed=True)

    def with_starts(self, rows: IntArray, share: FloatArray) -> "Flows":
        """Return these flows with some market entries giving a share of what they can, month by month."""
        return replace(self, starts=(*self.starts, StartsShare(rows, share)), changed=True)

    def within(self, max_miles: float, months: NDArray[np.bool_]) -> "Flows":
        """Return these flows with nobody newly placed beyond some miles in the months marked."""
        before = np.array(self.max_miles) if self.max_miles else np.full(len(months), np.inf)
        limits = np.where(months, np.minimum(before, max_miles), before)
        return replace(self, max_miles=tuple(limits.tolist()), changed=True)

    def farthest(self, step: int) -> float:
        """Return the miles beyond which nobody is newly placed in a month walked, the policy's apart."""
        return self.max_miles[step - 1] if self.max_miles else np.inf

    def open_places(self, places: Places, step: int) -> Places:
        """Return the places as the market gives them in one month walked."""
        if not self.starts:
            return places
        starts = places.starts_per_month.copy()
        for part in self.starts:
            starts[part.rows] *= part.share[step - 1]
        return replace(places, starts_per_month=starts)


@dataclass(frozen=True, eq=False)
class OneOffCost:
    """Money a lever costs beside the price of places, by month.

    Attributes
    ----------
    key
        The change it belongs to.
    capital
        Whether it is capital, which is never added to spend.
    pence
        By month walked, shape (months,).
    """

    key: str
    capital: bool
    pence: IntArray


@dataclass(frozen=True, eq=False)
class Ground:
    """Everything a walk needs before it is made ready.

    Attributes
    ----------
    now
        The children of the base date.
    supply
        Places by month, and who lives in which.
    rates, flows
        Rates of the history, and what becomes of them by month.
    prices
        Price list with the uplift of each line.
    needs
        What the needs sheet says of the children, if there is one.
    costs
        What levers cost beside places.
    steered
        What steers entries and leavers beside the rates; None where nothing does.
    """

    now: BaseDate
    supply: Supply
    rates: Rates
    flows: Flows
    assumptions: Assumptions
    prices: PriceList
    authority: str
    base_date: date
    months: int
    needs: pd.DataFrame | None = None
    costs: tuple[OneOffCost, ...] = ()
    steered: Steering | None = None

    @property
    def places(self) -> Places:
        """Every place, without the one that stands for "no suitable place"."""
        return self.supply.places

    @property
    def calendar(self) -> tuple[Month, ...]:
        """The months walked."""
        return horizon(self.base_date, self.months)

    @property
    def base_year(self) -> FinancialYear:
        """Financial year of the price level of every place."""
        return FinancialYear.containing(self.base_date)

    @property
    def years(self) -> tuple[FinancialYear, ...]:
        """Financial years walked, in order."""
        return tuple(dict.fromkeys(month.financial_year for month in self.calendar))

    def with_places(self, places: Places) -> "Ground":
        """Return this ground with other places; entries keep their positions, new ones stand at the end."""
        return replace(self, supply=replace(self.supply, places=places))

    def with_rates(self, rates: Rates) -> "Ground":
        """Return this ground on other rates, with flows to match."""
        return replace(self, rates=rates, flows=Flows.of(rates, self.months, self.steered))


def ground_of(inputs: Inputs, assumptions: Assumptions, months: int) -> Ground:
    """Return the ground of a council under some assumptions, with no lever pulled.

    Names of children are replaced by numbers: a ground may be handed to other processes of this computer.
    """
    rates = rates_of(inputs, assumptions)
    steered = steering(inputs.demand, inputs.known, rates, inputs.base_date, months)
    supply = places_of(inputs, assumptions, months)
    now = children_now(inputs)
    now, supply, needs = _numbered(now, supply, inputs.files.needs)
    return Ground(
        now=now,
        supply=supply,
        rates=rates,
        flows=Flows.of(rates, months, steered),
        steered=steered,
        assumptions=assumptions,
        prices=price_list(inputs.files.prices, assumptions),
        authority=inputs.authority,
        base_date=inputs.base_date,
        months=months,
        needs=needs,
    )


_LEARNED = ["child", "spell", "start", "end", "setting", "sector", "home_postcode", "placement_postcode"]
_NEEDED = ["child", "spell", "birth_date", "start", "sex", "uasc", "setting", "home_postcode"]


def _numbered(
    now: BaseDate, supply: Supply, needs: pd.DataFrame | None
) -> tuple[BaseDate, Supply, pd.DataFrame | None]:
    """Replace children's identifiers by numbers in the order of the children, and drop what the walk never asks."""
    ever = np.unique(np.concatenate([part["child"].to_numpy() for part in (now.frame, now.stays) if part is not None]))
    digits = len(str(len(ever)))
    names = [f"{place:0{digits}d}" for place in range(len(ever))]
    number = pd.Series(names, index=ever, dtype="str")
    frame = now.frame[_NEEDED].assign(child=now.frame["child"].map(number))
    stays = None if now.stays is None else now.stays[_LEARNED].assign(child=now.stays["child"].map(number))
    occupancy = supply.occupancy.assign(child=supply.occupancy["child"].map(number))
    if needs is not None:
        child = needs["child_ID"].astype("str")
        needs = needs.assign(child_ID=child.map(number))[child.isin(number.index).to_numpy()]
    return replace(now, frame=frame, stays=stays), replace(supply, occupancy=occupancy), needs


def centre_of_homes(home: Located) -> tuple[float, float]:
    """Return the middle of where the children come from: where a new home stands unless a postcode says otherwise."""
    known = ~np.isnan(home.easting)
    if not known.any():
        return float("nan"), float("nan")
    return float(np.median(home.easting[known])), float(np.median(home.northing[known]))
