"""Findings about supply: what each code means and what a person can do."""

from sufficiency.domain.findings import Finding, Severity

FINDINGS: dict[str, tuple[Severity, str, str, str]] = {
    "supply.carers.inferred": (
        Severity.NOTED,
        "In-house carers inferred from use",
        "No carers file was given: households are the addresses used for in-house fostering lately, and a household's "
        "places are the most children seen there at once. Places that were never used are not seen.",
        "Give a carers file (sufficiency template FILE).",
    ),
    "supply.homes.inferred": (
        Severity.NOTED,
        "Own homes inferred from use",
        "No homes file was given: the council's own homes are those its children live in or lived in lately, with as "
        "many places as the most children seen there at once.",
        "Give a homes file (sufficiency template FILE).",
    ),
    "supply.market.inferred": (
        Severity.NOTED,
        "Spot market inferred from history",
        "No contract covers this line: the market can give each month what it gave on average in the history, with "
        "the stated slack, by ring of distance. It may give more or less.",
        "Give a contracts file (sufficiency template FILE), or change market.start_slack.",
    ),
    "supply.market.distance_unknown": (
        Severity.NOTED,
        "Starts without a known distance",
        "These starts are shared over the rings as the others are, since a missing distance is not a short one.",
        "Complete home and placement postcodes in the source system.",
    ),
    "supply.carers.type_left_out": (
        Severity.NOTED,
        "Carers of a kind that is not planned",
        "Connected persons, short breaks and parent-and-child homes are not capacity for other children.",
        "Nothing, unless the kind is wrong.",
    ),
    "supply.carers.over_limit": (
        Severity.REPAIRED,
        "More places than the usual fostering limit",
        "A household may foster three children unless all are siblings or it is exempt (Children Act 1989 Schedule 7).",
        "Mark the household with sibling_exemption where one is held.",
    ),
    "supply.carers.part_price": (
        Severity.NOTED,
        "Fee or allowance missing",
        "The part that is given is taken as the whole weekly cost.",
        "Give both, or a nought where nothing is paid.",
    ),
    "supply.homes.not_planned": (
        Severity.NOTED,
        "Homes that give no capacity",
        "Unregistered, secure and other homes are decided elsewhere, and a home that is only listed, or bought one "
        "place at a time without usable places, is part of the market, not a vacancy.",
        "Give usable_places where places can be counted on.",
    ),
    "supply.homes.avoidable_derived": (
        Severity.REPAIRED,
        "Avoidable price worked out",
        "A fixed cost is given and no weekly price: the avoidable part is the price list less the fixed cost a place.",
        "Give weekly_price_pounds, the part saved when one child leaves.",
    ),
    "supply.contracts.no_places": (
        Severity.REFUSED,
        "Block contract without places",
        "A block contract is a number of places bought ahead; without the number it gives none.",
        "Give places.",
    ),
    "supply.contracts.block_use": (
        Severity.NOTED,
        "Children taken to live in block places",
        "A contracts file does not say who lives in a block: children of the same line whose home is not otherwise "
        "known are taken to fill it, so that no place is counted as free twice.",
        "List the block's homes with their URN in the homes file, and leave the block out of the contracts file.",
    ),
    "supply.in_use.not_linked": (
        Severity.NOTED,
        "More places in use than children found there",
        "The file says more children live there than postcodes or URN show; those places are held back as in use.",
        "Check postcodes and URN of the children, and in_use of the home.",
    ),
    "supply.children.over_capacity": (
        Severity.NOTED,
        "More children than usable places",
        "More children live at an address than it has usable places; the others stay as existing arrangements.",
        "Check usable_places, or mark the sibling exemption.",
    ),
    "supply.prices.other_base": (
        Severity.REFUSED,
        "Prices on the full S251 base",
        "Full S251 cost and placement-only prices are never mixed; these rows are not used.",
        "Give placement-only prices.",
    ),
    "supply.prices.default": (
        Severity.NOTED,
        "Default price used",
        "The price list has no row for this line, so the default of the attribute table is used.",
        "Add the line to the price list.",
    ),
    "supply.prices.year": (
        Severity.REFUSED,
        "Price without a financial year",
        "A price whose year is unknown cannot be brought to the base date.",
        "Give the financial year as 2024-25.",
    ),
}
"""Finding codes of this stage: severity, title, meaning, repair."""


def finding(code: str, action: str, count: int = 1, *, file: str = "", column: str = "", found: str = "") -> Finding:
    """Return a finding of this stage, in the words of its rule."""
    severity, _title, meaning, repair = FINDINGS[code]
    return Finding(code, severity, file, None, column, found, meaning, repair, action, count)
