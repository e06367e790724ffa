"""Figures DfE publishes, read from files on the user's disk; nothing is fetched.

:func:`reading.read_published` reads the underlying files of *Children looked after in England including adoption*, any
year's layout; :func:`neighbours.read_neighbours` reads DfE's list of statistical neighbours, or names given by hand.
"""

from sufficiency.ingest.dfe.neighbours import read_neighbours
from sufficiency.ingest.dfe.reading import PublishedFiles, read_published

__all__ = ["PublishedFiles", "read_neighbours", "read_published"]
