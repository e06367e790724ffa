"""Levers on places: carers recruited, kept and lost; homes opened and closed; contracts; lodgings; a shared pool."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from scenarios.ground import FloatArray, Ground, IntArray, OneOffCost
from scenarios.lever import Pull
from scenarios.new_places import (
    at_address,
    bought,
    free_name,
    in_ring,
    market_of,
    new_entry,
    own_households,
    spread_order,
    whole_places,
    with_column,
)
from sufficiency.domain.errors import AssumptionError
from sufficiency.domain.money import pence
from sufficiency.domain.places import UNLIMITED, PlaceKind, Places
from sufficiency.domain.settings import CostLine, Sector, Setting, cost_line

ENGLAND_CARE, ENGLAND_CHILDREN = 81_770, 12_183_000
"""Children looked after on 31 March 2025 (DfE), and children in England (derived from the 0.1% threshold, 12,183)."""

SITES = 4
"""Addresses over which recruited places are spread: those of the council's own households, from west to east."""


def _ages(pull: Pull) -> dict[str, object]:
    lowest = {} if pull.detail("age_min") is None else {"age_min": int(pull.number("age_min"))}
    return {"age_max": int(pull.number("age_max")), "need_level_max": int(pull.number("need_level")), **lowest}


def _join(ground: Ground, parts: list[Places]) -> Ground:
    """Add entries one after another, each under a name that is still free; what never opens is left out."""
    places = ground.places
    for part in parts:
        if not part.capacity.any():
            continue
        places = Places.join([places, replace(part, id=tuple(free_name(places, name) for name in part.id))])
    return ground.with_places(places)


def _price(ground: Ground, line: CostLine, level: int, given: object) -> int:
    """Pence a week: as given, else the price list in the base date's year, never less than at a lower need level.

    A list that names level 3 and not 4 falls back on its average, which would make the harder place the cheaper one.
    """
    if isinstance(given, (int, float)):
        return pence(given)
    return max(ground.prices.weekly_pence(line, each, ground.base_year) for each in range(1, level + 1))


def _carer_price(ground: Ground, level: int, given: object) -> int:
    """Pence a week of a new carer: as given, else as own carers who take such needs, else the price list."""
    if given is not None:
        return _price(ground, CostLine.IN_HOUSE_FOSTER, level, given)
    own = own_households(ground.places)
    takes = ground.places.need_level_max[own]
    price = ground.places.weekly_pence[own]
    if (takes >= level).any():
        return int(np.median(price[takes >= level]))
    known = [int(np.median(price[takes == takes.max()]))] if len(own) else []
    return max([_price(ground, CostLine.IN_HOUSE_FOSTER, level, None), *known])


def filled_places(households_a_month: FloatArray, pull: Pull) -> FloatArray:
    """Return places that can be filled in each month: approved, less carers who leave, times the filled share."""
    kept = (1 - pull.number("leaving_share_yearly")) ** (np.arange(len(households_a_month)) / 12)
    households = np.convolve(households_a_month, kept)[: len(households_a_month)]
    return np.asarray(households * pull.number("places_each") * pull.number("filled_share"))


def recruit(ground: Ground, pull: Pull) -> Ground:
    """Approve so many foster households a year, or a share of so many that apply."""
    a_month = pull.value * pull.number("approved_share") / 12 * pull.shape(ground.months)
    cost = OneOffCost(pull.key, False, np.rint(a_month * pence(pull.number("cost_each_pounds"))).astype(np.int64))
    opened = _with_carers(ground, pull, whole_places(filled_places(a_month, pull)))
    return replace(opened, costs=(*opened.costs, cost)) if cost.pence.any() else opened


def retain(ground: Ground, pull: Pull) -> Ground:
    """Keep a share of the households that would leave: the walk holds today's number by replacing who leaves.

    So each household kept is one more than in the walk, until it leaves in its turn.
    """
    start = float(ground.places.capacity[own_households(ground.places), 0].sum())
    leaving = pull.number("leaving_share_yearly")
    a_month = start * leaving / 12 * pull.value / 100 * pull.shape(ground.months)
    kept = (1 - leaving) ** (np.arange(ground.months) / 12)
    cost = _yearly_cost(ground, pull)
    held = _with_carers(ground, pull, whole_places(np.convolve(a_month, kept)[: ground.months]))
    return replace(held, costs=(*held.costs, cost)) if cost.pence.any() else held


def _yearly_cost(ground: Ground, pull: Pull) -> OneOffCost:
    """Return what support of carers costs by month, from its start to its end, whatever its size."""
    yearly = pence(pull.number("cost_yearly_pounds"))
    return OneOffCost(pull.key, False, np.rint(yearly / 12 * (pull.shape(ground.months) > 0)).astype(np.int64))


def england_places(ground: Ground, pull: Pull) -> Ground:
    """Add this council's share of extra foster places in England."""
    population = pull.detail("child_population")
    share = len(ground.now.frame) / ENGLAND_CARE
    if isinstance(population, (int, float)):
        share = population / ENGLAND_CHILDREN
    expected = pull.value * share * pull.number("filled_share") * pull.shape(ground.months)
    return _with_carers(ground, pull, whole_places(expected))


