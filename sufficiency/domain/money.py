"""Money is whole pence until it is shown. Prices are pence a week; spend is days x weekly price / 7."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class PriceBase(StrEnum):
    """What a price covers. The two are never added or compared in one table without a label."""

    PLACEMENT = "placement only"
    FULL = "full S251"


def pence(pounds: Decimal | str | int | float) -> int:
    """Return pounds as whole pence, halves rounded away from zero (``pence("0.125") == 13``)."""
    return int((Decimal(str(pounds)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def pounds_text(value_pence: int) -> str:
    """Write pence as pounds for people: ``£1,234.50``, or ``£1,234`` when there are no odd pence."""
    sign = "-" if value_pence < 0 else ""
    whole, odd = divmod(abs(value_pence), 100)
    return f"{sign}£{whole:,}" + (f".{odd:02d}" if odd else "")
