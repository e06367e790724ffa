"""From capacity files and the record of care to places by month, and who lives where on the base date."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.domain.findings import Findings
from sufficiency.domain.places import Places
from sufficiency.domain.settings import CostLine
from sufficiency.geography import PostcodeDirectory
from sufficiency.supply.carers import household_entries
from sufficiency.supply.contracts import contract_entries
from sufficiency.supply.entries import Entries, join, to_places
from sufficiency.supply.existing import STREAMS, existing_entries, stream_entries
from sufficiency.supply.homes import home_entries
from sufficiency.supply.inferred import inferred_homes, inferred_households
from sufficiency.supply.inputs import AssumptionValues, Calendar, CapacityInput, Context, RecordsInput, context
from sufficiency.supply.links import NOWHERE, Links, hold_back, link_children
from sufficiency.supply.market import market_entries, market_history
from sufficiency.supply.prices import PriceList, price_list
from sufficiency.supply.rules import finding


@dataclass(frozen=True, eq=False)
class Supply:
    """Usable places and who lives in them.

    Attributes
    ----------
    places
        Every entry that can be used, with capacity from the base date on.
    occupancy
        One row a child on the base date: ``child``, ``place`` (index into ``places``), ``linked_by`` ("urn",
        "postcode", "district", "block", "stream" or "existing").
    findings
        What was inferred, left out or repaired.
    """

    places: Places
    occupancy: pd.DataFrame
    findings: Findings


def build_places(
    files: CapacityInput,
    records: RecordsInput,
    stays: pd.DataFrame,
    directory: PostcodeDirectory,
    assumptions: AssumptionValues,
    base_date: date,
    months: int,
    *,
    authority: str = "",
) -> Supply:
    """Return every place by month and the place of every child in care on the base date.

    Children are linked to a home by URN, else by address, and to a carer by placement postcode; children in settings
    decided elsewhere are in that setting's stream; the others live in an existing arrangement, which is never refilled.

    Parameters
    ----------
    files
        Carers, homes, contracts and prices as read; None where no file was given: then they are inferred from use.
    records
        Children with birth dates.
    stays
        Unbroken times in one setting with one carer.
    directory
        Where postcodes are looked up.
    assumptions
        Values by dotted name (:data:`sufficiency.supply.inputs.ASSUMPTIONS_USED`).
    base_date
        Last day of a month.
    months
        Months walked after it.
    authority
        Responsible authority; left out, the one in which most children's homes lie.
    """
    calendar = Calendar(base_date, months)
    about = context(records, stays, directory, assumptions, calendar, authority)
    prices, findings = price_list(files.prices, assumptions, calendar.financial_year)
    offered = _offered(files, about, prices, findings)
    links = link_children(_planned(about), offered)
    offered, unlinked = hold_back(offered, links)
    _note_links(links, int(unlinked.sum()), findings)
    streams = stream_entries(about, prices)
    existing, row = existing_entries(_planned(about)[links.place == NOWHERE], about, prices)
    occupancy = _occupancy(about, links, row, len(offered), len(streams))
    return Supply(to_places(join([offered, streams, existing])), occupancy, findings)


def _offered(files: CapacityInput, about: Context, prices: PriceList, findings: Findings) -> Entries:
    """Return the entries that can be filled again: households, homes, contracts and the market."""
    history = market_history(about)
    if files.carers is None:
        households, found = inferred_households(about, prices)
    else:
        households, found = household_entries(files.carers, about, prices)
    findings.extend(found)
    if files.homes is None:
        homes, found = inferred_homes(about, prices)
    else:
        homes, found = home_entries(files.homes, about, prices)
    findings.extend(found)
    parts, covered = [households, homes], frozenset[CostLine]()
    if files.contracts is not None:
        contracts, found, covered = contract_entries(files.contracts, history, about, prices)
        findings.extend(found)
        parts.append(contracts)
    market, found = market_entries(history, covered, about, prices)
    findings.extend(found)
    built = join([*parts, market])
    return built.keep(np.asarray(built.capacity.any(axis=1)))


def _planned(about: Context) -> pd.DataFrame:
    """Return the children whose setting the engine plans, in a fixed order."""
    streams = about.now["setting"].isin([setting.value for setting in STREAMS])
    return about.now[~streams].reset_index(drop=True)


def _occupancy(about: Context, links: Links, row: NDArray[np.int64], offered: int, streams: int) -> pd.DataFrame:
    """Return one row a child with the entry it lives in, every child in exactly one."""
    planned = _planned(about)
    place, how = links.place.copy(), links.how.astype(object)
    left = place == NOWHERE
    place[left], how[left] = offered + streams + row, "existing"
    number = {setting.value: offered + index for index, setting in enumerate(STREAMS)}
    elsewhere = about.now[about.now["setting"].isin(list(number))]
    found = pd.DataFrame(
        {
            "child": [*planned["child"], *elsewhere["child"]],
            "place": [*place.tolist(), *elsewhere["setting"].map(number)],
            "linked_by": [*how, *["stream"] * len(elsewhere)],
        }
    )
    return found.astype({"place": "int64"}).sort_values("child", kind="stable").reset_index(drop=True)


def _note_links(links: Links, unlinked: int, findings: Findings) -> None:
    if unlinked:
        action = "Held back as in use."
        findings.add(finding("supply.in_use.not_linked", action, unlinked, file="carers, homes", column="in_use"))
    turned_away = int(links.turned_away.sum())
    if turned_away:
        action = "Kept as existing arrangements."
        findings.add(finding("supply.children.over_capacity", action, turned_away, file="carers, homes"))
    block = int((links.how == "block").sum())
    if block:
        findings.add(finding("supply.contracts.block_use", "Taken to live there.", block, file="contracts"))
