"""The inner loop of the smoothed bound, compiled: soft minima over the columns and partitions of family after family.

numpy does the same in a dozen passes over all columns; here a family's columns are gone over while they are in the
processor's nearest cache. See :mod:`solvers.allocation.dual` for the formulas. Importing this takes half a second: only
what needs it should.

Costs are in double precision; how much dearer than the best, and what weight that gives, in single: a weight is then
right to seven digits, and what rounding leaves in the slope is far below the rise at which a climb ends.
"""

from collections.abc import Callable
from math import factorial, log
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from solvers.allocation.arrays import Integers

Reals = NDArray[np.float64]
Singles = NDArray[np.float32]
Function = TypeVar("Function", bound=Callable[..., object])

LIBERTIES = {"reassoc", "contract", "nsz", "arcp", "nnan"}
"""What the compiler may assume of real numbers: that sums may be reordered, that nothing is undefined."""

LOWEST = -50.0
"""Least power of two that a weight is taken for: next to nothing."""

NOTHING = 1e-15
"""Share of a subset that is not worth handing on. Products of ever smaller numbers would be slow too."""

LOG2E = 1 / log(2)
HALF = np.float32(0.5)
A0, A1, A2, A3, A4, A5, A6 = (np.float32(log(2) ** k / factorial(k)) for k in range(7))
"""Series of ``2 ** x``, right to single precision for x from -1/2 to 1/2."""

BIAS, MANTISSA = np.int32(127), np.int32(23)
"""A single-precision number whose bits are ``(n + 127) << 23`` is ``2 ** n``."""


def compiled(function: Function) -> Function:
    """Compile a function without the interpreter's lock, once for all runs where there is a folder to keep it in.

    Sums may be reordered, so that several columns are gone over in one instruction, but in the same way at each run.
    """
    try:
        fast = njit(function, cache=True, nogil=True, fastmath=LIBERTIES, error_model="numpy")
    except RuntimeError:  # neither this folder nor the user's cache can be written
        fast = njit(function, nogil=True, fastmath=LIBERTIES, error_model="numpy")
    return cast("Function", fast)


@compiled
def soft_least(
    charged: Reals,
    temperature: float,
    cost: Reals,
    place: NDArray[np.int32],
    use: NDArray[np.int32],
    start: Integers,
    subset: Integers,
    first: Integers,
    largest: int,
    weight: Reals,
    extra_row: Integers,
    extra_charge: Reals,
    used: Reals,
    extra_share: Reals,
) -> float:
    """Return the soft least summed over families; add the units taken of each place to ``used``.

    Parameters
    ----------
    charged
        Price of a unit of each place, the last for columns without one.
    temperature
        In pence a week.
    cost, place, use
        Of the columns.
    start
        First column of each run of columns of one subset of a family, and the end.
    subset
        Of each run, as bits.
    first
        First run of each family, and the end.
    largest
        Members of the largest family.
    weight
        How often each family is paid for.
    extra_row, extra_charge
        Columns, in rising order, that are charged more than for their use, and how much more.
    used, extra_share
        Filled in: units expected of each place, and the share of each column charged more.
    """
    widest = _widest(start, first)
    priced, share, power = np.empty(widest), np.empty(widest, np.float32), np.empty(widest, np.int32)
    factor, own, summed = np.empty(1 << largest), np.empty(1 << largest), np.empty(1 << largest)
    soft, extra = 0.0, 0
    for family in range(len(first) - 1):
        runs = range(first[family], first[family + 1])
        head, end = start[first[family]], start[first[family + 1]]
        _price(priced, charged, cost[head:end], place[head:end], use[head:end])
        from_extra = extra
        while extra < len(extra_row) and extra_row[extra] < end:
            priced[extra_row[extra] - head] += extra_charge[extra]
            extra += 1
        whole = 0
        for run in runs:
            whole |= subset[run]
        own[: whole + 1] = -np.inf
        for run in runs:
            low, high = start[run] - head, start[run + 1] - head
            least = _least(priced[low:high])
            total = _weigh(priced[low:high], least, temperature, share[low:high], power)
            own[subset[run]] = np.log(total) - least / temperature
            factor[subset[run]] = 1.0 / total
        _sum_partitions(own, summed, whole)
        soft -= temperature * summed[whole] * weight[family]
        for run in runs:
            part = subset[run]
            factor[part] *= weight[family] * np.exp(own[part] + summed[whole ^ part] - summed[whole])
            if factor[part] < NOTHING:
                share[start[run] - head : start[run + 1] - head] = 0.0
                continue
            for column in range(start[run], start[run + 1]):
                share[column - head] *= factor[part]
                used[place[column]] += share[column - head] * use[column]
        for row in range(from_extra, extra):
            extra_share[row] = share[extra_row[row] - head]
    return soft


@compiled
def _price(priced: Reals, charged: Reals, cost: Reals, place: NDArray[np.int32], use: NDArray[np.int32]) -> None:
    """Add the price of what each column takes to its cost."""
    for column in range(len(cost)):
        priced[column] = cost[column] + charged[place[column]] * use[column]


@compiled
def _least(priced: Reals) -> float:
    """Return the least of some numbers."""
    least = float(priced[0])
    for column in range(len(priced)):
        least = min(least, priced[column])
    return least


@compiled
def _weigh(priced: Reals, least: float, temperature: float, weight: Singles, power: NDArray[np.int32]) -> float:
    """Fill in ``exp((least - priced) / temperature)``, and return the sum."""
    scale, two = LOG2E / temperature, power.view(np.float32)
    for column in range(len(priced)):
        exponent = np.float32(max((least - priced[column]) * scale, LOWEST))
        whole = np.int32(exponent - HALF)
        x = exponent - np.float32(whole)
        power[column] = (whole + BIAS) << MANTISSA
        weight[column] = A0 + x * (A1 + x * (A2 + x * (A3 + x * (A4 + x * (A5 + x * A6)))))
    total = 0.0
    for column in range(len(priced)):
        weight[column] *= two[column]
        total += weight[column]
    return total


@compiled
def _sum_partitions(own: Reals, summed: Reals, whole: int) -> None:
    """Fill in the logarithm of the weight of all partitions of each subset, smaller subsets first."""
    summed[0] = 0.0
    for subset in range(1, whole + 1):
        lowest = subset & -subset
        others = subset ^ lowest
        summed[subset] = own[subset]
        part = others
        while part:
            part = (part - 1) & others
            summed[subset] = _log_add(summed[subset], own[part | lowest] + summed[others ^ part])


@compiled
def _log_add(one: float, other: float) -> float:
    """Logarithm of the sum of two numbers given by theirs, either of which may be nought."""
    more, less = max(one, other), min(one, other)
    return more if less == -np.inf else more + np.log1p(np.exp(less - more))


@compiled
def _widest(start: Integers, first: Integers) -> int:
    """Columns of the family that has most."""
    widest = 0
    for family in range(len(first) - 1):
        widest = max(widest, int(start[first[family + 1]] - start[first[family]]))
    return widest
