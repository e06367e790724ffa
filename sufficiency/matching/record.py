"""Keeping what the walk did, month by month, as arrays; the plan's frames are made of them once, at the end."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import age_band_index
from sufficiency.domain.needs import AGE_BANDS, PROFILES
from sufficiency.domain.periods import Month
from sufficiency.matching.columns import SUITABILITY
from sufficiency.matching.plan import Plan
from sufficiency.matching.reach import LOCALITIES
from sufficiency.matching.roll import Roll
from sufficiency.matching.steps import IS_STREAM, spread_over_streams

if TYPE_CHECKING:
    from sufficiency.matching.walk import MonthResult, Walk

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Columns = dict[str, Any]

NO_SUITABLE_PLACE = "no suitable place"
"""What stands for the setting of children who found none: nobody is ever planned into an unregistered one."""

_UNMET = 2
_HOW_MET = np.where(SUITABILITY == 1, 1, 0)
"""How a place meets the need of a profile, by setting: 0 preferred, 1 suitable."""

PROFILE_KEYS = [profile.key for profile in PROFILES]

EPOCH = date(1970, 1, 1).toordinal()


@dataclass
class WalkRecord:
    """Gathers arrays as the walk goes; :meth:`plan` turns them into frames."""

    walk: "Walk"
    roll: Roll
    stock: list[Columns] = field(default_factory=list)
    need: list[Columns] = field(default_factory=list)
    placements: list[Columns] = field(default_factory=list)
    flow: list[Columns] = field(default_factory=list)
    solves: list[Columns] = field(default_factory=list)
    prices: list[Columns] = field(default_factory=list)

    def start(self) -> None:
        """Keep the stock of the base date as month 0."""
        self._add_stock(Month.containing(self.walk.base_date), np.zeros(len(self.roll)))

    def add(self, result: "MonthResult") -> None:
        """Keep one month; the roll is as the month left it."""
        self._add_stock(result.month, result.lived)
        self._add_need(result)
        self._add_flow(result)
        self._add_solve(result)
        self._add_placements(result)

    def plan(self) -> Plan:
        """Return the plan of all that was kept."""
        walk = self.walk
        return Plan(
            base_date=walk.base_date,
            months=len(self.flow),
            places=walk.places,
            zones=walk.zones,
            stock=self._stock_frame(),
            need=self._need_frame(),
            placements=self._placements_frame(),
            flow=_by_month(self.flow),
            solves=_by_month(self.solves),
            prices=_frame(self.prices),
            unmet_pence=walk.policy.unmet,
        )

    def _add_stock(self, month: Month, lived: FloatArray) -> None:
        """Add newcomers up by age band and group; the children of the base date are kept one by one."""
        roll, size, known = self.roll, len(self.roll.group_key), len(self.roll.known)
        last = month.plus(1).first_day.toordinal() - EPOCH - 1
        band = np.minimum(age_band_index(roll.births, last), len(AGE_BANDS) - 1)
        key = band[roll.birth[known:]] * size + roll.group[known:]
        children = np.bincount(key, roll.amount[known:], len(AGE_BANDS) * size)
        child_days = np.bincount(key, lived[known:], len(children))
        kept = np.flatnonzero((children > 0) | (child_days > 0))
        there = np.flatnonzero((roll.amount[:known] > 0) | (lived[:known] > 0))
        own = {
            "band": band[roll.birth[there]],
            "group": roll.group[there],
            "known": there,
            "children": roll.amount[there],
            "child_days": lived[there],
        }
        newcomers = {
            "band": kept // size,
            "group": kept % size,
            "known": np.full(len(kept), -1),
            "children": children[kept],
            "child_days": child_days[kept],
        }
        step = np.full(len(there) + len(kept), len(self.stock))
        self.stock.append({"step": step, **{name: np.concatenate([own[name], newcomers[name]]) for name in own}})

    def _stock_frame(self) -> pd.DataFrame:
        """Put children alike in month, age band, group and place together, in this order."""
        roll, walk = self.roll, self.walk
        rows = {name: np.concatenate([block[name] for block in self.stock]) for name in self.stock[0]}
        rows |= dict(zip(("profile", "zone", "uasc", "place"), self._group_axes(rows["group"]), strict=True))
        rows = _join(self._in_streams(rows), _take(rows, ~self._streaming(rows)))
        key = np.ravel_multi_index(
            [rows[name] for name in ("step", "band", "profile", "zone", "uasc", "place")],
            (len(self.stock), len(AGE_BANDS), *roll.group_shape),
        )
        order = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.diff(key[order], prepend=-1))
        head = _take(rows, order[first])

        def total(weight: FloatArray) -> FloatArray:
            return np.asarray(np.add.reduceat(weight[order], first)) if len(first) else weight

        children, miles, far, where = rows["children"], *self._distances(rows)
        return pd.DataFrame(
            {
                "month": np.array([_month(month) for month in self._months()])[head["step"]],
                "age_band": _words(AGE_BANDS, head["band"]),
                "profile": _words(PROFILE_KEYS, head["profile"]),
                "zone": _words(walk.zones, head["zone"]),
                "uasc": head["uasc"].astype(bool),
                "place": head["place"],
                "setting": _words([*walk.places.setting[:-1], NO_SUITABLE_PLACE], head["place"]),
                "line": _words(walk.places.line, head["place"]),
                "children": total(children),
                "child_days": total(rows["child_days"]),
                "miles_known": total(children * ~np.isnan(miles)),
                "miles": total(children * np.nan_to_num(miles)),
                "over_20": total(children * np.nan_to_num(far)),
                **{
                    name.replace(" ", "_"): total(children * (where == index))
                    for index, name in enumerate(LOCALITIES[:3])
                },
            }
        )

    def _group_axes(self, group: IntArray) -> list[IntArray]:
        """Return profile, zone, UASC and place of groups."""
        return [axis[group] for axis in np.unravel_index(self.roll.group_key, self.roll.group_shape)]

    def _streaming(self, rows: Columns) -> NDArray[np.bool_]:
        return np.asarray((rows["known"] < 0) & IS_STREAM[rows["profile"]])

    def _in_streams(self, rows: Columns) -> Columns:
        """Spread newcomers to a stream over its entries."""
        rows = _take(rows, self._streaming(rows))
        row, place, share = spread_over_streams(rows["profile"], self.walk.stream_share)
        parts = _take(rows, row)
        return parts | {
            "place": place,
            "children": parts["children"] * share,
            "child_days": parts["child_days"] * share,
        }

    def _distances(self, rows: Columns) -> tuple[FloatArray, FloatArray, IntArray]:
        """Return miles, share beyond 20 and locality: a known child's own, of newcomers their zone's."""
        reach, known, own = self.walk.reach, self.roll.known, rows["known"]
        zone, place = rows["zone"], rows["place"]
        if not len(known):
            return reach.miles[zone, place], reach.far_share[zone, place], reach.locality[place]
        return (
            np.where(own < 0, reach.miles[zone, place], known.miles[own]),
            np.where(own < 0, reach.far_share[zone, place], known.far[own]),
            np.where(own < 0, reach.locality[place], known.locality[own]),
        )

    def _months(self) -> list[Month]:
        """Return the month of the base date and every month walked."""
        first = Month.containing(self.walk.base_date)
        return [first, *(Month.containing(row["month"]) for row in self.flow)]

    def _add_need(self, result: "MonthResult") -> None:
        settled, cells, axes = result.settled, result.settled.cells, self.walk.grid.axes
        quarter, profile, zone, uasc, _ = (axis[cells.cell] for axis in axes)
        shape = (len(AGE_BANDS), len(PROFILES), len(self.walk.zones), 2)
        group, groups = np.ravel_multi_index((result.band[quarter], profile, zone, uasc), shape), int(np.prod(shape))
        met = _HOW_MET[profile[settled.row], self.roll.setting[settled.place]]
        met[settled.place == self.walk.unmet] = _UNMET
        by_how = np.bincount(group[settled.row] * (_UNMET + 1) + met, settled.amount, groups * (_UNMET + 1))
        kept = np.flatnonzero(np.bincount(group, minlength=groups))
        preferred, suitable, unmet = by_how.reshape(groups, -1)[kept].T
        self.need.append(
            {
                "month": np.full(len(kept), _month(result.month)),
                "group": kept,
                "needed": np.bincount(group, cells.amount, groups)[kept],
                "waiting": np.bincount(group, cells.amount * cells.waiting, groups)[kept],
                "met_preferred": preferred,
                "met_suitable": suitable,
                "unmet": unmet,
            }
        )

    def _need_frame(self) -> pd.DataFrame:
        need = {name: np.concatenate([block[name] for block in self.need]) for name in self.need[0]}
        shape = (len(AGE_BANDS), len(PROFILES), len(self.walk.zones), 2)
        band, profile, zone, uasc = np.unravel_index(need.pop("group"), shape)
        words = {
            "age_band": _words(AGE_BANDS, band),
            "profile": _words(PROFILE_KEYS, profile),
            "zone": _words(self.walk.zones, zone),
            "uasc": uasc.astype(bool),
        }
        return pd.DataFrame({"month": need.pop("month"), **words, **need})

    def _add_flow(self, result: "MonthResult") -> None:
        departed, settled = result.departed, result.settled
        self.flow.append(
            {
                "month": result.month.first_day,
                "stock_before": departed.stock_before,
                "entries": result.entrants,
                "leavers": result.leavers,
                "aged_out": result.aged_out,
                "moves": departed.moves,
                "displaced": departed.displaced,
                "unmet": float(settled.amount[settled.place == self.walk.unmet].sum()),
                "stock_after": float(self.roll.amount.sum()),
            }
        )

    def _add_solve(self, result: "MonthResult") -> None:
        settled, size = result.settled, self.walk.unmet
        certificate, units = settled.certificate, settled.problem.problem.units_per_child
        self.solves.append(
            {
                "month": result.month.first_day,
                "outcome": str(settled.answer.outcome),
                "reason": str(settled.answer.reason),
                "value_pence": certificate.value / units,
                "bound_pence": certificate.bound / units,
                "gap": certificate.gap,
                "certified": certificate.valid,
                "seconds": settled.answer.seconds,
            }
        )
        used = np.bincount(settled.place, settled.amount, size + 1)
        self.prices.append(
            {
                "month": np.full(size, _month(result.month)),
                "place": np.arange(size),
                "capacity": self.walk.places.capacity[:size, result.step],
                "free": result.free[:size],
                "used": used[:size],
                "price_pence": settled.price[:size],
            }
        )

    def _add_placements(self, result: "MonthResult") -> None:
        settled = result.settled
        self.placements.append(
            {
                "month": np.full(len(settled.row), _month(result.month)),
                "cell": settled.cells.cell[settled.row],
                "place": settled.place,
                "children": settled.amount,
                "cost_pence": settled.cost,
            }
        )

    def _placements_frame(self) -> pd.DataFrame:
        made = {name: np.concatenate([block[name] for block in self.placements]) for name in self.placements[0]}
        quarter, profile, zone, _, sex = (axis[made["cell"]] for axis in self.walk.grid.axes)
        births = self.roll.births
        return pd.DataFrame(
            {
                "month": made["month"],
                "birth_from": births.birth_from[quarter],
                "birth_to": births.birth_to[quarter],
                "profile": profile,
                "zone": zone,
                "sex": sex if self.walk.grid.sexes > 1 else sex - 1,
                "place": made["place"],
                "children": made["children"],
                "cost_pence": made["cost_pence"],
            }
        )


def _words(words: Any, index: IntArray) -> Any:
    """Return the word of each row as a text column, without making each anew."""
    return pd.array([str(word) for word in words], dtype="str").take(index)


def _take(columns: Columns, rows: NDArray[np.bool_] | IntArray) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


def _join(one: Columns, other: Columns) -> Columns:
    return {name: np.concatenate([one[name], other[name]]) for name in one}


def _frame(blocks: list[Columns]) -> pd.DataFrame:
    return pd.DataFrame({name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]})


def _by_month(rows: list[Columns]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    return frame.assign(month=pd.to_datetime(frame["month"]).astype("datetime64[s]"))


def _month(month: Month) -> np.datetime64:
    return np.datetime64(month.first_day, "s")