def _with_carers(ground: Ground, pull: Pull, places: IntArray) -> Ground:
    """Spread places over a few addresses of own households; the middle of the area when there are none."""
    own = own_households(ground.places)
    own = own[~np.isnan(ground.places.easting[own])]
    own = own[np.argsort(ground.places.easting[own], kind="stable")]
    sites = own[((np.arange(SITES) + 0.5) * len(own) / SITES).astype(np.int64)] if len(own) else np.empty(0, np.int64)
    price = _carer_price(ground, int(pull.number("need_level")), pull.detail("weekly_pounds"))
    parts = []
    for number in range(SITES):
        share = (places + SITES - 1 - number) // SITES
        where = {}
        if len(sites):
            at = sites[number]
            where = at_address(
                ground, ground.places.easting[at], ground.places.northing[at], ground.places.authority[at]
            )
        parts.append(
            new_entry(
                ground,
                f"{pull.lever}-{number + 1}",
                PlaceKind.HOUSEHOLD,
                Setting.FOSTERING,
                Sector.OWN,
                share,
                weekly_pence=price,
                solo=bool(pull.detail("solo")),
                **where,
                **_ages(pull),
            )
        )
    return _join(ground, parts)


def lose_carers(ground: Ground, pull: Pull) -> Ground:
    """Let a share of today's own foster places go each year, less what retention keeps."""
    own = own_households(ground.places)
    months_gone = np.cumsum(pull.shape(ground.months)) / 12
    yearly = pull.value / 100 * (1 - pull.number("kept_percent") / 100)
    start = int(ground.places.capacity[own, 0].sum())
    lost = np.minimum(whole_places(start * (1 - (1 - yearly) ** months_gone)), start)
    # Whole places go one after another, spread over the households in the order of the list.
    slot = np.repeat(own, ground.places.capacity[own, 0])
    order = spread_order(start)
    capacity = ground.places.capacity.copy()
    for step, number in enumerate(lost, start=1):
        gone = np.bincount(slot[order[:number]], minlength=len(capacity))
        capacity[:, step] = np.maximum(capacity[:, step] - gone, 0)
    return ground.with_places(replace(ground.places, capacity=capacity))


def open_home(ground: Ground, pull: Pull) -> Ground:
    """Open a home, bed by bed over its ramp; its fixed cost runs from the first bed.

    Raises
    ------
    AssumptionError
        When a home for one child has more beds than one.
    """
    if pull.detail("solo") and pull.value > 1:
        raise AssumptionError(f"{pull.key}: a home that takes one child only has one bed, not {pull.value:g}.")
    setting, sector = Setting(pull.text("setting")), Sector(pull.text("sector"))
    beds, level = int(pull.value), int(pull.number("need_level"))
    by_month = np.ceil(beds * pull.shape(ground.months) - 1e-9).astype(np.int64)
    each = _price(ground, cost_line(setting, sector), level, None)
    fixed, weekly = pull.detail("fixed_weekly_pounds"), pull.detail("weekly_pounds")
    home = new_entry(
        ground,
        pull.text("home"),
        PlaceKind.HOME,
        setting,
        sector,
        by_month,
        solo=bool(pull.detail("solo")),
        bought_ahead=True,
        weekly_pence=0 if weekly is None else _price(ground, CostLine.OWN_HOME, level, weekly),
        fixed_weekly_pence=beds * each if fixed is None else _price(ground, CostLine.OWN_HOME, level, fixed),
        **at_address(ground, pull.number("easting"), pull.number("northing"), pull.text("authority")),
        **_ages(pull),
    )
    capital = np.zeros(ground.months, dtype=np.int64)
    capital[pull.from_step - 1 : pull.from_step] = pence(pull.number("capital_pounds"))
    cost = OneOffCost(pull.key, True, capital)
    opened = _join(ground, [home])
    return replace(opened, costs=(*opened.costs, cost)) if capital.any() else opened


def close_home(ground: Ground, pull: Pull) -> Ground:
    """Close places of one home; whoever lives in them has to move.

    Raises
    ------
    AssumptionError
        When there is no home of that name, with those there are.
    """
    homes = [name for name, kind in zip(ground.places.id, ground.places.kind, strict=True) if kind is PlaceKind.HOME]
    if pull.text("home") not in homes:
        raise AssumptionError(
            f'homes.closed: there is no home "{pull.text("home")}". Homes: {", ".join(homes) or "none in the files"}.'
        )
    row = ground.places.id.index(pull.text("home"))
    capacity = ground.places.capacity.copy()
    gone = np.rint(pull.value * pull.shape(ground.months)).astype(np.int64)
    capacity[row, 1:] = np.maximum(capacity[row, 1:] - gone, 0)
    return ground.with_places(replace(ground.places, capacity=capacity))


