import numpy as np
import pytest
from geopy.distance import geodesic

from sufficiency.geography import miles_matrix, statutory_miles
from sufficiency.geography.geopy_face import OfflineGeocoder, RoadEstimate, StatutoryDistance
from sufficiency.geography.grid import airy_from_grid, grid_from_airy, grid_to_lat_lon, lat_lon_to_grid


def test_three_four_five_thousand_metres_is_three_point_one_miles():
    """5,000 metres / 1000 / 1.6093 = 3.1069, which is 3.1 to one decimal."""
    assert statutory_miles(400000, 200000, 403000, 204000) == 3.1


def test_the_guidance_factor_is_used_and_not_the_true_mile():
    """At 804.57 km the two factors fall on different tenths: 499.950 with 1.6093, 499.937 with 1.609344."""
    assert statutory_miles(0.0, 0.0, 804_570.0, 0.0) == 500.0
    assert np.round(804_570.0 / 1609.344, 1) == 499.9


def test_a_missing_coordinate_gives_a_missing_distance():
    """Not known is never nought."""
    found = statutory_miles(np.array([1.0, np.nan]), np.array([1.0, 1.0]), 1.0, np.array([1.0, 1.0]))
    assert found[0] == 0.0
    assert np.isnan(found[1])


def test_the_matrix_holds_every_pair():
    """The matrix is the pairwise distance, with NaN where a point is missing."""
    a = np.array([[0.0, 0.0], [np.nan, 5.0]])
    b = np.array([[3000.0, 4000.0], [0.0, 0.0], [0.0, 32186.0]])
    found = miles_matrix(a, b)
    assert found[0].tolist() == [3.1, 0.0, 20.0]
    assert np.isnan(found[1]).all()


def test_the_projection_gives_the_ordnance_survey_worked_example():
    """OS guide annex C: 52°39′27.2531″N 1°43′4.5177″E is E 651409.903 N 313177.270, and back."""
    lat, lon = 52 + 39 / 60 + 27.2531 / 3600, 1 + 43 / 60 + 4.5177 / 3600
    east, north = grid_from_airy(np.array(lat), np.array(lon))
    assert east == pytest.approx(651409.903, abs=0.001)
    assert north == pytest.approx(313177.270, abs=0.001)
    back = airy_from_grid(np.array(651409.903), np.array(313177.270))
    assert back[0] == pytest.approx(lat, abs=1e-8)
    assert back[1] == pytest.approx(lon, abs=1e-8)


def test_the_shift_agrees_with_a_published_point_within_metres():
    """OSTN15 test point TP01, Isles of Scilly: the seven-parameter shift is within six metres of it."""
    east, north = lat_lon_to_grid(49.92226393730, -6.29977752014)
    assert np.hypot(east - 91492.146, north - 11318.804) < 6


def test_grid_and_latitude_longitude_go_round():
    """There and back is the same point to a centimetre, all over Great Britain; a missing point stays missing."""
    east, north = np.meshgrid(np.arange(100e3, 650e3, 50e3), np.arange(50e3, 1200e3, 50e3))
    back = lat_lon_to_grid(*grid_to_lat_lon(east.ravel(), north.ravel()))
    np.testing.assert_allclose(back[0], east.ravel(), atol=0.05)
    np.testing.assert_allclose(back[1], north.ravel(), atol=0.05)
    assert np.isnan(grid_to_lat_lon(np.array([np.nan]), np.array([1.0]))[0]).all()


def test_the_geopy_distance_is_the_statutory_one():
    """Between two points given as latitude and longitude, miles are statutory and kilometres near the geodesic."""
    lat, lon = grid_to_lat_lon(np.array([415000.0, 445000.0]), np.array([184000.0, 224000.0]))
    a, b = (lat[0], lon[0]), (lat[1], lon[1])
    assert StatutoryDistance(a, b).miles == statutory_miles(415000.0, 184000.0, 445000.0, 224000.0)
    assert StatutoryDistance(a, b).km == pytest.approx(geodesic(a, b).km, rel=0.0005)


def test_a_road_estimate_is_the_line_times_the_stated_factor():
    """The factor multiplies the line and is refused outside its range."""
    a, b = (51.5, -1.8), (51.6, -1.6)
    assert RoadEstimate(a, b).km == pytest.approx(1.3 * StatutoryDistance(a, b).km)
    assert RoadEstimate(a, b, road_factor=1.2).km == pytest.approx(1.2 * StatutoryDistance(a, b).km)
    with pytest.raises(ValueError, match="outside"):
        RoadEstimate(a, b, road_factor=1.0)


def test_the_geocoder_answers_offline_with_authority_and_precision(directory):
    """A postcode becomes a geopy Location whose raw part says how well it is known; nowhere is None."""
    geocoder = OfflineGeocoder(directory)
    place = geocoder.geocode("SN1 2JG")
    assert place.latitude == pytest.approx(51.56, abs=0.01)
    assert place.longitude == pytest.approx(-1.78, abs=0.01)
    assert place.raw["authority_name"] == "Swindon"
    assert place.raw["precision"] == "postcode"
    assert geocoder.geocode("SN1", exactly_one=False)[0].raw["precision"] == "district"
    assert geocoder.geocode("nowhere") is None
