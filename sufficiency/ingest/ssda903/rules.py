"""Every finding the 903 reader can make: what it means, what the user can do, and what we did."""

from dataclasses import dataclass

from sufficiency.domain.findings import Severity

REFUSED, REPAIRED, NOTED = Severity.REFUSED, Severity.REPAIRED, Severity.NOTED


@dataclass(frozen=True)
class FindingRule:
    """One rule of the reader.

    Attributes
    ----------
    severity
        Refused (not used), repaired (a value was changed by this rule) or noted.
    title
        What happened, in a few words.
    meaning
        What was expected and why it matters.
    repair
        What the user can do.
    action
        What the reader did.
    """

    severity: Severity
    title: str
    meaning: str
    repair: str
    action: str


FINDINGS: dict[str, FindingRule] = {
    # files
    "ssda903.file.missing": FindingRule(
        REFUSED,
        "no such file or folder",
        "a file or folder was expected here.",
        "Check the path in the project.",
        "passed over",
    ),
    "ssda903.file.unreadable": FindingRule(
        REFUSED,
        "file cannot be opened",
        "the file is damaged, locked or protected by a password, so nothing in it is counted.",
        "Open it in the program that made it and save it again, without a password.",
        "passed over",
    ),
    "ssda903.file.other_kind": FindingRule(
        REFUSED,
        "not a return",
        "a csv, xlsx, zip or 903 XML file was expected; this is a file of another kind.",
        "Take it out of the folder, or export the return as csv.",
        "passed over",
    ),
    "ssda903.file.old_excel": FindingRule(
        REFUSED,
        "workbook of the old kind (xls)",
        "only xlsx workbooks can be read.",
        "Open it in Excel and save it as xlsx or csv.",
        "passed over",
    ),
    "ssda903.file.too_large": FindingRule(
        REFUSED,
        "file too large",
        "a return is never this large, so this is something else or is damaged.",
        "Take it out of the folder, or export the tables of the return one by one.",
        "passed over",
    ),
    "ssda903.file.empty": FindingRule(
        NOTED,
        "empty file or table",
        "rows were expected, there are none.",
        "Check whether the export ran to its end.",
        "passed over",
    ),
    "ssda903.file.characters": FindingRule(
        REPAIRED,
        "characters that fit no known encoding",
        "the text is damaged in places; names of columns and codes may be affected.",
        "Export the file again as UTF-8.",
        "damaged characters replaced by a mark",
    ),
    # tables
    "ssda903.table.unknown": FindingRule(
        NOTED,
        "table not recognised",
        "no 903 table has these columns (tables are recognised by their columns, not by the file name).",
        "If this is a 903 table, give its first row the column names of the guide.",
        "passed over",
    ),
    "ssda903.table.incomplete": FindingRule(
        REFUSED,
        "episodes table without a needed column",
        "an episodes table needs CHILD, DECOM, DEC and PLACE: without them nobody can be placed in time.",
        "Export the table with all columns.",
        "passed over",
    ),
    "ssda903.table.not_used": FindingRule(
        NOTED,
        "table not needed",
        "this 903 table is recognised, but planning does not use it.",
        "Nothing to do.",
        "passed over",
    ),
    "ssda903.table.column_missing": FindingRule(
        NOTED,
        "column missing",
        "this column was expected; what depends on it is not known for these rows.",
        "Export the table with all columns.",
        "taken as blank",
    ),
    "ssda903.table.column_twice": FindingRule(
        NOTED,
        "column given twice",
        "each column was expected once; it is not clear which one holds.",
        "Remove one of the two.",
        "the first is used",
    ),
    "ssda903.row.too_long": FindingRule(
        REFUSED,
        "row with more cells than the heading",
        "the cells no longer stand under their columns, most often because of a separator inside a value.",
        "Correct the row, or put quotation marks around the value.",
        "row not used",
    ),
    "ssda903.row.short": FindingRule(
        REPAIRED,
        "row with fewer cells than the heading",
        "cells at the end of the row are missing.",
        "Check that the row was not cut off.",
        "missing cells taken as blank",
    ),
    # cells
    "ssda903.child.missing": FindingRule(
        REFUSED,
        "row without a child identifier",
        "every row needs CHILD: without it the row belongs to nobody.",
        "Fill in the identifier.",
        "row not used",
    ),
    "ssda903.start.missing": FindingRule(
        REFUSED,
        "episode without a start",
        "DECOM is needed: an episode without a start has no place in time.",
        "Fill in the date.",
        "row not used",
    ),
    "ssda903.start.unreadable": FindingRule(
        REFUSED,
        "start that is not a date",
        "a date as dd/mm/yyyy was expected: an episode without a start has no place in time.",
        "Correct the date.",
        "row not used",
    ),
    "ssda903.end.before_start": FindingRule(
        REFUSED,
        "episode ends before it starts",
        "DEC must not be before DECOM; it is not clear which of the two is wrong.",
        "Correct the dates.",
        "row not used",
    ),
    "ssda903.date.unreadable": FindingRule(
        REPAIRED,
        "value that is not a date",
        "a date as dd/mm/yyyy between 1980 and 2049 was expected.",
        "Correct the date.",
        "taken as not known; an end that is not known is set by the child's next episode, or is open",
    ),
    "ssda903.date.serial": FindingRule(
        REPAIRED,
        "date given as a spreadsheet's day number",
        "a date as dd/mm/yyyy was expected; the number counts days from 30 December 1899.",
        "Format the column as a date before exporting.",
        "read as that day",
    ),
    "ssda903.date.after_year": FindingRule(
        NOTED,
        "date after the year of the return",
        "dates up to 31 March at the end of the collection year were expected; this one may be mistyped.",
        "Check the year of the date.",
        "used as it stands",
    ),
    "ssda903.birth.missing": FindingRule(
        NOTED,
        "date of birth not known",
        "the age is needed to plan for a child, and to say when the child turns 18.",
        "Fill in DOB in the header table.",
        "child kept, age not known",
    ),
    "ssda903.birth.from_other_table": FindingRule(
        REPAIRED,
        "date of birth taken from another table",
        "DOB was expected in the header table.",
        "Fill in DOB in the header table.",
        "taken from another table of the same returns",
    ),
    "ssda903.birth.differs": FindingRule(
        REPAIRED,
        "date of birth differs between returns",
        "a child has one date of birth.",
        "Correct the earlier return, or the later one.",
        "the latest return is used",
    ),
    "ssda903.birth.after_start": FindingRule(
        NOTED,
        "episode begins before birth",
        "a child cannot be in care before it is born, so DOB or DECOM is wrong.",
        "Correct the dates.",
        "used as it stands",
    ),
    "ssda903.child.no_header": FindingRule(
        NOTED,
        "child without a header row",
        "every child with episodes was expected in the header table; age and sex are not known. Leading zeros lost in "
        "a spreadsheet are a common cause.",
        "Add the child to the header table, with the identifier spelt alike.",
        "child kept, age and sex not known",
    ),
    "ssda903.sex.unknown": FindingRule(
        REPAIRED,
        "sex code not known",
        "1 or 2 (returns to 2024) or M, F, U (from 2025) was expected.",
        "Correct the code.",
        "taken as not known",
    ),
    "ssda903.ethnicity.missing": FindingRule(
        NOTED,
        "ethnicity blank",
        "a code was expected; NOBT stands for not yet obtained.",
        "Fill in the code.",
        "kept blank",
    ),
    "ssda903.place.missing": FindingRule(
        NOTED,
        "placement type blank",
        "a PLACE code was expected; the kind of home is not known.",
        "Fill in the code.",
        "kept, counted as other",
    ),
    "ssda903.place.unknown": FindingRule(
        NOTED,
        "placement code not known",
        "no collection year has this PLACE code; the kind of home is not known.",
        "Correct the code.",
        "kept, counted as other",
    ),
    "ssda903.place.other_year": FindingRule(
        NOTED,
        "placement code of another year",
        "this PLACE code belongs to other collection years.",
        "Check the code against the guide of the year.",
        "understood all the same",
    ),
    "ssda903.place.unregistered": FindingRule(
        NOTED,
        "placement that may be unregistered",
        "Z11 to Z14 replace Z1 from 2025-26; what each means was not found in a published source, so that these may be "
        "unregistered homes is an assumption.",
        "Check these placements against the guide.",
        "shown apart as unregistered",
    ),
    "ssda903.place.temporary_alone": FindingRule(
        NOTED,
        "temporary move that interrupts nothing",
        "a T code was expected to follow a placement of the same child.",
        "Check whether an earlier episode is missing.",
        "counted as other",
    ),
    "ssda903.code.unknown": FindingRule(
        NOTED,
        "code not known",
        "no collection year has this code in this column.",
        "Correct the code.",
        "kept as it stands",
    ),
    "ssda903.code.other_year": FindingRule(
        NOTED,
        "code of another year",
        "this code belongs to other collection years.",
        "Check the code against the guide of the year.",
        "understood all the same",
    ),
    # years
    "ssda903.year.twice": FindingRule(
        NOTED,
        "two files of one year",
        "one episodes table a year was expected.",
        "Remove the older file, if one replaces the other.",
        "both read; where they speak of one episode the one listed later wins",
    ),
    "ssda903.year.gap": FindingRule(
        NOTED,
        "year without a return",
        "returns of every year in between were expected: episodes that began and ended in the gap are not seen, so "
        "flows of that year are too low.",
        "Add the missing return.",
        "read on without it",
    ),
    "ssda903.year.disagrees": FindingRule(
        NOTED,
        "year of folder or column does not fit the dates",
        "the year in the folder's name, or in the YEAR column, was expected to fit the dates inside.",
        "Check that the file lies in the right folder.",
        "the dates decide",
    ),
    "ssda903.year.outside_lists": FindingRule(
        NOTED,
        "return older or newer than the code lists",
        "code lists are known for the returns of 2016 to 2027.",
        "Check codes that changed since; a newer version may know the year.",
        "read with the nearest year's lists",
    ),
    "ssda903.data.partial_year": FindingRule(
        NOTED,
        "last return stops before 31 March",
        "events up to 31 March were expected; there are none for far longer than usual, so this looks like an extract "
        "taken during the year.",
        "Give the full return when it is there.",
        "nothing is taken as known after the last event",
    ),
    "ssda903.authority.several": FindingRule(
        NOTED,
        "several authorities in one set",
        "the LA column names more than one authority; identifiers are unique only within one.",
        "Nothing to do, if a region is meant.",
        "identifiers are kept apart by authority",
    ),
    # episodes across returns
    "ssda903.episode.duplicate": FindingRule(
        REPAIRED,
        "row given twice",
        "each episode was expected once a return.",
        "Remove the copy.",
        "one copy used",
    ),
    "ssda903.episode.conflict": FindingRule(
        REPAIRED,
        "two episodes of one child start on one day",
        "a child has one placement at a time.",
        "Correct the rows.",
        "the row listed last is used",
    ),
    "ssda903.episode.reported_again": FindingRule(
        NOTED,
        "episode reported again in a later return",
        "an episode that goes on over 31 March is in both returns: this is as it should be.",
        "Nothing to do.",
        "the later return is used",
    ),
    "ssda903.episode.same_day": FindingRule(
        NOTED,
        "episode that starts and ends on one day",
        "an episode usually spans a night; this one counts no day in care.",
        "Check the dates.",
        "kept with no length",
    ),
    "ssda903.episode.overlap": FindingRule(
        REPAIRED,
        "episode runs into the next one (rule 4)",
        "an episode was expected to end no later than the child's next one begins.",
        "Correct the end date.",
        "ended where the next one starts",
    ),
    "ssda903.episode.gap_closed": FindingRule(
        REPAIRED,
        "gap after an episode that goes on (rule 5)",
        "REC X1 says that the next episode begins the same day, but it begins later, in a later return.",
        "Correct the end date or the code.",
        "ended where the next one starts",
    ),
    "ssda903.lapsed.next_episode": FindingRule(
        REPAIRED,
        "open in an older return, child has a next episode (rule 1)",
        "an episode that was open on 31 March was expected again in the next return.",
        "Check when it ended.",
        "ended where the next one starts",
    ),
    "ssda903.lapsed.back_in_care": FindingRule(
        REPAIRED,
        "open in an older return, child starts afresh later (rule 1A)",
        "an episode that was open on 31 March was expected again in the next return; the next one is a new "
        "start (RNE S).",
        "Check when it ended.",
        "ended on 31 March of its return, or the day before the new start if that is earlier",
    ),
    "ssda903.lapsed.not_seen_again": FindingRule(
        REPAIRED,
        "open in an older return, child never seen again (rule 2)",
        "an episode that was open on 31 March was expected again in the next return; left open, the child would be "
        "counted for ever.",
        "Check when the child left care.",
        "ended on 31 March of its return",
    ),
    "ssda903.lapsed.duplicate": FindingRule(
        REPAIRED,
        "open in an older return, given again with another start (rule 3)",
        "one episode has one start; a later return gives the same placement with another one.",
        "Check the start.",
        "the older row is not used",
    ),
    "ssda903.lapsed.replaced": FindingRule(
        REPAIRED,
        "open in an older return, replaced by a later one (rule 3A)",
        "a later return says that the child was in another placement at the time.",
        "Check which return is right.",
        "the older row is not used",
    ),
    "ssda903.lapsed.kept": FindingRule(
        NOTED,
        "open in an older return, kept open as asked",
        "later returns no longer speak of the child, who is counted for ever.",
        "Leave the option keep_lapsed off, except to reconcile with older tools.",
        "kept open",
    ),
    "ssda903.short_breaks.left_out": FindingRule(
        NOTED,
        "short breaks left out",
        "children on short breaks (V3, V4) are not counted as looked after.",
        "Set keep_short_breaks to count them.",
        "left out",
    ),
    "ssda903.short_breaks.kept": FindingRule(
        NOTED,
        "short breaks kept as asked",
        "children on short breaks (V3, V4) are not counted as looked after by DfE.",
        "Leave the option keep_short_breaks off, except to reconcile with other tools.",
        "counted",
    ),
    "ssda903.uasc.no_table": FindingRule(
        NOTED,
        "no UASC table",
        "without it unaccompanied children cannot be told from others: their arrivals and grants are not planned "
        "apart.",
        "Add the UASC table.",
        "nobody counted as unaccompanied",
    ),
    "ssda903.nothing_usable": FindingRule(
        REFUSED,
        "nothing usable",
        "at least one header table and one episodes table with a usable row are needed.",
        "See the other findings, and check that the right files were given.",
        "stopped",
    ),
}
"""Every finding code of the reader with its rule. A code that is not here cannot be raised."""


def markdown() -> str:
    """Return the page that lists every finding code, ``docs/findings-ssda903.md``.

    Examples
    --------
    >>> markdown().splitlines()[0]
    '# Findings of the SSDA903 reader'
    """
    lines = [
        "# Findings of the SSDA903 reader",
        "",
        "Made from `sufficiency/ingest/ssda903/rules.py`. Refused: the row or file is not used. Repaired: a value was",
        "changed by the rule. Noted: nothing was changed. The same thing in more than twenty rows of a file is one",
        "finding with a count and the first row as an example. Values that identify a child are never shown, only",
        "their shape.",
        "",
        "| code | severity | what | what was expected, and why | what you can do | what we did |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{code}` | {rule.severity} | {rule.title} | {rule.meaning} | {rule.repair} | {rule.action} |"
        for code, rule in FINDINGS.items()
    ]
    return "\n".join(lines) + "\n"
