"""Keeping what the months of a block did, and making the plan's frames of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.happening import age_band
from sufficiency.domain.needs import AGE_BANDS, PROFILES
from sufficiency.domain.periods import Month, horizon
from sufficiency.matching.columns import SUITABILITY
from sufficiency.matching.reach import LOCALITIES
from sufficiency.matching.record import NO_SUITABLE_PLACE
from sufficiency.matching.sampled.children import Children
from sufficiency.matching.sampled.month import Lived
from sufficiency.matching.sampled.setup import SampledWalk
from sufficiency.matching.sampled.stays import StaysRecord
from sufficiency.matching.sampled.together import asking_together

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Mask = NDArray[np.bool_]
Columns = dict[str, Any]

FRAMES = ("stock", "need", "placements", "flow", "solves", "prices", "siblings")


@dataclass
class BlockRecord:
    """Gathers column blocks of one block of replications as the walk goes; :meth:`frames` turns them into frames."""

    ground: SampledWalk
    first: int
    replications: int
    kept: dict[str, list[Columns]] = field(default_factory=lambda: {name: [] for name in FRAMES})
    stays: StaysRecord = field(default_factory=StaysRecord)

    def start(self, children: Children) -> None:
        """Keep the stock of the base date as month 0."""
        base = Month.containing(self.ground.walk.base_date)
        day = int(self.ground.edges[0]) - 1
        ones, none = np.ones(len(children)), np.zeros(len(children))
        self.stays.start(children)
        kept = self.ground.kept_empty(children, 0)
        self._add_stock(base, [_Rows.of(children, children.profile, children.place, ones, none, kept)], day)

    def add(self, lived: Lived) -> None:
        """Keep one month."""
        month = horizon(self.ground.walk.base_date, lived.step)[-1]
        last_day = int(self.ground.edges[lived.step]) - 1
        before, after, here = lived.before, lived.after, lived.here
        stays = ~lived.fresh
        kept = [self.ground.kept_empty(children, lived.step) for children in (before, after)]
        rows = [
            _Rows.of(before, before.profile, before.place, here & ~lived.asked, lived.days_before, kept[0], stays),
            _Rows.of(after, after.profile, after.place, here & lived.asked, lived.days_after, kept[1], lived.asked),
        ]
        self._add_stock(month, rows, last_day)
        self._add_need(month, lived)
        self._add_flow(month, lived)
        self._add_solves(month, lived)
        self._add_placements(month, lived)
        self._add_siblings(month, lived)
        self.stays.add(lived)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the frames, replication by replication."""
        frames = {name: _frame(self.kept[name], self.first) for name in FRAMES}
        walk = self.ground.walk
        stock, need = frames["stock"], frames["need"]
        place = stock["place"].to_numpy()
        settings = [*(str(one) for one in walk.places.setting[:-1]), NO_SUITABLE_PLACE]
        stock.insert(7, "setting", _words(settings, place))
        stock.insert(8, "line", _words([str(one) for one in walk.places.line], place))
        words = {"age_band": list(AGE_BANDS), "profile": [one.key for one in PROFILES], "zone": list(walk.zones)}
        for frame in (stock, need):
            for name, names in words.items():
                frame[name] = _words(names, frame[name].to_numpy())
        stays = self.stays.frame(walk.months)
        return {**frames, "stays": stays.assign(replication=stays["replication"] + self.first)}

    def _add_stock(self, month: Month, parts: "list[_Rows]", last_day: int) -> None:
        walk = self.ground.walk
        rows = _Rows.join(parts)
        band = np.minimum(age_band(rows.birth.astype(np.int32), last_day), len(AGE_BANDS) - 1)
        zone = self.ground.home_zone[rows.home]
        shape = (self.replications, len(AGE_BANDS), len(PROFILES), len(walk.zones), 2, len(walk.places))
        keys = np.ravel_multi_index((rows.replication, band, rows.profile, zone, rows.uasc, rows.place), shape)
        kept, group = np.unique(keys, return_inverse=True)

        def total(weight: NDArray[Any]) -> FloatArray:
            return np.asarray(np.bincount(group, weight, len(kept)), dtype=np.float64)

        replication, band_of, profile, zone_of, uasc, place = np.unravel_index(kept, shape)
        known = ~np.isnan(rows.miles)
        self.kept["stock"].append(
            {
                "replication": replication,
                "month": _first_day(month, len(kept)),
                "age_band": band_of,
                "profile": profile,
                "zone": zone_of,
                "uasc": uasc.astype(bool),
                "place": place.astype(np.int64),
                "children": total(rows.at_end),
                "child_days": total(rows.days),
                **(self._kept_empty(rows, total) if self.ground.may_be_emptied.any() else {}),
                "miles_known": total(rows.at_end * known),
                "miles": total(rows.at_end * np.where(known, rows.miles, 0.0)),
                "over_20": total(rows.at_end * np.where(known, rows.far, 0.0)),
                **{
                    name.replace(" ", "_"): total(rows.at_end * (rows.locality == index))
                    for index, name in enumerate(LOCALITIES[:3])
                },
            }
        )

    @staticmethod
    def _kept_empty(rows: "_Rows", total: Callable[[NDArray[Any]], FloatArray]) -> Columns:
        """Places at the month's end, and place-days, that children keep empty by having all of a home."""
        return {
            "kept_empty": total(rows.kept_empty * rows.at_end),
            "kept_empty_days": total(rows.kept_empty * rows.days),
        }

    def _add_need(self, month: Month, lived: Lived) -> None:
        asked = lived.askers.row[lived.askers.review == 0]
        after, walk = lived.after, self.ground.walk
        people = after.people
        middle = int(self.ground.edges[lived.step - 1] + self.ground.edges[lived.step]) // 2
        band = np.minimum(age_band(people.birth[asked], middle), len(AGE_BANDS) - 1)
        zone = self.ground.home_zone[after.home[asked]]
        profile, place = after.profile[asked], after.place[asked]
        shape = (self.replications, len(AGE_BANDS), len(PROFILES), len(walk.zones), 2)
        where = (people.replication[asked], band, profile, zone, people.uasc[asked])
        kept, group = np.unique(np.ravel_multi_index(where, shape), return_inverse=True)
        unmet = place == walk.unmet
        suits = SUITABILITY[profile, self.ground.setting[place]]

        def total(weight: NDArray[Any]) -> FloatArray:
            return np.asarray(np.bincount(group, weight, len(kept)), dtype=np.float64)

        replication, band_of, profile_of, zone_of, uasc = np.unravel_index(kept, shape)
        self.kept["need"].append(
            {
                "replication": replication,
                "month": _first_day(month, len(kept)),
                "age_band": band_of,
                "profile": profile_of,
                "zone": zone_of,
                "uasc": uasc.astype(bool),
                "needed": total(np.ones(len(asked))),
                "waiting": total(lived.waiting[asked]),
                "met_preferred": total(~unmet & (suits == 0)),
                "met_suitable": total(~unmet & (suits == 1)),
                "unmet": total(unmet),
            }
        )

    def _add_flow(self, month: Month, lived: Lived) -> None:
        replication = lived.before.people.replication
        unmet = np.zeros(len(replication), dtype=bool)
        unmet[lived.askers.row] = lived.after.place[lived.askers.row] == self.ground.walk.unmet

        def count(rows: Mask) -> FloatArray:
            return np.bincount(replication[rows], minlength=self.replications).astype(np.float64)

        self.kept["flow"].append(
            {
                "replication": np.arange(self.replications),
                "month": _first_day(month, self.replications),
                "stock_before": count(~lived.fresh),
                "entries": count(lived.fresh),
                "leavers": count(lived.gone),
                "aged_out": count(lived.aged_out),
                "moves": count(lived.moved),
                "displaced": count(lived.displaced),
                "unmet": count(unmet),
                "stock_after": count(lived.here),
            }
        )

    def _add_solves(self, month: Month, lived: Lived) -> None:
        given = lived.given
        gap = np.clip(given.value - given.bound, 0.0, None) / np.maximum(np.abs(given.value), 1.0)
        self.kept["solves"].append(
            {
                "replication": np.arange(self.replications),
                "month": _first_day(month, self.replications),
                "outcome": given.outcome,
                "reason": given.reason,
                "value_pence": given.value,
                "bound_pence": given.bound,
                "gap": gap,
                "certified": given.certified,
                "seconds": np.full(self.replications, given.seconds / self.replications),
            }
        )
        places = self.ground.chosen
        replication, position = np.nonzero(given.price > 0)
        askers = lived.askers
        used = np.zeros(given.price.shape, dtype=np.int64)
        placed = given.position >= 0
        taken = np.where(lived.given.position < 0, 0, 1 + self.ground.kept_empty(lived.after, lived.step)[askers.row])
        np.add.at(used, (askers.replication[placed], given.position[placed]), taken[placed])
        self.kept["prices"].append(
            {
                "replication": replication,
                "month": _first_day(month, len(replication)),
                "place": places[position],
                "capacity": self.ground.walk.places.capacity[places[position], lived.step],
                "free": lived.ask.free[replication, position].astype(np.float64),
                "used": used[replication, position].astype(np.float64),
                "price_pence": given.price[replication, position],
            }
        )

    def _add_placements(self, month: Month, lived: Lived) -> None:
        askers, row = lived.askers, lived.askers.row
        birth = lived.before.people.birth[row].astype(np.int64)
        self.kept["placements"].append(
            {
                "replication": askers.replication,
                "month": _first_day(month, len(row)),
                "birth_from": birth,
                "birth_to": birth + 1,
                "profile": askers.profile,
                "zone": self.ground.home_zone[askers.home],
                "sex": askers.sex,
                "place": lived.after.place[row],
                "children": np.ones(len(row)),
                "cost_pence": lived.given.cost,
                "child": lived.before.people.number[row].astype(np.int64),
                "home": askers.home,
                "stayed": (askers.review > 0) & ~lived.asked[row],
                "day": askers.day.astype("datetime64[D]").astype("datetime64[s]"),
            }
        )

    def _add_siblings(self, month: Month, lived: Lived) -> None:
        askers = lived.askers
        place = lived.after.place[askers.row]
        # Children without a home are each on their own.
        place = np.where(place == self.ground.walk.unmet, -1 - np.arange(len(place)), place)
        new = lived.asked[askers.row]
        rows = pd.DataFrame({"replication": askers.replication, "group": askers.group, "place": place})[new]
        groups = rows.groupby(["replication", "group"])["place"].agg(["size", "nunique"])
        several = groups[groups["size"] > 1].reset_index()
        split = several["nunique"].to_numpy() > 1
        which = several["replication"].to_numpy(dtype=np.int64)
        too_many = asking_together(askers) & ~lived.ask.home_for_all
        parted = np.unique(np.stack([askers.replication, askers.group])[:, too_many], axis=1)[0]
        self.kept["siblings"].append(
            {
                "replication": np.arange(self.replications),
                "month": _first_day(month, self.replications),
                "groups": np.bincount(which, minlength=self.replications),
                "split": np.bincount(which[split], minlength=self.replications),
                "no_home_for_all": np.bincount(parted, minlength=self.replications),
            }
        )


