"""Rules that look at more than one cell of a row, or at more than one row; each reports what it did."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from sufficiency.ingest.capacity.drafts import Draft
from sufficiency.ingest.capacity.sheets import Mask

USUAL_LIMIT = 3
"""Foster children in a household, unless all are siblings or an exemption is named (Children Act 1989 Schedule 7)."""

SUPPORTED_AGE = 16
"""Youngest age in supported accommodation (Care Planning (England) (Amendment) Regulations 2021)."""

_LOW_PRICE_POUNDS = 100
_SMALL_PERCENT = 0.5


def name_homes_by_urn(draft: Draft) -> None:
    """Fill a blank home number with the URN. Runs before required cells are looked at."""
    frame = draft.frame
    nameless = draft.note("capacity.homes.id_from_urn", "urn", ~draft.where("home_id") & draft.where("urn"))
    draft.frame = frame.assign(home_id=frame["home_id"].mask(nameless, frame["urn"]))
    draft.given = draft.given.assign(home_id=draft.where("home_id") | nameless)


def contract_from_use(draft: Draft) -> None:
    """Take a blank contract as own where the council runs the home, as spot where usable places are given."""
    frame = draft.frame
    blank = ~draft.where("contract")
    own = blank & (frame["sector"] == "own").to_numpy()
    spot = blank & ~own & draft.where("usable_places")
    draft.note("capacity.homes.contract_blank", "contract", own | spot)
    draft.frame = frame.assign(contract=frame["contract"].mask(own, "own").mask(spot, "spot"))
    draft.given = draft.given.assign(contract=draft.where("contract") | own | spot)


def listed_gives_nothing(draft: Draft) -> None:
    """Note listed homes with usable places: they give no capacity all the same."""
    draft.note(
        "capacity.homes.listed_usable",
        "usable_places",
        (draft.frame["contract"] == "listed") & (draft.frame["usable_places"] > 0),
    )


def ages_in_order(draft: Draft) -> None:
    """Refuse rows whose youngest age is above the oldest."""
    draft.refuse("capacity.row.ages", "age_min", draft.frame["age_min"] > draft.frame["age_max"])


def dates_in_order(draft: Draft) -> None:
    """Refuse rows that close before they open."""
    draft.refuse("capacity.row.dates", "from", draft.frame["from"] >= draft.frame["to"])


def located(draft: Draft) -> None:
    """Note rows with neither postcode nor authority."""
    nowhere = draft.live((draft.frame["postcode"] == "") & (draft.frame["authority"] == ""))
    draft.report.counted("capacity.row.location", "postcode", nowhere)


def carers_usable(draft: Draft) -> None:
    """Take blank usable places as approved, and bring usable places down to approved."""
    blank = draft.live(draft.frame["usable_places"].isna())
    draft.report.counted("capacity.places.usable_blank", "usable_places", blank)
    _set(draft, "usable_places", blank, draft.frame["approved_places"])
    _cap_usable(draft, "approved_places")


def homes_usable(draft: Draft) -> None:
    """Take blank usable places of own and block homes as registered; others are known and give no capacity."""
    blank = draft.frame["usable_places"].isna()
    ours = draft.frame["contract"].isin(("own", "block"))
    draft.report.counted("capacity.places.usable_blank", "usable_places", draft.live(blank & ours))
    draft.report.counted("capacity.homes.no_capacity", "usable_places", draft.live(blank & ~ours))
    _set(draft, "usable_places", draft.live(blank & ours), draft.frame["registered_places"])
    _cap_usable(draft, "registered_places")


def fostering_limit(draft: Draft) -> None:
    """Note households approved above the usual limit without an exemption."""
    a_household = draft.frame["approved_places"] / draft.frame["households"]
    draft.note("capacity.carers.over_limit", "approved_places", (a_household > USUAL_LIMIT) & ~_flag(draft))


def supported_age(draft: Draft) -> None:
    """Raise the youngest age of supported accommodation to 16; a home for younger children only is refused."""
    supported = draft.frame["setting"] == "supported accommodation"
    draft.refuse("capacity.row.ages", "age_max", supported & (draft.frame["age_max"] < SUPPORTED_AGE))
    young = draft.live(supported & (draft.frame["age_min"] < SUPPORTED_AGE))
    draft.note("capacity.homes.supported_age", "age_min", young & draft.where("age_min"))
    draft.frame = draft.frame.assign(age_min=draft.frame["age_min"].mask(young, SUPPORTED_AGE))


def unregistered(draft: Draft) -> None:
    """Note arrangements that are measured and never planned."""
    draft.note("capacity.homes.unregistered", "setting", draft.frame["setting"] == "unregistered")


def block_places(draft: Draft) -> None:
    """Refuse block contracts without a number of places."""
    lacking = (draft.frame["kind"] == "block") & draft.frame["places"].isna()
    draft.refuse("capacity.contracts.block_places", "places", lacking)


def miles_in_order(draft: Draft) -> None:
    """Refuse rows whose ring of distance is turned round."""
    draft.refuse("capacity.contracts.miles", "miles_from", draft.frame["miles_from"] > draft.frame["miles_to"])


def minimum_within(draft: Draft) -> None:
    """Bring the places paid for in any case down to the places of the contract."""
    above = draft.note(
        "capacity.contracts.minimum", "minimum_places", draft.frame["minimum_places"] > draft.frame["places"]
    )
    lowered = draft.frame["minimum_places"].mask(above, draft.frame["places"]).astype("int64")
    draft.frame = draft.frame.assign(minimum_places=lowered)


def one_price_base(draft: Draft) -> None:
    """Refuse rows of the rarer price base; the base of earlier sheets, or the commoner one, stands."""
    bases = draft.frame["price_base"].where(~draft.refused)
    if draft.before is not None and len(draft.before):
        kept = draft.before["price_base"].iloc[0]
    else:
        counts = bases.value_counts()
        kept = counts.index[0] if len(counts) else ""
    draft.refuse("capacity.prices.base", "price_base", bases.notna() & (bases != kept))


def percent_not_share(draft: Draft) -> None:
    """Note growth so small that a percentage cell may have been read as a share."""
    growth = draft.frame["uplift_percent"].abs()
    draft.note("capacity.prices.percent", "uplift_percent", (growth > 0) & (growth < _SMALL_PERCENT))


def usual_price(column: str) -> Callable[[Draft], None]:
    """Return the rule that notes prices under 100 pounds a week."""

    def rule(draft: Draft) -> None:
        price = draft.frame[column]
        draft.note("capacity.price.unusual", column, (price > 0) & (price < _LOW_PRICE_POUNDS))

    return rule


def unique(*columns: str) -> Callable[[Draft], None]:
    """Return the rule that refuses a row whose key stood in an earlier row."""

    def rule(draft: Draft) -> None:
        keys = draft.frame.loc[~draft.refused, list(columns)]
        earlier = keys if draft.before is None else pd.concat([draft.before[list(columns)], keys])
        again = earlier.duplicated().to_numpy()[len(earlier) - len(keys) :]
        mask: Mask = np.zeros(len(draft.frame), dtype=bool)
        mask[~draft.refused] = again
        draft.refuse("capacity.row.duplicate", columns[0], mask)

    return rule


def _cap_usable(draft: Draft, ceiling: str) -> None:
    frame = draft.frame
    above = draft.note("capacity.places.usable_above", "usable_places", frame["usable_places"] > frame[ceiling])
    _set(draft, "usable_places", above, frame[ceiling])
    draft.note("capacity.places.in_use_above", "in_use", draft.frame["in_use"] > draft.frame["usable_places"])


def _set(draft: Draft, name: str, where: Mask, values: pd.Series) -> None:
    draft.frame = draft.frame.assign(**{name: draft.frame[name].mask(where, values)})


def _flag(draft: Draft) -> "pd.Series[bool]":
    return draft.frame["sibling_exemption"].astype(bool)


Rule = Callable[[Draft], None]

BEFORE_REQUIRED: dict[str, tuple[Rule, ...]] = {"homes": (name_homes_by_urn, contract_from_use)}
"""Rules that run before required cells are looked at, by table."""

RULES: dict[str, tuple[Rule, ...]] = {
    "carers": (unique("carer_id"), ages_in_order, dates_in_order, located, carers_usable, fostering_limit),
    "homes": (
        unique("home_id"),
        supported_age,
        ages_in_order,
        dates_in_order,
        located,
        homes_usable,
        listed_gives_nothing,
        unregistered,
        usual_price("weekly_price_pounds"),
    ),
    "contracts": (
        unique("contract_id"),
        block_places,
        miles_in_order,
        dates_in_order,
        minimum_within,
        usual_price("weekly_price_pounds"),
    ),
    "prices": (
        one_price_base,
        unique("line", "need_level", "financial_year"),
        usual_price("weekly_pounds"),
        percent_not_share,
    ),
    "needs": (usual_price("cost_total_weekly"),),
}
"""Rules over rows by table, in the order in which they run."""
