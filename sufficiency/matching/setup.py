"""From records, places and assumptions to a walk that is ready to be walked."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.needs import STANDARD, NeedAssumptions, child_shares, setting_shares
from sufficiency.demand.spells import in_care_on
from sufficiency.demand.zones import Zones, build_zones
from sufficiency.domain.money import pence
from sufficiency.domain.needs import ADULT_AGE
from sufficiency.domain.places import UNLIMITED, PlaceKind, Places
from sufficiency.domain.settings import CostLine, Sector, Setting
from sufficiency.geography import Located, PostcodeDirectory, locality, statutory_miles
from sufficiency.matching.audit import AuditFacts
from sufficiency.matching.columns import SETTING_INDEX, SEXES
from sufficiency.matching.groups import CellGrid, quarter_of
from sufficiency.matching.policy import NO_REVIEWS, AssumptionValues, Policy, Reviews
from sufficiency.matching.reach import FAR_MILES, LOCALITIES, measure_reach
from sufficiency.matching.residents import Residents, split_by_profile
from sufficiency.matching.streams import spread_streams
from sufficiency.matching.walk import Walk

if TYPE_CHECKING:
    from sufficiency.demand.rates import Rates
    from sufficiency.ingest.ssda903 import CareRecords
    from sufficiency.supply import Supply

EPOCH = pd.Timestamp("1970-01-01")

ENOUGH_TOLD = 10
"""Children in a setting whom the needs sheet must speak of before their needs stand for newcomers' (assumption)."""

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BaseDate:
    """The children in care on the base date, one entry a child, with all the walk needs to know of each.

    Attributes
    ----------
    frame
        Stays running on the base date joined with the child: birth date, sex, UASC.
    home, placement
        Where they come from and where they are.
    miles
        Statutory miles between the two, NaN where either is unknown and for UASC, shape (c,).
    locality
        Index into LOCALITIES of where they are, shape (c,).
    stays
        The stays of the history they were taken from; what the sampled walk learns siblings and practice from.
    """

    frame: pd.DataFrame
    home: Located
    placement: Located
    miles: NDArray[np.float64]
    locality: IntArray
    stays: pd.DataFrame | None = None


def on_base_date(
    records: "CareRecords", stays: pd.DataFrame, directory: PostcodeDirectory, authority: str, base_date: date
) -> BaseDate:
    """Return who is in care on the base date, where from and where."""
    frame = in_care_on(stays, base_date).merge(records.children, on="child", how="left").sort_values("child")
    frame = frame.reset_index(drop=True)
    uasc = frame["uasc"].to_numpy(dtype=bool)
    home = directory.locate(frame["home_postcode"].where(~uasc, ""))
    placement = directory.locate(frame["placement_postcode"])
    miles = statutory_miles(home.easting, home.northing, placement.easting, placement.northing)
    words = locality(authority, placement.authority)
    index = np.array([LOCALITIES.index(str(word)) for word in words], dtype=np.int64)
    return BaseDate(frame, home, placement, miles, index, stays)