@dataclass(frozen=True, eq=False)
class _Rows:
    """Children in places with what they count for."""

    replication: IntArray
    birth: IntArray
    profile: IntArray
    home: IntArray
    uasc: IntArray
    place: IntArray
    at_end: FloatArray
    days: FloatArray
    kept_empty: IntArray
    miles: FloatArray
    far: FloatArray
    locality: IntArray

    @classmethod
    def of(
        cls,
        children: Children,
        profile: IntArray,
        place: IntArray,
        at_end: NDArray[Any],
        days: FloatArray,
        kept_empty: IntArray,
        rows: Mask | slice = slice(None),
    ) -> "_Rows":
        people = children.people
        return cls(
            people.replication[rows].astype(np.int64),
            people.birth[rows].astype(np.int64),
            profile[rows],
            children.home[rows],
            people.uasc[rows].astype(np.int64),
            place[rows],
            at_end[rows].astype(np.float64),
            days[rows],
            kept_empty[rows],
            children.miles[rows],
            children.far[rows],
            children.locality[rows],
        )

    @classmethod
    def join(cls, parts: "list[_Rows]") -> "_Rows":
        names = cls.__dataclass_fields__
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _first_day(month: Month, size: int) -> NDArray[np.datetime64]:
    return np.full(size, np.datetime64(month.first_day, "s"))


def _words(names: list[str], index: IntArray) -> "pd.Series[Any]":
    """Names of some indices as categories: millions of rows, few words."""
    words = list(dict.fromkeys(names))
    codes = np.array([words.index(name) for name in names], dtype=np.int64)[index]
    return pd.Series(pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(words)))


def _frame(blocks: list[Columns], first: int) -> pd.DataFrame:
    """One frame of all months, replication by replication, numbered from ``first``."""
    columns = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    order = np.argsort(columns["replication"], kind="stable")
    columns["replication"] = columns["replication"] + first
    return pd.DataFrame({name: values[order] for name, values in columns.items()})
