"""Capacity inferred from use, when no carers or homes file was given."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.findings import Findings
from sufficiency.domain.places import PlaceKind
from sufficiency.domain.settings import CostLine, Sector, Setting, cost_line
from sufficiency.supply.entries import Entries, entries, located
from sufficiency.supply.inputs import Context
from sufficiency.supply.prices import PriceList
from sufficiency.supply.rules import finding

_DAYS_A_YEAR = 365.25


def inferred_households(context: Context, prices: PriceList) -> tuple[Entries, Findings]:
    """Return one entry for each address used for in-house fostering lately.

    A household's places are the most children seen there at once in the months of history, at most the usual fostering
    limit unless more live there now. Addresses not used within ``supply.inferred_recent_months`` are left out.
    """
    stays = context.stays
    own = stays[(stays["setting"] == Setting.FOSTERING.value) & (stays["sector"] == Sector.OWN.value)]
    own = own.assign(key=own["placement_postcode"])
    use = _use(own[own["key"] != ""], context)
    limit = context.whole("supply.foster_usual_limit")
    most, now = use["most"].to_numpy(dtype=np.int64), use["now"].to_numpy(dtype=np.int64)
    places = np.maximum(np.minimum(most, limit), now)
    columns: dict[str, Any] = {
        "id": [f"household-{number:04d}" for number in range(1, len(use) + 1)],
        "kind": PlaceKind.HOUSEHOLD,
        "setting": Setting.FOSTERING,
        "sector": Sector.OWN,
        "line": CostLine.IN_HOUSE_FOSTER,
        **located(context.directory, use["postcode"]),
        "need_level_max": context.whole("needs.level_in_house_foster"),
        "sibling_exemption": places > limit,
        "weekly_pence": prices.pence(CostLine.IN_HOUSE_FOSTER),
        "inferred": True,
        "postcode": use["postcode"],
    }
    return _always_open(columns, places, context), _found("supply.carers.inferred", len(use))


def inferred_homes(context: Context, prices: PriceList) -> tuple[Entries, Findings]:
    """Return one entry for each home of the council's own used lately, by URN, else by address.

    Homes run by others are the market: a place a child leaves there is not the council's to fill.
    """
    stays = context.stays
    kinds = [Setting.RESIDENTIAL.value, Setting.SUPPORTED.value]
    own = stays[stays["setting"].isin(kinds) & (stays["sector"] == Sector.OWN.value)]
    named = own["urn"].where(own["urn"] != "", own["placement_postcode"])
    own = own.assign(key=(own["setting"] + " " + named).where(named != "", ""))
    use = _use(own[own["key"] != ""], context)
    setting = [Setting(value) for value in use["setting"]]
    line = [cost_line(value, Sector.OWN) for value in setting]
    level = {
        Setting.RESIDENTIAL: context.whole("needs.level_own_home"),
        Setting.SUPPORTED: context.whole("needs.level_supported_accommodation"),
    }
    columns: dict[str, Any] = {
        "id": [f"home-{number:04d}" for number in range(1, len(use) + 1)],
        "kind": PlaceKind.HOME,
        "setting": setting,
        "sector": Sector.OWN,
        "line": line,
        **located(context.directory, use["postcode"]),
        "age_min": _youngest(use, setting, context),
        "need_level_max": [level[value] for value in setting],
        "weekly_pence": [prices.pence(value) for value in line],
        "inferred": True,
        "postcode": use["postcode"],
        "urn": use["urn"],
    }
    places = use["most"].to_numpy(dtype=np.int64)
    return _always_open(columns, places, context), _found("supply.homes.inferred", len(use))


def _use(stays: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Return one row a key in recent use: most children at once, children now, where, and the youngest age seen."""
    base = context.calendar.base
    window = context.calendar.back(context.whole("market.history_months"))
    recent = context.calendar.back(context.whole("supply.inferred_recent_months"))
    seen = stays[(stays["start"] <= base) & (stays["end"].isna() | (stays["end"] > window))]
    last_seen = seen["end"].where(seen["end"] <= base, base).groupby(seen["key"]).max()
    seen = seen[seen["key"].isin(last_seen.index[last_seen > recent])]
    running = seen["end"].isna() | (seen["end"] > base)
    latest = seen.sort_values(["start", "child"], kind="stable").drop_duplicates("key", keep="last").set_index("key")
    age = (seen["start"] - seen["child"].map(context.birth_date)).dt.days / _DAYS_A_YEAR
    found = pd.DataFrame(
        {
            "most": _most_at_once(seen, window, base),
            "now": running.groupby(seen["key"]).sum(),
            "youngest": (age // 1).groupby(seen["key"]).min(),
        }
    ).sort_index()
    where = latest.loc[found.index, ["placement_postcode", "urn", "setting"]]
    return found.assign(postcode=where["placement_postcode"], urn=where["urn"], setting=where["setting"]).reset_index(
        drop=True
    )


def _most_at_once(stays: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.Series:
    """Return the most stays of each key running on one day: starts count one up, ends one down, ends first."""
    begins = pd.DataFrame({"key": stays["key"], "day": stays["start"].where(stays["start"] > first, first), "step": 1})
    over = stays[stays["end"] <= last]
    ends = pd.DataFrame({"key": over["key"], "day": over["end"], "step": -1})
    steps = pd.concat([begins, ends]).sort_values(["key", "day", "step"], kind="stable")
    return steps.groupby("key")["step"].cumsum().groupby(steps["key"]).max()


def _youngest(use: pd.DataFrame, setting: list[Setting], context: Context) -> NDArray[np.int64]:
    """Return the youngest age taken: by assumption, or younger where a younger child lived there; 16 where law says."""
    default = context.whole("supply.inferred_home_age_min")
    seen = use["youngest"].fillna(default).clip(lower=0, upper=default).to_numpy(dtype=np.int64)
    supported = np.array([value is Setting.SUPPORTED for value in setting], dtype=bool)
    return np.where(supported, context.whole("supply.supported_age_min"), seen)


def _always_open(columns: dict[str, Any], places: NDArray[np.int64], context: Context) -> Entries:
    return entries(columns, np.repeat(places[:, None], context.calendar.months + 1, axis=1))


def _found(code: str, count: int) -> Findings:
    findings = Findings()
    findings.add(finding(code, f"{count} inferred.", count, file="history"))
    return findings
