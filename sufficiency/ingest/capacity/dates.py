"""Days in any usual way of writing them, whole columns at a time."""

import numpy as np
import pandas as pd

from sufficiency.ingest.capacity.sheets import Mask

_TIME_OF_DAY = r"[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|\+00:00)?$"
_WAYS = (
    (r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}", "%d/%m/%Y"),
    (r"[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}", "%Y/%m/%d"),
    (r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}", "%d/%m/%y"),
    (r"(?:19|20)[0-9]{6}", "%Y%m%d"),
    (r"[0-9]{1,2}/[A-Za-z]{3}/[0-9]{4}", "%d/%b/%Y"),
    (r"[0-9]{1,2}/[A-Za-z]{4,9}/[0-9]{4}", "%d/%B/%Y"),
    (r"[0-9]{1,2}/[A-Za-z]{3}/[0-9]{2}", "%d/%b/%y"),
)
_SERIAL = r"([2-7][0-9]{4})(?:\.[0-9]+)?"
_SERIAL_ORIGIN = pd.Timestamp("1899-12-30")


def read_dates(text: pd.Series) -> tuple[pd.Series, Mask]:
    """Read a column of text as days.

    Day comes before month, as written in England; ISO dates, month names, two-digit years and spreadsheet day numbers
    are read too.

    Returns
    -------
    tuple
        Days (NaT where none can be read), and where a spreadsheet day number stood.
    """
    plain = text.str.replace(_TIME_OF_DAY, "", regex=True).str.strip().str.replace(r"[\s.,\-]+", "/", regex=True)
    days = pd.Series(pd.NaT, index=text.index, dtype="datetime64[s]")
    for pattern, way in _WAYS:
        fits = plain.str.fullmatch(pattern).fillna(False)
        if fits.any():
            days = days.mask(fits, pd.to_datetime(plain.where(fits), format=way, errors="coerce").astype(days.dtype))
    number = pd.to_numeric(text.str.extract(f"^(?:{_SERIAL})$")[0], errors="coerce")
    serial: Mask = (number.notna() & days.isna()).to_numpy(dtype=bool)
    counted = _SERIAL_ORIGIN + pd.to_timedelta(number.where(serial), unit="D")
    return days.mask(serial, counted.astype(days.dtype)), np.asarray(serial)
