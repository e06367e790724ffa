"""Where every child lived, home by home: the lives that the frames of a plan are sums of, and what the audit reads."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.matching.sampled.children import Children
from sufficiency.matching.sampled.month import Lived

IntArray = NDArray[np.int64]
Mask = NDArray[np.bool_]

CAUSES = ("base date", "entered", "moved", "displaced", "waiting", "reviewed", "left", "aged out", "open")
"""How a stay began, and what ended it."""

BASE, ENTERED, MOVED, DISPLACED, WAITING, REVIEWED, LEFT, AGED_OUT, OPEN = range(len(CAUSES))


@dataclass
class StaysRecord:
    """Gathers where children come to live, and when they leave care."""

    begun: list[pd.DataFrame] = field(default_factory=list)
    ended: list[pd.DataFrame] = field(default_factory=list)

    def start(self, children: Children) -> None:
        """Keep the stays of the base date."""
        everybody = np.ones(len(children), dtype=bool)
        self._begin(children, everybody, 0, np.full(len(children), BASE))

    def add(self, lived: Lived) -> None:
        """Keep what began and ended in a month."""
        cause = np.select(
            [lived.fresh, lived.moved, lived.displaced, lived.waiting], [ENTERED, MOVED, DISPLACED, WAITING], REVIEWED
        )
        changed = lived.asked & ((cause != REVIEWED) | (lived.before.place != lived.after.place))
        self._begin(lived.after, changed, lived.step, cause)
        for rows, reason in ((lived.gone, LEFT), (lived.aged_out, AGED_OUT)):
            self.ended.append(
                pd.DataFrame({"child": lived.after.people.number[rows], "ended": lived.step, "reason": reason})
            )

    def frame(self, months: int) -> pd.DataFrame:
        """Return the stays, child by child in order."""
        rows = pd.concat(self.begun, ignore_index=True).sort_values(["replication", "child", "began"])
        rows = rows.merge(pd.concat(self.ended, ignore_index=True), on="child", how="left", validate="many_to_one")
        last = np.append(rows["child"].to_numpy()[1:] != rows["child"].to_numpy()[:-1], True)
        following, cause = np.roll(rows["began"].to_numpy(), -1), np.roll(rows["cause"].to_numpy(), -1)
        ended = np.where(last, rows["ended"].fillna(months + 1).to_numpy(), following)
        reason = np.where(last, rows["reason"].fillna(OPEN).to_numpy(), cause)
        words = pd.CategoricalDtype(list(CAUSES))
        return rows.assign(
            ended=ended.astype(np.int64),
            cause=pd.Categorical.from_codes(rows["cause"].to_numpy(), dtype=words),
            reason=pd.Categorical.from_codes(reason.astype(np.int64), dtype=words),
        )

    def _begin(self, children: Children, rows: Mask, step: int, cause: IntArray) -> None:
        people = children.people
        self.begun.append(
            pd.DataFrame(
                {
                    "replication": people.replication[rows].astype(np.int64),
                    "child": people.number[rows],
                    "group": people.group[rows],
                    "profile": children.profile[rows],
                    "place": children.place[rows],
                    "began": step,
                    "cause": cause[rows],
                }
            )
        )
