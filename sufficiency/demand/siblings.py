"""Sibling groups: children who came into care from the same home on the same day, taken together.

SSDA903 has no link between siblings; the same home postcode and the same start of a spell is the nearest sign of one.
Children linked in any spell are one group (connected components), so a third who joins one of them later belongs too.
"""

import networkx as nx
import numpy as np
import pandas as pd


def sibling_groups(stays: pd.DataFrame) -> pd.DataFrame:
    """Return ``child`` and ``sibling_group``, a number from 0 shared by children taken to be siblings.

    Every child has a group, alone where nothing links it to another. Children without a home postcode are alone.
    """
    starts = stays.drop_duplicates(["child", "spell"])
    starts = starts[starts["home_postcode"] != ""]
    household = starts.groupby(["home_postcode", "start"], sort=False).ngroup().to_numpy()
    graph: nx.Graph[object] = nx.Graph()
    graph.add_nodes_from(stays["child"])
    graph.add_edges_from(zip(starts["child"], (("household", number) for number in household), strict=True))
    groups = [sorted(str(node) for node in part if isinstance(node, str)) for part in nx.connected_components(graph)]
    groups.sort()
    frame = pd.DataFrame(
        {
            "child": [child for group in groups for child in group],
            "sibling_group": np.repeat(np.arange(len(groups)), [len(group) for group in groups]),
        }
    ).astype({"child": "str", "sibling_group": "int64"})
    return frame.sort_values("child", ignore_index=True)