def block(ground: Ground, pull: Pull) -> Ground:
    """Buy places ahead: paid for whether used or not, so using them costs nothing more."""
    setting = Setting(pull.text("setting"))
    line = cost_line(setting, Sector.PRIVATE)
    level = int(pull.number("need_level"))
    given = pull.detail("weekly_pounds")
    price = _price(ground, line, level, given)
    if given is None and setting is Setting.RESIDENTIAL:
        price = round(price / (1 + ground.assumptions.number("money.spot_premium_percent") / 100))
    places = np.rint(pull.value * pull.shape(ground.months)).astype(np.int64)
    levels = np.unique(np.concatenate([[0], places]))
    entries = [
        new_entry(
            ground,
            f"block-{setting.value.replace(' ', '-')}",
            PlaceKind.BLOCK,
            setting,
            Sector.PRIVATE,
            np.where(places >= level, level - below, 0),
            fixed_weekly_pence=int(level - below) * price,
            **_ages(pull),
            **in_ring(pull.number("miles"), "in area"),
        )
        for below, level in pairwise(levels)  # one entry a step of the ramp: what is not bought yet is not paid for
    ]
    return _join(ground, entries)


def framework(ground: Ground, pull: Pull) -> Ground:
    """Agree prices with providers near home who give so many new placements a month; who lives there stays."""
    setting = Setting(pull.text("setting"))
    share = pull.shape(ground.months)
    open_months = np.where(np.cumsum(share) > 0, UNLIMITED, 0)
    level = int(pull.number("need_level"))
    entry = new_entry(
        ground,
        f"framework-{setting.value.replace(' ', '-')}",
        PlaceKind.SPOT,
        setting,
        Sector.PRIVATE,
        open_months,
        starts_per_month=float(pull.value),
        weekly_pence=_price(ground, cost_line(setting, Sector.PRIVATE), level, pull.detail("weekly_pounds")),
        **_ages(pull),
        **in_ring(pull.number("miles"), "in area"),
    )
    opened = _join(ground, [entry])
    rows = np.arange(len(ground.places), len(opened.places))
    return replace(opened, flows=opened.flows.with_starts(rows, share)) if len(rows) else ground


def lodgings(ground: Ground, pull: Pull) -> Ground:
    """Add supported lodgings for 16 and 17 year olds with the council's own hosts."""
    places = whole_places(pull.value * pull.shape(ground.months))
    level = int(pull.number("need_level"))
    entry = new_entry(
        ground,
        "supported-lodgings",
        PlaceKind.HOUSEHOLD,
        Setting.SUPPORTED,
        Sector.OWN,
        places,
        weekly_pence=_price(ground, CostLine.SUPPORTED, level, pull.detail("weekly_pounds")),
        **{**_ages(pull), "age_min": 16},
    )
    return _join(ground, [entry])


def pool(ground: Ground, pull: Pull) -> Ground:
    """Use places of a neighbouring council."""
    setting = Setting(pull.text("setting"))
    level = int(pull.number("need_level"))
    places = whole_places(pull.value * pull.shape(ground.months))
    line = cost_line(setting, Sector.OTHER_PUBLIC)
    kind = PlaceKind.HOUSEHOLD if setting is Setting.FOSTERING else PlaceKind.HOME
    entry = new_entry(
        ground,
        f"pool-{setting.value.replace(' ', '-')}",
        kind,
        setting,
        Sector.OTHER_PUBLIC,
        places,
        weekly_pence=_price(ground, line, level, pull.detail("weekly_pounds")),
        **_ages(pull),
        **in_ring(pull.number("miles"), "neighbouring"),
    )
    return _join(ground, [entry])


def leave_market(ground: Ground, pull: Pull) -> Ground:
    """Let a share of what is bought of a setting end: its children move, and the market gives that much less."""
    setting = Setting(pull.text("setting"))
    share, step = pull.value / 100, pull.from_step
    places = ground.places
    market = market_of(places, setting)
    going = places.take(market)
    capacity = going.capacity.copy()
    capacity[:, step:] = 0
    going = replace(
        going,
        id=tuple(free_name(places, f"{name}-leaving") for name in going.id),
        capacity=capacity,
        starts_per_month=going.starts_per_month * share,
    )
    places = with_column(places, market, starts_per_month=places.starts_per_month[market] * (1 - share))
    kept = places.capacity.copy()
    kept[_ending(ground, cost_line(setting, Sector.PRIVATE), share), step:] = 0
    return _join(ground.with_places(replace(places, capacity=kept)), [going] if len(market) else [])


def _ending(ground: Ground, line: CostLine, share: float) -> IntArray:
    """Choose whole homes and arrangements, spread over all, that hold nearest to a share of today's children."""
    rows = bought(ground.places, line)
    rows = rows[[ground.places.kind[row] is not PlaceKind.SPOT for row in rows]]
    rows = rows[spread_order(len(rows))]
    children = np.bincount(ground.supply.occupancy["place"], minlength=len(ground.places))[rows]
    held = np.concatenate([[0], np.cumsum(children)])
    return rows[: int(np.argmin(np.abs(held - share * held[-1])))]
