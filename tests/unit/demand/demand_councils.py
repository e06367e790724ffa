"""Made-up councils whose rates are known, lived day by day: an independent check on everything that estimates them.

Nothing of the forecasting code is used to live: every child is asked every day whether it leaves, moves or comes of
age.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sufficiency.demand.ages import birthday, latest_birth
from sufficiency.demand.days import DAYS_A_MONTH, OPEN, dates, day_number
from sufficiency.demand.england import CARE_EDGES, LEAVE_PER_DAY, MOVE_PER_DAY, STAY_EDGES, leave_profile
from sufficiency.demand.history import History
from sufficiency.domain.needs import AGE_BAND_STARTS, AGE_BANDS
from sufficiency.domain.settings import SETTINGS
from tests.unit.demand.demand_worlds import Records

Floats = NDArray[np.float64]
A, C, P, S = len(AGE_BANDS), len(CARE_EDGES), len(STAY_EDGES), len(SETTINGS)
KINSHIP, FOSTERING, RESIDENTIAL, SUPPORTED, PARENTS = 0, 1, 2, 3, 5
USED = (KINSHIP, FOSTERING, RESIDENTIAL, SUPPORTED, PARENTS)
WARM_UP_YEARS = 6
SIZES = np.array([0.75, 0.18, 0.07])
"""Shares of sibling groups of one, two and three."""


@dataclass(frozen=True)
class KnownRates:
    """The truth about some councils, one each in the first axis."""

    leave: Floats
    move: Floats
    move_to: Floats
    groups_per_day: Floats
    entry_mix: Floats

    @property
    def children_per_month(self) -> Floats:
        """Children entering an average month by age in years and first setting (councils, 18, s)."""
        children = self.groups_per_day * DAYS_A_MONTH * (np.arange(1, 4) @ SIZES)
        mix: Floats = self.entry_mix.reshape(len(self.entry_mix), 18, S)
        return children.reshape(-1, 1, 1) * mix


def draw_truth(generator: np.random.Generator, councils: int, groups_per_year: float = 95.0) -> KnownRates:
    """Draw the rates of some councils around England's, differing by age, setting and time."""

    def factor(*shape: int, strength: float = 8.0) -> Floats:
        return generator.gamma(strength, 1 / strength, (councils, *shape))

    leave = LEAVE_PER_DAY * leave_profile()[:, None] * factor(1, 1, 1) * factor(A, 1, 1) * factor(1, 1, S)
    stay = np.array([2.0, 1.2, 0.8, 0.5])[:, None]
    move = MOVE_PER_DAY * stay * factor(1, 1, 1) * factor(A, 1, 1) * factor(1, 1, S)
    likely = np.zeros((A, S, S))
    for setting, weight in zip(USED, (2.0, 10.0, 4.0, 0.0, 1.0), strict=True):
        likely[:, :, setting] = weight
    likely[-1, :, SUPPORTED] = 6.0
    mix = np.zeros((18, S))
    mix[:, [KINSHIP, FOSTERING, RESIDENTIAL, PARENTS]] = np.array([0.15, 0.7, 0.07, 0.08]) / 18
    mix[16:, SUPPORTED] = 0.04
    return KnownRates(
        np.broadcast_to(leave, (councils, A, C, S)).copy(),
        np.broadcast_to(move, (councils, A, P, S)).copy(),
        _normal(generator.standard_gamma(np.broadcast_to(likely * 3, (councils, A, S, S)))),
        groups_per_year / 365 * factor(strength=20.0),
        _normal((mix * factor(18, S)).reshape(councils, -1)),
    )


def live_councils(truth: KnownRates, first: date, years: int, generator: np.random.Generator) -> list[History]:
    """Live some years of every council, after years enough to forget that it started empty."""
    first_day = day_number(first)
    last_day = first_day + round(years * 365.25) - 1
    people: dict[str, NDArray[np.int64]] = {name: np.empty(0, "int64") for name in _COLUMNS}
    log: list[dict[str, NDArray[np.int64]]] = []
    for today in range(first_day - round(WARM_UP_YEARS * 365.25), last_day + 1):
        people = _live_a_day(people, truth, today, generator, log)
    log.append(people | {"end": np.full(len(people["child"]), OPEN), "next": np.full(len(people["child"]), -1)})
    every = {name: np.concatenate([part[name] for part in log]) for name in (*_COLUMNS, "end", "next")}
    return [_history(every, council, first_day, last_day) for council in range(len(truth.leave))]


_COLUMNS = ("council", "child", "home", "birth", "adult", "care", "stay", "setting")