def home_zones(now: BaseDate) -> Zones:
    """Group the home postcodes of the children in care into zones."""
    postcode = now.frame["home_postcode"].where(~now.frame["uasc"].to_numpy(dtype=bool), "")
    sector = postcode.str.slice(0, -3) + " " + postcode.str.slice(-3, -2)
    exact = now.home.precision == "postcode"
    return build_zones(sector.where(exact, "").tolist(), now.home.easting, now.home.northing)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A walk with what its audit needs, and the children it starts from with the place of each.

    Attributes
    ----------
    place_of
        Entry of each child of ``now`` in the walk's list of places.
    need_shares
        How each child of ``now`` divides over the need profiles, shape (c, profiles).
    reviews
        How often settled children are looked at again; the sampled walk alone does so.
    """

    walk: Walk
    place_of: IntArray
    need_shares: NDArray[np.float64]
    facts: AuditFacts
    now: BaseDate
    zones: Zones
    reviews: Reviews = NO_REVIEWS


def prepare(
    now: BaseDate,
    supply: "Supply",
    rates: "Rates",
    assumptions: AssumptionValues,
    authority: str,
    base_date: date,
    months: int,
    needs: pd.DataFrame | None = None,
) -> Prepared:
    """Make a walk ready.

    Parameters
    ----------
    now
        Children on the base date.
    supply
        Places, and the place of every child on the base date.
    needs
        Sheet of the placements standard: what it says of a child comes before what the child's setting suggests.
    """
    policy = Policy.from_assumptions(assumptions)
    used = now.frame[["child"]].merge(supply.occupancy, on="child", how="left", validate="one_to_one")["place"]
    streams = spread_streams(supply.places, used.to_numpy(dtype=np.int64), now.miles, now.locality)
    places = Places.join([streams.places, no_suitable_place(supply.places.months, assumptions)])
    zones = home_zones(now)
    points = [np.stack([e, n], axis=1) for e, n in zip(zones.easting[:-1], zones.northing[:-1], strict=True)]
    assumed = NeedAssumptions(
        assumptions.number("needs.homes_with_foster_plan_share"), assumptions.number("needs.solo_share_of_homes")
    )
    by_child, source = child_shares(now.frame, _day(base_date), assumed, needs)
    by_setting = _learned(setting_shares(assumed), by_child, source, setting_index(now.frame["setting"]))
    sexes = len(SEXES) if any(sex in SEXES for sex in places.sex) else 1
    walk = Walk(
        base_date=base_date,
        months=months,
        residents=base_residents(now, streams.place_of, zones, by_child),
        places=places,
        stream_share=np.pad(streams.share, ((0, 0), (0, 1))),
        reach=measure_reach(points, places, authority, policy),
        rates=rates,
        policy=policy,
        grid=birth_grid(base_date, months, len(zones), sexes, by_child.shape[1]),
        profile_shares=by_setting,
        zone_share=_zone_share(now, zones),
        sex_share=_sex_share(now, sexes),
        zones=zones.name,
    )
    facts = AuditFacts(authority, points, policy)
    return Prepared(walk, streams.place_of, by_child, facts, now, zones, Reviews.from_assumptions(assumptions))


def no_suitable_place(columns: int, assumptions: AssumptionValues) -> Places:
    """Return the entry for children without a suitable registered place, priced as such children cost where known."""
    unknown = np.array([np.nan])
    return Places(
        id=("no-suitable-place",),
        kind=(PlaceKind.UNMET,),
        setting=(Setting.UNREGISTERED,),
        sector=(Sector.UNKNOWN,),
        line=(CostLine.OTHER,),
        easting=unknown,
        northing=unknown,
        authority=("",),
        ring_miles=unknown,
        ring_locality=("unknown",),
        age_min=np.array([0]),
        age_max=np.array([ADULT_AGE - 1]),
        sex=("any",),
        need_level_max=np.array([4]),
        solo=np.array([True]),
        sibling_exemption=np.array([True]),
        capacity=np.full((1, columns), UNLIMITED),
        starts_per_month=np.array([UNLIMITED]),
        weekly_pence=np.array([pence(assumptions.number("money.unmet_pounds_weekly"))]),
        fixed_weekly_pence=np.array([0]),
        inferred=np.array([False]),
        bought_ahead=np.array([False]),
    )


def base_residents(now: BaseDate, place: IntArray, zones: Zones, shares: NDArray[np.float64]) -> Residents:
    """Return the children of the base date in their places, divided over need profiles."""
    frame = now.frame
    birth_from, birth_to = birth_interval(frame["birth_date"], frame["start"])
    rows = Residents(
        birth_from=birth_from,
        birth_to=birth_to,
        profile=np.zeros(len(frame), dtype=np.int64),
        zone=zones.zone_of_child.astype(np.int64),
        uasc=frame["uasc"].to_numpy(dtype=np.int64),
        sex=sex_index(frame["sex"]),
        place=place,
        amount=np.ones(len(frame)),
        miles=now.miles,
        far=np.where(np.isnan(now.miles), np.nan, now.miles > FAR_MILES),
        locality=now.locality,
    )
    return split_by_profile(rows, shares)


def birth_interval(birth_date: "pd.Series[Any]", start: "pd.Series[Any]") -> tuple[IntArray, IntArray]:
    """Return the interval of possible birth days: the day itself, or any that makes a child under 18 on entering."""
    known = birth_date.notna().to_numpy()
    day = (birth_date - EPOCH).dt.days.fillna(0).to_numpy(dtype=np.int64)
    entered = (start - EPOCH).dt.days.to_numpy(dtype=np.int64)
    youngest = entered + 1
    oldest = youngest - int(ADULT_AGE * 365.25)
    return np.where(known, day, oldest), np.where(known, day + 1, youngest)


def birth_grid(base_date: date, months: int, zones: int, sexes: int, profiles: int) -> CellGrid:
    """Return the grid of cells that holds everybody who can be in care between the base date and the horizon."""
    first = date(base_date.year - ADULT_AGE - 2, 1, 1)
    last = date(base_date.year + (months // 12) + 2, 1, 1)
    days = np.array([first.toordinal(), last.toordinal()]) - date(1970, 1, 1).toordinal()
    quarters = quarter_of(days)
    return CellGrid(int(quarters[0]), int(quarters[1] - quarters[0]) + 1, profiles, zones, sexes)


def setting_index(setting: "pd.Series[Any]") -> IntArray:
    """Return the index of each setting in table order."""
    return np.asarray(setting.map({str(s): index for s, index in SETTING_INDEX.items()}), dtype=np.int64)


def _learned(
    assumed: NDArray[np.float64], by_child: NDArray[np.float64], source: NDArray[np.object_], setting: IntArray
) -> NDArray[np.float64]:
    """Let the needs of children whom the sheet speaks of stand for newcomers, where there are enough in a setting."""
    learned = assumed.copy()
    told = source == STANDARD
    for row in range(len(learned)):
        here = told & (setting == row)
        if here.sum() >= ENOUGH_TOLD:
            learned[row] = by_child[here].mean(axis=0)
    return learned


def _day(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def sex_index(sex: "pd.Series[Any]") -> IntArray:
    """Return the index into SEXES, -1 where unknown."""
    return np.asarray(sex.map({name: index for index, name in enumerate(SEXES)}).fillna(-1), dtype=np.int64)


def _zone_share(now: BaseDate, zones: Zones) -> NDArray[np.float64]:
    """Home zones of entrants: as the homes of the children in care; UASC have none here."""
    uasc = now.frame["uasc"].to_numpy(dtype=bool)
    count = np.bincount(zones.zone_of_child[~uasc], minlength=len(zones)).astype(np.float64)
    unknown = np.zeros(len(zones))
    unknown[-1] = 1.0
    return np.stack([count / count.sum() if count.sum() else unknown, unknown])


def _sex_share(now: BaseDate, sexes: int) -> NDArray[np.float64]:
    """Sex of entrants: as the children in care, UASC apart; even where nobody is known."""
    if sexes == 1:
        return np.ones((2, 1))
    uasc = now.frame["uasc"].to_numpy(dtype=bool)
    sex = sex_index(now.frame["sex"])
    rows = []
    for group in (~uasc, uasc):
        count = np.bincount(sex[group & (sex >= 0)], minlength=sexes).astype(np.float64)
        rows.append(count / count.sum() if count.sum() else np.full(sexes, 1 / sexes))
    return np.stack(rows)
