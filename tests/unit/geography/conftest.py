import pytest

from sufficiency.geography.postcodes import PostcodeDirectory


@pytest.fixture(scope="session")
def directory():
    """One directory for the area's tests, so that each letter is read once."""
    return PostcodeDirectory()
