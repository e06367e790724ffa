"""Children of the sampled face as columns: one entry a child in one replication."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sufficiency.demand.ages import birthday
from sufficiency.demand.start import Start
from sufficiency.domain.needs import ADULT_AGE

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class People:
    """Children in care in every replication; days are numbers since 1970-01-01.

    Attributes
    ----------
    replication
        Which replication the child lives in.
    number
        Number of the child, unique in all; those in care on the base date come first.
    group
        Sibling group of an entrant, unique in all; -1 for those in care on the base date.
    uasc
        1 for unaccompanied children, 0 for others.
    birth, adult
        When born, and when eighteen.
    care_from, stay_from
        When the child came into care, and into the placement.
    setting
        Index of the setting.
    """

    replication: Ints
    number: Ints
    group: Ints
    uasc: Ints
    birth: Ints
    adult: Ints
    care_from: Ints
    stay_from: Ints
    setting: Ints

    def __len__(self) -> int:
        return len(self.birth)

    def take(self, rows: NDArray[np.bool_]) -> "People":
        """Return some of the children."""
        return People(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def join(cls, first: "People", second: "People") -> "People":
        """Return the children of one after those of another."""
        pairs = ((getattr(first, field.name), getattr(second, field.name)) for field in fields(cls))
        return cls(*(np.concatenate(pair) for pair in pairs))


def counted_anew(people: People, doubt: float, replications: int, generator: np.random.Generator) -> People:
    """Return the children in care as a later return may count them: some left out, some twice, in each replication.

    Parameters
    ----------
    people
        The children counted, in every replication.
    doubt
        Standard deviation of the log of the count put right over the count.
    replications, generator
        How many replications there are, and the source of chance.
    """
    ratio = np.exp(generator.standard_normal(replications) * doubt - doubt**2 / 2)[people.replication]
    times = (generator.random(len(people)) < ratio).astype("int64")
    times += generator.random(len(people)) < ratio - 1
    rows = np.repeat(np.arange(len(people)), times)
    columns = {field.name: getattr(people, field.name)[rows] for field in fields(people)}
    return People(**columns | {"number": np.arange(len(rows), dtype="int32")})


def people_in_care(start: Start, replications: int) -> People:
    """Return the children in care on the base date, once in every replication."""
    count = len(start)
    rows = np.tile(np.arange(count), replications)
    columns = (
        start.uasc,
        start.birth,
        birthday(start.birth, ADULT_AGE),
        start.care_from,
        start.stay_from,
        start.setting,
    )
    return People(
        np.repeat(np.arange(replications, dtype="int32"), count),
        np.arange(count * replications, dtype="int32"),
        np.full(count * replications, -1, dtype="int32"),
        *(column.astype("int32")[rows] for column in columns),
    )
