"""National grid to latitude and longitude and back: a transverse Mercator series and a Helmert shift.

Good to about five metres over Great Britain, which is enough for pictures and for points that users bring as latitude
and longitude. Distances never pass through here: they are measured on the grid itself.

Source: Ordnance Survey, A guide to coordinate systems in Great Britain, annexes A to C.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class _Ellipsoid(NamedTuple):
    major: float
    minor: float

    @property
    def eccentricity_squared(self) -> float:
        return 1 - self.minor**2 / self.major**2


_AIRY = _Ellipsoid(6_377_563.396, 6_356_256.909)
_WGS84 = _Ellipsoid(6_378_137.0, 6_356_752.3142)

_SCALE, _EAST_0, _NORTH_0 = 0.9996012717, 400_000.0, -100_000.0
_LAT_0, _LON_0 = np.radians(49.0), np.radians(-2.0)

_SHIFT = np.array([-446.448, 125.157, -542.060])
_TURN = np.radians(np.array([-0.1502, -0.2470, -0.8421]) / 3600)
_STRETCH = 20.4894e-6
_TOLERANCE_METRES = 1e-5


def grid_to_lat_lon(easting: Any, northing: Any) -> tuple[Array, Array]:
    """Return WGS84 latitude and longitude in degrees of national grid points in metres."""
    lat, lon = airy_from_grid(np.asarray(easting, dtype=float), np.asarray(northing, dtype=float))
    return _shift(lat, lon, _AIRY, _WGS84, backwards=True)


def lat_lon_to_grid(latitude: Any, longitude: Any) -> tuple[Array, Array]:
    """Return national grid easting and northing in metres of WGS84 latitudes and longitudes in degrees."""
    lat, lon = np.asarray(latitude, dtype=float), np.asarray(longitude, dtype=float)
    return grid_from_airy(*_shift(lat, lon, _WGS84, _AIRY, backwards=False))


def grid_from_airy(latitude: Array, longitude: Array) -> tuple[Array, Array]:
    """Return the grid point of a latitude and longitude on the Airy 1830 ellipsoid, in degrees (OS annex C.1)."""
    lat, lon = np.radians(latitude), np.radians(longitude) - _LON_0
    nu, rho, eta2 = _radii(lat)
    sin, cos, tan = np.sin(lat), np.cos(lat), np.tan(lat)
    north_2 = nu / 2 * sin * cos
    north_4 = nu / 24 * sin * cos**3 * (5 - tan**2 + 9 * eta2)
    north_6 = nu / 720 * sin * cos**5 * (61 - 58 * tan**2 + tan**4)
    east_1 = nu * cos
    east_3 = nu / 6 * cos**3 * (nu / rho - tan**2)
    east_5 = nu / 120 * cos**5 * (5 - 18 * tan**2 + tan**4 + 14 * eta2 - 58 * tan**2 * eta2)
    northing = _meridian(lat) + _NORTH_0 + north_2 * lon**2 + north_4 * lon**4 + north_6 * lon**6
    return _EAST_0 + east_1 * lon + east_3 * lon**3 + east_5 * lon**5, northing


def airy_from_grid(easting: Array, northing: Array) -> tuple[Array, Array]:
    """Return latitude and longitude on the Airy 1830 ellipsoid, in degrees, of a grid point (OS annex C.2)."""
    lat = _foot(northing)
    east = easting - _EAST_0
    nu, rho, eta2 = _radii(lat)
    tan, sec = np.tan(lat), 1 / np.cos(lat)
    lat_2 = tan / (2 * rho * nu)
    lat_4 = tan / (24 * rho * nu**3) * (5 + 3 * tan**2 + eta2 - 9 * tan**2 * eta2)
    lat_6 = tan / (720 * rho * nu**5) * (61 + 90 * tan**2 + 45 * tan**4)
    lon_1 = sec / nu
    lon_3 = sec / (6 * nu**3) * (nu / rho + 2 * tan**2)
    lon_5 = sec / (120 * nu**5) * (5 + 28 * tan**2 + 24 * tan**4)
    lon_7 = sec / (5040 * nu**7) * (61 + 662 * tan**2 + 1320 * tan**4 + 720 * tan**6)
    latitude = lat - lat_2 * east**2 + lat_4 * east**4 - lat_6 * east**6
    longitude = _LON_0 + lon_1 * east - lon_3 * east**3 + lon_5 * east**5 - lon_7 * east**7
    return np.degrees(latitude), np.degrees(longitude)


def _radii(lat: Array) -> tuple[Array, Array, Array]:
    """Return the transverse and meridional radii of curvature and eta squared."""
    e2 = _AIRY.eccentricity_squared
    root = 1 - e2 * np.sin(lat) ** 2
    nu = _AIRY.major * _SCALE / np.sqrt(root)
    rho = _AIRY.major * _SCALE * (1 - e2) / root**1.5
    return nu, rho, nu / rho - 1


def _meridian(lat: Array) -> Array:
    """Return the length of the meridian from the true origin to a latitude."""
    n = (_AIRY.major - _AIRY.minor) / (_AIRY.major + _AIRY.minor)
    less, more = lat - _LAT_0, lat + _LAT_0
    terms = (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * np.sin(less) * np.cos(more)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * np.sin(2 * less) * np.cos(2 * more)
        - 35 / 24 * n**3 * np.sin(3 * less) * np.cos(3 * more)
    )
    return np.asarray(_AIRY.minor * _SCALE * terms)


def _foot(northing: Array) -> Array:
    """Return the latitude whose meridian length is the northing, by repeated correction."""
    lat = np.asarray((northing - _NORTH_0) / (_AIRY.major * _SCALE) + _LAT_0)
    for _ in range(20):
        left = northing - _NORTH_0 - _meridian(lat)
        if np.all(np.isnan(left) | (np.abs(left) < _TOLERANCE_METRES)):
            break
        lat = lat + left / (_AIRY.major * _SCALE)
    return lat


def _shift(lat: Array, lon: Array, start: _Ellipsoid, end: _Ellipsoid, *, backwards: bool) -> tuple[Array, Array]:
    """Move between WGS84 and OSGB36 by the seven-parameter Helmert transformation at height nought."""
    cartesian = _to_cartesian(np.radians(lat), np.radians(lon), start)
    x, y, z = _TURN
    turn = np.array([[1 + _STRETCH, -z, y], [z, 1 + _STRETCH, -x], [-y, x, 1 + _STRETCH]])
    if backwards:
        turn, shift = np.linalg.inv(turn), -np.linalg.inv(turn) @ _SHIFT
    else:
        shift = _SHIFT
    moved = np.einsum("ij,j...->i...", turn, cartesian) + shift.reshape(3, *([1] * (cartesian.ndim - 1)))
    return _from_cartesian(moved, end)


def _to_cartesian(lat: Array, lon: Array, ellipsoid: _Ellipsoid) -> Array:
    nu = ellipsoid.major / np.sqrt(1 - ellipsoid.eccentricity_squared * np.sin(lat) ** 2)
    flat = (1 - ellipsoid.eccentricity_squared) * nu * np.sin(lat)
    return np.stack([nu * np.cos(lat) * np.cos(lon), nu * np.cos(lat) * np.sin(lon), flat])


def _from_cartesian(point: Array, ellipsoid: _Ellipsoid) -> tuple[Array, Array]:
    """Return latitude and longitude in degrees; five rounds settle the latitude to well under a millimetre."""
    e2 = ellipsoid.eccentricity_squared
    x, y, z = point
    radius = np.hypot(x, y)
    lat = np.arctan2(z, radius * (1 - e2))
    for _ in range(5):
        nu = ellipsoid.major / np.sqrt(1 - e2 * np.sin(lat) ** 2)
        lat = np.arctan2(z + e2 * nu * np.sin(lat), radius)
    return np.degrees(lat), np.degrees(np.arctan2(y, x))
