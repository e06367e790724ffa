"""How a published value reads for people: thousands, pounds and marks, the same in the page and in Word."""

from sufficiency.report.table import PERCENT, POUNDS, POUNDS_WEEKLY, TEXT, Column, Value


def shown(value: Value, column: Column) -> str:
    """Return a value as text.

    >>> shown(1234567, Column("Cost", POUNDS)), shown("[c]", Column("Cost", POUNDS))
    ('1,234,567', '[c]')
    """
    if isinstance(value, str):
        return value
    return f"{value:,.1f}" if isinstance(value, float) and column.unit in (PERCENT, "miles") else f"{value:,.0f}"


def is_number_column(column: Column) -> bool:
    """Return whether a column holds numbers or marks, so that it is set to the right."""
    return column.unit != TEXT


def unit_words(column: Column) -> str:
    """Return the unit of a column for a list of columns."""
    return {PERCENT: "percent", POUNDS: "pounds", POUNDS_WEEKLY: "pounds a week", TEXT: ""}.get(
        column.unit, column.unit
    )
