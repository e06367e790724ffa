"""What one replication of the sampled face lived through, stay by stay: children a plan can be tried on."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.days import dates
from sufficiency.demand.people import People
from sufficiency.domain.settings import SETTINGS

Rows = NDArray[np.bool_] | NDArray[np.int64]
Ints = NDArray[np.int32]

COLUMNS = ("number", "setting", "start", "end", "next")


class Trace:
    """Gathers stays as they end, and the children as they come."""

    def __init__(self) -> None:
        self.stays: list[dict[str, NDArray[np.int32]]] = []
        self.people: list[People] = []

    def come(self, people: People) -> None:
        """Note children in care on the base date, or entering."""
        self.people.append(people)

    def end(self, people: People, rows: Rows, day: Ints, following: Ints | None = None) -> None:
        """Note that stays end on a day, by leaving care or by a move to the setting that follows."""
        number = people.number[rows]
        after = np.full(len(number), -1, dtype="int32") if following is None else following
        columns = (number, people.setting[rows], people.stay_from[rows], day, after)
        self.stays.append(dict(zip(COLUMNS, columns, strict=True)))

    def frame(self, left: People) -> pd.DataFrame:
        """Return the stays, one row each, those of children still in care open.

        Columns: ``number`` (of the child), ``sibling_group`` (-1 for children in care on the base date), ``uasc``,
        ``birth_date``, ``care_from``, ``start``, ``end``, ``setting``, ``ended_by`` ("open", "left", "moved"),
        ``next_setting``. Stays of no length are left out.
        """
        nothing = np.full(len(left), np.iinfo("int32").max, dtype="int32")
        self.end(left, np.ones(len(left), dtype=bool), nothing)
        stays = pd.DataFrame({name: np.concatenate([part[name] for part in self.stays]) for name in COLUMNS})
        people = pd.DataFrame(
            {
                name: np.concatenate([getattr(part, name) for part in self.people])
                for name in ("number", "group", "uasc", "birth", "care_from")
            }
        )
        rows = stays[stays["end"] > stays["start"]].merge(people, on="number", validate="many_to_one")
        rows = rows.sort_values(["number", "start"], ignore_index=True)
        names = np.array([*(str(setting) for setting in SETTINGS), ""])
        is_open = rows["end"] == np.iinfo("int32").max
        ended_by = np.where(is_open, "open", np.where(rows["next"] >= 0, "moved", "left"))
        return pd.DataFrame(
            {
                "number": rows["number"],
                "sibling_group": rows["group"],
                "uasc": rows["uasc"].astype(bool),
                "birth_date": _dates(rows["birth"]),
                "care_from": _dates(rows["care_from"]),
                "start": _dates(rows["start"]),
                "end": _dates(rows["end"].where(~is_open, 0)).mask(is_open),
                "setting": names[rows["setting"]],
                "ended_by": ended_by,
                "next_setting": names[rows["next"]],
            }
        ).astype({"setting": "str", "ended_by": "str", "next_setting": "str"})


def _dates(column: pd.Series) -> pd.Series:
    """Return day numbers as a column of dates."""
    return pd.Series(dates(column.to_numpy().astype("int64")), index=column.index)
