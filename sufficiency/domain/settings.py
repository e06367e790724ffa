"""Settings (what kind of home), sectors (who provides it) and cost lines (how finance books it).

A setting is a kind of home, a place is capacity in one, a placement is the use of a place. The SSDA903 codes that map
to each setting change by collection year and live in :mod:`sufficiency.domain.codes`.
"""

from enum import StrEnum


class Setting(StrEnum):
    """What kind of home a child lives in."""

    KINSHIP = "kinship"
    FOSTERING = "fostering"
    RESIDENTIAL = "residential"
    SUPPORTED = "supported accommodation"
    SECURE = "secure"
    PARENTS = "parents"
    ADOPTION = "adoption"
    PARENT_AND_CHILD = "parent and child"
    OTHER = "other"
    UNREGISTERED = "unregistered"


class Sector(StrEnum):
    """Who provides the home."""

    OWN = "own"
    OTHER_PUBLIC = "other public"
    PRIVATE = "private"
    VOLUNTARY = "voluntary"
    FAMILY = "family"
    UNKNOWN = "unknown"


class CostLine(StrEnum):
    """The nine regional cost lines: the smallest set that finance can budget on."""

    KINSHIP = "kinship"
    IN_HOUSE_FOSTER = "in-house foster"
    IFA = "independent foster"
    OWN_HOME = "own home"
    EXTERNAL_HOME = "external home"
    SUPPORTED = "supported accommodation"
    SECURE = "secure"
    WITH_FAMILY = "with family"
    OTHER = "other"


SETTINGS: tuple[Setting, ...] = tuple(Setting)
"""Every setting, in the order tables show them."""

PLANNED_SETTINGS: tuple[Setting, ...] = (Setting.FOSTERING, Setting.RESIDENTIAL, Setting.SUPPORTED)
"""Settings the engine chooses between. The others follow law, courts or family, and are never moved by cost."""

SECTOR_OF_PROVIDER: dict[str, Sector] = {
    "PR0": Sector.FAMILY,
    "PR1": Sector.OWN,
    "PR2": Sector.OTHER_PUBLIC,
    "PR3": Sector.OTHER_PUBLIC,
    "PR4": Sector.PRIVATE,
    "PR5": Sector.VOLUNTARY,
}
"""Sector of each SSDA903 PLACE_PROVIDER code."""

_LINE_OF_SETTING: dict[Setting, CostLine] = {
    Setting.KINSHIP: CostLine.KINSHIP,
    Setting.SUPPORTED: CostLine.SUPPORTED,
    Setting.SECURE: CostLine.SECURE,
    Setting.PARENTS: CostLine.WITH_FAMILY,
    Setting.ADOPTION: CostLine.WITH_FAMILY,
    Setting.PARENT_AND_CHILD: CostLine.OTHER,
    Setting.OTHER: CostLine.OTHER,
    Setting.UNREGISTERED: CostLine.OTHER,
}


def cost_line(setting: Setting, sector: Sector) -> CostLine:
    """Cost line of a setting bought from a sector.

    Fostering by another public body is booked with in-house fostering, as the regional cost sets do.

    Source: cost lines of the regional demand model (``docs/sources.md``).
    """
    if setting is Setting.FOSTERING:
        return CostLine.IFA if sector in (Sector.PRIVATE, Sector.VOLUNTARY) else CostLine.IN_HOUSE_FOSTER
    if setting is Setting.RESIDENTIAL:
        return CostLine.OWN_HOME if sector is Sector.OWN else CostLine.EXTERNAL_HOME
    return _LINE_OF_SETTING[setting]
