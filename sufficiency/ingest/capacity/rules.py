"""Every finding that reading capacity files can make: one row a code."""

from dataclasses import dataclass

from sufficiency.domain.findings import Severity


@dataclass(frozen=True)
class Rule:
    """One code of finding.

    Attributes
    ----------
    severity
        What is done about it.
    title
        The fault in a few words.
    meaning
        Why it matters.
    repair
        What the user can do.
    action
        What is done when it is met.
    """

    severity: Severity
    title: str
    meaning: str
    repair: str
    action: str


_R, _P, _N = Severity.REFUSED, Severity.REPAIRED, Severity.NOTED
_OFF = "The row is not used."
_FILE_OFF = "The file is not used."
_BLANK = "Read as blank; the default of the column is used where there is one."

FINDINGS: dict[str, Rule] = {
    "capacity.file.missing": Rule(
        _R, "File not found", "There is no file of that name.", "Correct the path.", _FILE_OFF
    ),
    "capacity.file.unreadable": Rule(
        _R,
        "File cannot be opened",
        "The file is damaged, locked, or neither text nor a workbook.",
        "Open it in a spreadsheet program and save it as .xlsx or .csv.",
        _FILE_OFF,
    ),
    "capacity.file.old_workbook": Rule(
        _R,
        "Old or protected workbook",
        "Workbooks of the .xls kind and workbooks with a password cannot be read.",
        "Save it as .xlsx without a password.",
        _FILE_OFF,
    ),
    "capacity.file.empty": Rule(
        _N,
        "No rows",
        "The columns are there and no row is filled in.",
        "Fill in the sheet, or leave the file out.",
        "Treated as if the file had not been given.",
    ),
    "capacity.file.encoding": Rule(
        _N,
        "Read as Windows text",
        "The text is not UTF-8; letters with accents may be wrong.",
        "Save it as CSV UTF-8 if names look odd.",
        "Read as Windows-1252.",
    ),
    "capacity.table.unknown": Rule(
        _R,
        "Columns not recognised",
        "No sheet has the column names that are needed.",
        "Use the names of the template (sufficiency template FILE).",
        _FILE_OFF,
    ),
    "capacity.table.other": Rule(
        _R,
        "Another kind of file",
        "The columns are those of another table.",
        "Give the file under its own name, or choose the right file.",
        _FILE_OFF,
    ),
    "capacity.column.missing": Rule(
        _R,
        "Required column missing",
        "Rows cannot be used without this column.",
        "Add the column.",
        "No row of the sheet is used.",
    ),
    "capacity.column.unknown": Rule(
        _N,
        "Column not known",
        "Nothing is read from this column.",
        "Rename it if it was meant to be read.",
        "The column is left out.",
    ),
    "capacity.column.twice": Rule(
        _N,
        "Column given twice",
        "Two columns have the same meaning; they may disagree.",
        "Keep one of them.",
        "The first one is used.",
    ),
    "capacity.cell.required": Rule(
        _R, "Required cell blank", "The row cannot be used without it.", "Fill in the cell.", _OFF
    ),
    "capacity.cell.required_invalid": Rule(
        _R, "Required cell not usable", "The row cannot be used without it.", "Correct the cell.", _OFF
    ),
    "capacity.cell.invalid": Rule(
        _P, "Cell not usable", "The value is of another kind.", "Correct the cell, or clear it.", _BLANK
    ),
    "capacity.cell.range": Rule(
        _P, "Cell out of range", "The value cannot be right.", "Correct the cell, or clear it.", _BLANK
    ),
    "capacity.cell.choice": Rule(
        _P, "Word not in the list", "The word has no meaning here.", "Use a word of the list, or clear it.", _BLANK
    ),
    "capacity.cell.serial_date": Rule(
        _P,
        "Date as a number",
        "A spreadsheet has turned the date into its day number.",
        "Format the column as a date.",
        "Read as the spreadsheet's day number.",
    ),
    "capacity.cell.decimal_comma": Rule(
        _P,
        "Decimal comma",
        "Pence seem to follow a comma.",
        "Write a decimal point.",
        "Read with the comma as decimal point.",
    ),
    "capacity.cell.synonym": Rule(
        _N,
        "Another word for it",
        "A word outside the list with a known meaning.",
        "Nothing to do if the meaning is right.",
        "Read as the word of the list.",
    ),
    "capacity.cell.default": Rule(
        _N,
        "Default used",
        "Nothing was given.",
        "Fill in the column where the default is wrong.",
        "The default of the attribute table is used.",
    ),
    "capacity.row.duplicate": Rule(
        _R,
        "Row given twice",
        "The same thing would be counted twice.",
        "Remove one row, or give it a number of its own.",
        "The later row is not used.",
    ),
    "capacity.row.ages": Rule(
        _R, "Ages cross", "The youngest age is above the oldest: no child fits.", "Correct the ages.", _OFF
    ),
    "capacity.row.dates": Rule(
        _R, "Dates cross", "It would close before it opens.", "Correct the dates; the last is exclusive.", _OFF
    ),
    "capacity.row.location": Rule(
        _N,
        "No location",
        "Without postcode or authority no distance is known.",
        "Give a postcode or its first half.",
        "Distance is unknown, never zero.",
    ),
    "capacity.places.usable_blank": Rule(
        _N,
        "Usable places blank",
        "Places on hold or blocked by a match are not known.",
        "Fill in usable places.",
        "Every approved or registered place is taken as usable.",
    ),
    "capacity.places.usable_above": Rule(
        _P,
        "More usable than approved",
        "No child may be planned above approval or registration.",
        "Correct one of the two.",
        "Usable places are brought down to the approved or registered places.",
    ),
    "capacity.places.in_use_above": Rule(
        _N,
        "More in use than usable",
        "No place is free there until children have left.",
        "Check approved, usable and in use.",
        "Kept as given.",
    ),
    "capacity.carers.over_limit": Rule(
        _N,
        "Above the usual fostering limit",
        "More than three places a household without an exemption (Children Act 1989 Schedule 7).",
        "Check the approval, or say yes under sibling_exemption.",
        "Kept as given; unrelated children are planned up to the limit.",
    ),
    "capacity.homes.id_from_urn": Rule(
        _P, "Home without a number", "Rows are told apart by it.", "Give home_id.", "The URN is used as home_id."
    ),
    "capacity.homes.contract_blank": Rule(
        _P,
        "Contract blank",
        "How the home can be used decides whether it is capacity.",
        "Fill in contract: own, block, framework, spot or listed.",
        "Taken as own where your council runs it, and as spot where usable places are given.",
    ),
    "capacity.homes.listed_usable": Rule(
        _N,
        "Listed, with usable places",
        "A listed home is known to exist and gives no capacity, whatever its usable places.",
        "Say own, block, framework or spot if you can use it.",
        "Kept as given: no capacity.",
    ),
    "capacity.homes.supported_age": Rule(
        _P,
        "Supported accommodation under 16",
        "Children under 16 may not live there (Care Planning Amendment Regulations 2021).",
        "Correct age_min.",
        "The youngest age is raised to 16.",
    ),
    "capacity.homes.unregistered": Rule(
        _N,
        "Unregistered arrangement",
        "It is measured and never planned: running it is an offence.",
        "Register it, or move the child.",
        "Kept for measuring only.",
    ),
    "capacity.homes.no_capacity": Rule(
        _N,
        "Known, but no capacity",
        "Registered places are not vacancies: neither usable places nor a contract of your own was given.",
        "Give usable places, or say own or block under contract.",
        "Usable places stay blank; the home gives no capacity.",
    ),
    "capacity.contracts.block_places": Rule(
        _R, "Block without places", "A block contract buys a number of places.", "Fill in places.", _OFF
    ),
    "capacity.contracts.miles": Rule(
        _R, "Miles cross", "miles_from is above miles_to: no home fits.", "Correct the miles.", _OFF
    ),
    "capacity.contracts.minimum": Rule(
        _P,
        "Minimum above places",
        "More places would be paid for than can be used.",
        "Correct one of the two.",
        "minimum_places is brought down to places.",
    ),
    "capacity.prices.base": Rule(
        _R,
        "Price bases mixed",
        "Placement only and full S251 cost are different things; the two are never mixed.",
        "Keep one base in one file.",
        "Rows of the base with fewer rows are not used.",
    ),
    "capacity.prices.percent": Rule(
        _N,
        "Very small growth",
        "A percentage cell of a spreadsheet may have been read as a share: 0.036 means 0.036%, not 3.6%.",
        "Write 3.6 for 3.6%.",
        "Kept as given.",
    ),
    "capacity.price.unusual": Rule(
        _N,
        "Unusual price",
        "Under 100 pounds a week: it may be a price a day or an hour.",
        "Check the price.",
        "Kept as given.",
    ),
    "capacity.needs.superseded": Rule(
        _R,
        "Child has a later row",
        "The standard has one row a home found; needs are those last written.",
        "Nothing to do.",
        "The earlier row is not used.",
    ),
    "capacity.ofsted.not_vacancies": Rule(
        _N,
        "Registered places are not vacancies",
        "Ofsted's list says what exists, not what is free or yours.",
        "List homes that you can use in the homes sheet.",
        "Kept as listed, with usable places blank: no capacity.",
    ),
    "capacity.ofsted.not_a_home": Rule(
        _R, "Not a home", "Agencies, schools and the like are not homes.", "Nothing to do.", _OFF
    ),
    "capacity.ofsted.closed": Rule(_R, "Closed provider", "No longer registered.", "Nothing to do.", _OFF),
    "capacity.ofsted.urn": Rule(_R, "No URN", "A row without a URN cannot be told apart.", "Add the URN.", _OFF),
    "capacity.ofsted.places": Rule(
        _R, "No registered places", "A home without a number of places says nothing.", "Nothing to do.", _OFF
    ),
    "capacity.ofsted.council": Rule(
        _N,
        "Run by a council",
        "The list does not say whether that council is yours.",
        "List your own homes in the homes sheet.",
        "Read as other public.",
    ),
    "capacity.ofsted.also_listed": Rule(
        _N,
        "Also in your homes file",
        "The URN stands in both.",
        "Nothing to do.",
        "Your own row is used.",
    ),
}
"""Every code, in the order in which rules are applied."""


def markdown() -> str:
    """Return the page of the documentation that lists every code."""
    head = [
        "# Findings of the capacity files",
        "",
        "Written by `python -m sufficiency.ingest.capacity`; do not edit. Reading never stops at the first fault: each",
        "is a finding, and the rows of a file are always its rows used and its rows refused.",
        "",
        "| code | what is done | fault | why it matters | repair | action |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    rows = [
        f"| `{code}` | {rule.severity} | {rule.title} | {rule.meaning} | {rule.repair} | {rule.action} |"
        for code, rule in FINDINGS.items()
    ]
    return "\n".join([*head, *rows]) + "\n"
