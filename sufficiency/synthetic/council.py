"""The synthetic council from end to end: people, homes, returns, capacity files, words."""

from pathlib import Path

import numpy as np

from sufficiency.geography.postcodes import PostcodeDirectory
from sufficiency.synthetic import targets
from sufficiency.synthetic.addresses import make_address_book
from sufficiency.synthetic.base_table import base_places
from sufficiency.synthetic.capacity import write_capacity
from sufficiency.synthetic.chance import age_on
from sufficiency.synthetic.characteristics import make_characters
from sufficiency.synthetic.documents import write_documents
from sufficiency.synthetic.episodes import make_episodes
from sufficiency.synthetic.people import Population
from sufficiency.synthetic.population import make_population
from sufficiency.synthetic.returns import Progress, write_returns
from sufficiency.synthetic.short_breaks import make_short_breaks
from sufficiency.synthetic.spend import spend_last_year
from sufficiency.synthetic.stays import Stays, make_stays
from sufficiency.synthetic.tables import make_tables
from sufficiency.synthetic.venues import Market, make_market


def make_council(
    folder: Path,
    *,
    seed: int = 2025,
    progress: Progress | None = None,
    directory: PostcodeDirectory | None = None,
) -> None:
    """Write the inputs of a council that does not exist: returns, carers, homes, contracts, prices, one scenario.

    The totals at 31 March 2025 are those published for Swindon, whatever the seed; everything else is drawn.

    Parameters
    ----------
    folder
        Where to write; made when it is not there. Files of the same name are replaced.
    seed
        The same seed writes the same bytes.
    progress
        Hears the stage, the steps done and all steps.
    directory
        Postcodes to draw addresses from; the installed directory when left out.
    """
    tell = progress or _silent
    rng = np.random.default_rng(seed)
    tell("inventing children", 0, 4)
    population = make_population(rng)
    made = make_stays(population, base_places(population, rng), rng)
    tell("finding addresses", 1, 4)
    families = [person.family for person in population.persons]
    book = make_address_book(families, directory or PostcodeDirectory(), rng)
    market = make_market(made, book, rng)
    tell("writing episodes", 2, 4)
    episodes = make_episodes(population, made, rng)
    characters = make_characters(population, rng)
    breaks = make_short_breaks(book, rng)
    tables = make_tables(population, characters, episodes, made, market, book, breaks, rng)
    data = folder / "data"
    write_returns(tables, data / "ssda903", progress)
    tell("writing carers, homes and prices", 3, 4)
    write_capacity(data, made, market, book, _ages(population, made, market), rng)
    write_documents(folder, seed, spend_last_year(made))
    tell("synthetic council ready", 4, 4)


def _ages(population: Population, made: Stays, market: Market) -> dict[int, list[int]]:
    """Return the ages on the base date of those living in each shared home, by identity of the home."""
    venue_at = {
        venue.address.postcode: id(venue) for venues in market.venues.values() for venue in venues if venue.listed
    }
    out: dict[int, list[int]] = {}
    for stay in made.stays:
        venue = venue_at.get(market.lodgings[stay.arrangement].address.postcode)
        if stay.end is None and venue is not None:
            person = population.persons[population.spells[stay.spell].person]
            out.setdefault(venue, []).append(age_on(person.birth, targets.BASE_DATE))
    return out


def _silent(stage: str, done: int, total: int) -> None:
    """Hear progress and say nothing."""
