"""The default price list, as rows of the prices table."""

from sufficiency.assumptions.reading import Value
from sufficiency.assumptions.table import Attribute, attribute
from sufficiency.assumptions.values import Assumptions
from sufficiency.domain.settings import CostLine

_PREFIX = "price."
_NOT_PRICES = (_PREFIX + "base", _PREFIX + "financial_year")


def line_name(line: CostLine) -> str:
    """Return a cost line as it stands in dotted names.

    >>> line_name(CostLine.IN_HOUSE_FOSTER)
    'in_house_foster'
    """
    return line.value.replace(" ", "_").replace("-", "_")


def default_prices(assumptions: Assumptions) -> list[dict[str, Value]]:
    """Return the default price list with the columns of the prices table, one row a line and need level.

    ``need_level`` is None in the row of a line that is for no level in particular.
    """
    rows = {row["name"]: row for row in assumptions.as_rows()}
    prices = [row for row in attribute("assumption").values() if _is_price(row)]
    return [_price(assumptions, row.name, rows[row.name]) for row in prices]


def _is_price(row: Attribute) -> bool:
    return row.name.startswith(_PREFIX) and row.name not in _NOT_PRICES


def _price(assumptions: Assumptions, name: str, row: dict[str, Value]) -> dict[str, Value]:
    slug, _, level = name.removeprefix(_PREFIX).partition(".level_")
    line = next(line for line in CostLine if line_name(line) == slug)
    return {
        "line": line.value,
        "need_level": int(level) if level else None,
        "weekly_pounds": assumptions.number(name),
        "price_base": assumptions.text("price.base"),
        "financial_year": assumptions.text("price.financial_year"),
        "uplift_percent": assumptions.number(f"uplift.{slug}"),
        "source": row["source"],
        "status": row["status"],
    }
