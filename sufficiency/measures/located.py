"""From care records to a history whose stays have a distance and a locality."""

import pandas as pd

from sufficiency.domain.periods import FinancialYear
from sufficiency.geography.adjacency import locality
from sufficiency.geography.distance import statutory_miles
from sufficiency.geography.postcodes import PostcodeDirectory
from sufficiency.ingest.ssda903.records import CareRecords
from sufficiency.measures.history import CareHistory


def care_history(
    records: CareRecords, stays: pd.DataFrame, spells: pd.DataFrame, directory: PostcodeDirectory, authority: str
) -> CareHistory:
    """Return the history of one council, each stay with its statutory miles and locality.

    The records speak of the days from 1 April of the first return to ``records.data_end``. A postcode known only by
    its sector or district gives an approximate distance; one that is not known at all gives none.

    Parameters
    ----------
    authority
        Code of the responsible authority, seen from which a placement is in area, neighbouring or distant.
    """
    home = directory.locate(stays["home_postcode"].to_numpy())
    placement = directory.locate(stays["placement_postcode"].to_numpy())
    return CareHistory(
        stays=stays,
        spells=spells,
        children=records.children,
        miles=statutory_miles(home.easting, home.northing, placement.easting, placement.northing),
        locality=locality(authority, placement.authority),
        first_day=FinancialYear(int(records.returns["return_year"].min()) - 1).first_day,
        last_day=records.data_end,
    )
