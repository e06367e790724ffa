"""The same distances and places in geopy's clothes, for people who work in latitude and longitude."""

from typing import Any

from geopy.distance import Distance
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from sufficiency.geography.authority import authority_names
from sufficiency.geography.distance import statutory_miles
from sufficiency.geography.grid import grid_to_lat_lon, lat_lon_to_grid
from sufficiency.geography.postcodes import NONE, PostcodeDirectory

ROAD_FACTOR = 1.3
"""Road miles for each straight mile: an assumption (theory for towns says about 1.2), never a statutory figure."""

ROAD_FACTOR_RANGE = (1.2, 1.4)
"""Range within which :data:`ROAD_FACTOR` may be set. An assumption."""


def _grid_kilometres(a: Any, b: Any) -> float:
    first, second = Point(a), Point(b)
    east, north = lat_lon_to_grid([first.latitude, second.latitude], [first.longitude, second.longitude])
    return float(((east[0] - east[1]) ** 2 + (north[0] - north[1]) ** 2) ** 0.5 / 1000)


class StatutoryDistance(Distance):  # type: ignore[misc]  # geopy has no types
    """Straight line on the national grid between two points in latitude and longitude.

    ``.km`` is the line itself; ``.miles`` is the statutory figure: kilometres / 1.6093, one decimal.
    """

    def measure(self, a: Any, b: Any) -> float:
        """Return kilometres on the grid between two points."""
        return _grid_kilometres(a, b)

    @property
    def miles(self) -> float:
        """Statutory miles, one decimal."""
        return float(statutory_miles(0.0, 0.0, self.kilometers * 1000, 0.0))


class RoadEstimate(Distance):  # type: ignore[misc]  # geopy has no types
    """Estimated road distance: the straight line times a stated factor. Never mixed with the statutory measure.

    Parameters
    ----------
    road_factor
        Road miles for each straight mile, 1.2 to 1.4. Worst along coasts and estuaries.

    Raises
    ------
    ValueError
        When the factor is outside its range.
    """

    def __init__(self, *args: Any, road_factor: float = ROAD_FACTOR, **kwargs: Any) -> None:
        low, high = ROAD_FACTOR_RANGE
        if not low <= road_factor <= high:
            raise ValueError(f"road factor {road_factor} is outside {low} to {high}")
        self.road_factor = road_factor
        super().__init__(*args, **kwargs)

    def measure(self, a: Any, b: Any) -> float:
        """Return estimated road kilometres between two points."""
        return _grid_kilometres(a, b) * self.road_factor


class OfflineGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no types
    """Postcode to latitude and longitude without a network.

    Parameters
    ----------
    directory
        Where postcodes are looked up.
    """

    def __init__(self, directory: PostcodeDirectory) -> None:
        super().__init__(user_agent="sufficiency (offline)")
        self._directory = directory

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Location | list[Location] | None:
        """Return the place of a postcode, sector or district; None when it has no point.

        ``raw`` carries ``authority``, ``authority_name``, ``precision``, ``easting`` and ``northing``.

        Parameters
        ----------
        query
            A postcode, sector or district in any spacing and case.
        exactly_one
            A single place rather than a list of one.
        timeout
            Taken for likeness with other geocoders; nothing here waits.
        """
        found = self._directory.locate([query])
        if found.precision[0] == NONE:
            return None
        latitude, longitude = grid_to_lat_lon(found.easting, found.northing)
        raw = {
            "authority": str(found.authority[0]),
            "authority_name": authority_names().get(str(found.authority[0]), ""),
            "precision": str(found.precision[0]),
            "easting": float(found.easting[0]),
            "northing": float(found.northing[0]),
        }
        place = Location(query, (float(latitude[0]), float(longitude[0]), 0.0), raw)
        return place if exactly_one else [place]
