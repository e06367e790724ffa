"""Keeping what the walk did, month by month, and making the plan's frames of it."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import Ages, age_band_index
from sufficiency.domain.needs import AGE_BANDS, PROFILES
from sufficiency.domain.periods import Month
from sufficiency.domain.places import Places
from sufficiency.matching.columns import SUITABILITY
from sufficiency.matching.plan import Plan
from sufficiency.matching.reach import LOCALITIES
from sufficiency.matching.residents import Residents
from sufficiency.matching.steps import settings_of

if TYPE_CHECKING:
    from sufficiency.matching.walk import MonthResult
from solvers.certificate import check

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Columns = dict[str, Any]

NO_SUITABLE_PLACE = "no suitable place"
"""What stands for the setting of children who found none: nobody is ever planned into an unregistered one."""

PROFILE_KEYS = np.array([profile.key for profile in PROFILES], dtype=object)
BANDS = np.array(AGE_BANDS, dtype=object)


@dataclass
class WalkRecord:
    """Gathers column blocks as the walk goes; :meth:`plan` turns them into frames."""

    places: Places
    zones: tuple[str, ...]
    base_date: date
    unmet_pence: int
    stock: list[Columns] = field(default_factory=list)
    need: list[Columns] = field(default_factory=list)
    placements: list[Columns] = field(default_factory=list)
    flow: list[Columns] = field(default_factory=list)
    solves: list[Columns] = field(default_factory=list)
    prices: list[Columns] = field(default_factory=list)

    def start(self, residents: Residents) -> None:
        """Keep the stock of the base date as month 0."""
        month = Month.containing(self.base_date)
        self.stock.append(self._stock(month, residents, np.zeros(len(residents)), residents.amount))

    def add(self, result: "MonthResult") -> None:
        """Keep one month."""
        self._add_stock(result)
        self._add_need(result)
        self._add_flow(result)
        self._add_solve(result)
        self._add_placements(result)

    def plan(self) -> Plan:
        """Return the plan of all that was kept."""
        stock = _frame(self.stock)
        setting = np.array([*(str(s) for s in self.places.setting[:-1]), NO_SUITABLE_PLACE], dtype=object)
        line = np.array([str(s) for s in self.places.line], dtype=object)
        stock.insert(6, "setting", setting[stock["place"]])
        stock.insert(7, "line", line[stock["place"]])
        return Plan(
            base_date=self.base_date,
            months=len(self.flow),
            places=self.places,
            zones=self.zones,
            stock=stock,
            need=_frame(self.need),
            placements=_frame(self.placements),
            flow=pd.DataFrame(self.flow).assign(month=lambda f: _months(f["month"])),
            solves=pd.DataFrame(self.solves).assign(month=lambda f: _months(f["month"])),
            prices=_frame(self.prices),
            unmet_pence=self.unmet_pence,
        )

    def _add_stock(self, result: "MonthResult") -> None:
        before, after, arrivals, left = result.before, result.after, result.arrivals, result.left
        # Who is displaced, or waited without a place, is placed anew in mid-month: half of the month is booked there.
        days = left.stay_days + left.aged_out_days + left.leave_days + left.move_days
        lived = before.amount * days - result.moved_on * (result.month.days / 2)
        rows = Residents.join([before, arrivals, after])
        child_days = np.concatenate([lived, result.arrival_days, np.zeros(len(after))])
        at_end = np.concatenate([np.zeros(len(before) + len(arrivals)), after.amount])
        self.stock.append(self._stock(result.month, rows, child_days, at_end))

    def _stock(self, month: Month, rows: Residents, child_days: FloatArray, at_end: FloatArray) -> Columns:
        last = (month.plus(1).first_day.toordinal() - date(1970, 1, 1).toordinal()) - 1
        band = np.minimum(age_band_index(Ages(rows.birth_from, rows.birth_to), last), len(AGE_BANDS) - 1)
        shape = (len(AGE_BANDS), len(PROFILES), len(self.zones), 2, len(self.places))
        keys = np.ravel_multi_index((band, rows.profile, rows.zone, rows.uasc, rows.place), shape)
        kept, group = np.unique(keys, return_inverse=True)
        size = len(kept)

        def total(weight: FloatArray) -> FloatArray:
            return np.asarray(np.bincount(group, weight, size), dtype=np.float64)

        known = ~np.isnan(rows.miles)
        band_of, profile, zone, uasc, place = np.unravel_index(kept, shape)
        return {
            "month": np.full(size, np.datetime64(month.first_day, "s")),
            "age_band": BANDS[band_of],
            "profile": PROFILE_KEYS[profile],
            "zone": np.asarray(self.zones, dtype=object)[zone],
            "uasc": uasc.astype(bool),
            "place": place.astype(np.int64),
            "children": total(at_end),
            "child_days": total(child_days),
            "miles_known": total(at_end * known),
            "miles": total(at_end * np.where(known, rows.miles, 0.0)),
            "over_20": total(at_end * np.where(known, rows.far, 0.0)),
            **{
                name.replace(" ", "_"): total(at_end * (rows.locality == index))
                for index, name in enumerate(LOCALITIES[:3])
            },
        }

    def _add_need(self, result: "MonthResult") -> None:
        arrivals = result.placed
        middle = result.month.first_day.toordinal() - date(1970, 1, 1).toordinal() + result.month.days // 2
        band = np.minimum(age_band_index(Ages(arrivals.birth_from, arrivals.birth_to), middle), len(AGE_BANDS) - 1)
        shape = (len(AGE_BANDS), len(PROFILES), len(self.zones), 2)
        keys = np.ravel_multi_index((band, arrivals.profile, arrivals.zone, arrivals.uasc), shape)
        kept, group = np.unique(keys, return_inverse=True)
        unmet = arrivals.place == len(self.places) - 1
        suits = SUITABILITY[arrivals.profile, settings_of(self.places)[arrivals.place]]
        band_of, profile, zone, uasc = np.unravel_index(kept, shape)

        def total(amount: FloatArray) -> FloatArray:
            return np.asarray(np.bincount(group, amount, len(kept)), dtype=np.float64)

        self.need.append(
            {
                "month": np.full(len(kept), np.datetime64(result.month.first_day, "s")),
                "age_band": BANDS[band_of],
                "profile": PROFILE_KEYS[profile],
                "zone": np.asarray(self.zones, dtype=object)[zone],
                "uasc": uasc.astype(bool),
                "needed": total(arrivals.amount),
                "waiting": total(result.placed_waiting),
                "met_preferred": total(arrivals.amount * (~unmet & (suits == 0))),
                "met_suitable": total(arrivals.amount * (~unmet & (suits == 1))),
                "unmet": total(arrivals.amount * unmet),
            }
        )

    def _add_flow(self, result: "MonthResult") -> None:
        before = result.before.amount
        self.flow.append(
            {
                "month": result.month.first_day,
                "stock_before": float(before.sum()),
                "entries": result.entrants,
                "leavers": float((before * result.left.leave).sum() + result.arrivals_left.sum()),
                "aged_out": float((before * result.left.aged_out).sum() + result.arrivals_aged_out.sum()),
                "moves": float((before * result.left.move).sum()),
                "displaced": result.displaced,
                "unmet": float(result.placed.amount[result.placed.place == len(self.places) - 1].sum()),
                "stock_after": float(result.after.amount.sum()),
            }
        )

    def _add_solve(self, result: "MonthResult") -> None:
        problem, answer = result.problem.problem, result.answer
        certificate = check(problem, answer)
        units = problem.units_per_child
        self.solves.append(
            {
                "month": result.month.first_day,
                "outcome": str(answer.outcome),
                "reason": str(answer.reason),
                "value_pence": certificate.value / units,
                "bound_pence": certificate.bound / units,
                "gap": certificate.gap,
                "certified": certificate.valid,
                "seconds": answer.seconds,
            }
        )
        used = np.bincount(result.placed.place, result.placed.amount, len(self.places))
        size = len(self.places) - 1
        self.prices.append(
            {
                "month": np.full(size, np.datetime64(result.month.first_day, "s")),
                "place": np.arange(size),
                "capacity": self.places.capacity[:size, result.step],
                "free": result.free[:size],
                "used": used[:size],
                "price_pence": answer.price[:size],
            }
        )

    def _add_placements(self, result: "MonthResult") -> None:
        placed = result.placed
        self.placements.append(
            {
                "month": np.full(len(placed), np.datetime64(result.month.first_day, "s")),
                "birth_from": placed.birth_from,
                "birth_to": placed.birth_to,
                "profile": placed.profile,
                "zone": placed.zone,
                "sex": placed.sex,
                "place": placed.place,
                "children": placed.amount,
                "cost_pence": result.placed_cost,
            }
        )


def _frame(blocks: list[Columns]) -> pd.DataFrame:
    return pd.DataFrame({name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]})


def _months(days: "pd.Series[Any]") -> "pd.Series[Any]":
    return pd.to_datetime(days).astype("datetime64[s]")