def _live_a_day(
    people: dict[str, NDArray[np.int64]],
    truth: KnownRates,
    today: int,
    generator: np.random.Generator,
    log: list[dict[str, NDArray[np.int64]]],
) -> dict[str, NDArray[np.int64]]:
    """Ask every child once, then let new ones in."""
    age = _reached(-people["birth"], -latest_birth(np.full(A - 1, today), np.array(AGE_BAND_STARTS[1:])))
    council, setting = people["council"], people["setting"]
    chance = generator.random((2, len(age)))
    leave = truth.leave[council, age, _reached(today - people["care"], np.array(CARE_EDGES[1:])), setting]
    move = truth.move[council, age, _reached(today - people["stay"], np.array(STAY_EDGES[1:])), setting]
    gone = (people["adult"] <= today) | (chance[0] < -np.expm1(-leave))
    moves = ~gone & (chance[1] < -np.expm1(-move))
    ladder = np.cumsum(truth.move_to[council[moves], age[moves], setting[moves]], axis=1)
    there = (ladder <= generator.random(len(ladder))[:, None]).sum(axis=1)
    ended = gone | moves
    following = np.full(len(age), -1)
    following[moves] = there
    log.append({name: values[ended] for name, values in people.items()} | {
        "end": np.full(int(ended.sum()), today), "next": following[ended]
    })  # fmt: skip
    people = {name: values.copy() for name, values in people.items()}
    people["setting"][moves], people["stay"][moves] = there, today
    new = _enter(truth, today, generator)
    return {name: np.concatenate([values[~gone], new[name]]) for name, values in people.items()}


def _enter(truth: KnownRates, today: int, generator: np.random.Generator) -> dict[str, NDArray[np.int64]]:
    """Let today's sibling groups in: one to three children each."""
    groups = generator.poisson(truth.groups_per_day)
    sizes = generator.choice([1, 2, 3], p=SIZES, size=groups.sum())
    council = np.repeat(np.repeat(np.arange(len(groups)), groups), sizes)
    ladder = np.cumsum(truth.entry_mix[council], axis=1)
    cell = (ladder[:, :-1] <= generator.random(len(ladder))[:, None]).sum(axis=1)
    age, setting = np.divmod(cell, S)
    low, high = latest_birth(np.full(len(age), today), age + 1) + 1, latest_birth(np.full(len(age), today), age)
    birth = low + (generator.random(len(age)) * (high - low + 1)).astype("int64")
    day = np.full(len(age), today)
    number = today * 1000 + np.arange(len(age))
    home = today * 1000 + np.repeat(np.arange(len(sizes)), sizes)
    return {
        "council": council, "child": number, "home": home, "birth": birth, "adult": birthday(birth, 18), "care": day,
        "stay": day, "setting": setting,
    }  # fmt: skip


def _history(every: dict[str, NDArray[np.int64]], council: int, first_day: int, last_day: int) -> History:
    """Return what the council's returns would hold: everybody in care on or after the first day."""
    left = pd.Series(every["end"]).where(every["next"] < 0).groupby(every["child"]).transform("max").to_numpy()
    rows = (every["council"] == council) & (left >= first_day)
    order = np.flatnonzero(rows)[np.lexsort((every["stay"][rows], every["child"][rows]))]
    child = pd.Series(every["child"][order].astype("str")).astype("str")
    end, following = every["end"][order], every["next"][order]
    names = np.array([str(setting) for setting in SETTINGS])
    open_ended = end == OPEN
    ended_by = np.where(open_ended, "open", np.where(following >= 0, "moved", "left"))
    stays = pd.DataFrame(
        {
            "child": child, "spell": 1, "start": dates(every["stay"][order]),
            "end": pd.Series(dates(np.where(open_ended, 0, end))).mask(open_ended),
            "setting": pd.Series(names[every["setting"][order]]).astype("str"),
            "ended_by": pd.Series(ended_by).astype("str"),
            "next_setting": pd.Series(np.where(following >= 0, names[following], "")).astype("str"),
        }
    )  # fmt: skip
    home = pd.Series(every["home"][order].astype("str")).astype("str")
    stays = stays.assign(home_postcode=home, legal_status="C2", place="U4")
    unique = np.unique(every["child"][order], return_index=True)[1]
    children = pd.DataFrame(
        {"child": child.to_numpy()[unique], "birth_date": dates(every["birth"][order][unique]), "uasc": False}
    ).astype({"child": "str"})
    first, last = (pd.Timestamp(dates(np.array([day]))[0]).date() for day in (first_day, last_day))
    return History(Records(children.assign(sex="U", ethnicity="")), stays, first, last)


def _reached(value: NDArray[np.int64], limits: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.sum([value >= limit for limit in limits], axis=0).astype("int64")


def _normal(weights: Floats) -> Floats:
    total: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return total
