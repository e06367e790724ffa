"""Small made-up councils for the demand tests: children living by known rates, as the frames demand reads."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sufficiency.demand.days import dates, day_number
from sufficiency.demand.rates import Rates, Window
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.settings import SETTINGS

S, A = len(SETTINGS), len(AGE_BANDS)
FOSTERING, RESIDENTIAL, SUPPORTED = 1, 2, 3


@dataclass(frozen=True)
class Records:
    """What demand reads of the cleaned returns."""

    children: pd.DataFrame


def children(birth: dict[str, str | None], uasc: tuple[str, ...] = ()) -> Records:
    """Return records of children by birth date."""
    frame = pd.DataFrame({"child": list(birth), "birth_date": pd.to_datetime(pd.Series(list(birth.values())))})
    frame["birth_date"] = frame["birth_date"].astype("datetime64[s]")
    return Records(frame.assign(uasc=frame["child"].isin(uasc), sex="U", ethnicity=""))


def day(number: int) -> str:
    """Return a day number as text."""
    return str(dates(np.array([number]))[0])[:10]


def stays_frame(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return stays from (child, spell, start, end, setting number, ended by, next setting number)."""
    names = ["child", "spell", "start", "end", "setting", "ended_by", "next_setting"]
    frame = pd.DataFrame(rows, columns=names)
    frame["setting"] = [str(SETTINGS[number]) for number in frame["setting"]]
    frame["next_setting"] = ["" if row[6] is None else str(SETTINGS[row[6]]) for row in rows]
    for name in ("start", "end"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    frame["stay"] = frame.groupby("child").cumcount() + 1
    for name in ("home_postcode", "legal_status", "place"):
        frame[name] = ""
    return frame


def flat_rates(leave: float, move: float, entries: float = 0.0, entry_age: int = 10) -> Rates:
    """Return rates that are the same for every age and setting; moves and entries go to residential and fostering."""
    zeros = np.zeros
    enter, move_to = zeros((18, 2, S)), zeros((A, S, S))
    enter[entry_age, 0, FOSTERING] = entries
    move_to[:, :, RESIDENTIAL] = 1.0
    return Rates(
        SETTINGS, Window(date(2024, 4, 1), date(2025, 3, 31)), enter, np.full((A, S), leave), np.full((A, S), move),
        move_to, zeros((18, 2, S)), zeros((A, S)), zeros((A, S, S)), zeros((A, S)), 0,
    )  # fmt: skip


def live(
    generator: np.random.Generator, people: int, leave: float, move: float, years: int, first: date
) -> tuple[Records, pd.DataFrame]:
    """Simulate children entering evenly over some years and living by constant daily hazards, moves half and half."""
    day0 = day_number(first)
    rows: list[tuple[Any, ...]] = []
    births = day0 - generator.integers(0, 12 * 365, people)
    for number in range(people):
        start, setting = day0 + int(generator.integers(0, years * 365)), FOSTERING
        while True:
            to_leave, to_move = generator.geometric(leave), generator.geometric(move)
            end = start + int(min(to_leave, to_move))
            target = int(generator.choice([FOSTERING, RESIDENTIAL]))
            ended = "left" if to_leave <= to_move else "moved"
            rows.append((f"c{number:05d}", 1, start, end, setting, ended, target if ended == "moved" else None))
            if ended == "left":
                break
            start, setting = end, target
    frame = stays_frame(*((child, 1, day(begin), day(end), *rest) for child, _, begin, end, *rest in rows))
    return children({f"c{number:05d}": day(birth) for number, birth in enumerate(births)}), frame
