"""Where places are: postcodes, authorities, adjoining areas and the statutory distance, all offline."""

from sufficiency.geography.adjacency import Locality, adjacency_graph, locality, neighbours
from sufficiency.geography.authority import Authority, authorities, authority_names, upper_tier
from sufficiency.geography.distance import KILOMETRES_PER_MILE, STATUTORY_MILES, miles_matrix, statutory_miles
from sufficiency.geography.findings import postcode_findings
from sufficiency.geography.postcodes import ATTRIBUTION, Located, PostcodeDirectory, PostcodeTable

__all__ = [
    "ATTRIBUTION",
    "KILOMETRES_PER_MILE",
    "STATUTORY_MILES",
    "Authority",
    "Locality",
    "Located",
    "PostcodeDirectory",
    "PostcodeTable",
    "adjacency_graph",
    "authorities",
    "authority_names",
    "locality",
    "miles_matrix",
    "neighbours",
    "postcode_findings",
    "statutory_miles",
    "upper_tier",
]
