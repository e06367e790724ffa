"""Checks on integer arrays, with messages that name the array and the index."""

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
"""Whole numbers, one dimension."""


def require_integers(name: str, array: Integers) -> None:
    """Refuse anything but a flat array of 64-bit whole numbers."""
    if not isinstance(array, np.ndarray) or array.dtype != np.int64 or array.ndim != 1:
        found = f"{array.dtype} with {array.ndim} dimensions" if isinstance(array, np.ndarray) else type(array).__name__
        raise ValueError(f"{name} must be a flat numpy array of int64, not {found}.")


def require_length(name: str, array: Integers, length: int) -> None:
    """Refuse an array of another length."""
    if len(array) != length:
        raise ValueError(f"{name} has {len(array)} entries where {length} are needed.")


def require_between(name: str, array: Integers, low: int, high: int | None) -> None:
    """Refuse an entry below ``low`` or above ``high``."""
    if len(array) and (array.min() < low or (high is not None and array.max() > high)):
        index = int(np.argmax(array < low if high is None else (array < low) | (array > high)))
        limits = f"at least {low}" if high is None else f"between {low} and {high}"
        raise ValueError(f"{name}[{index}] is {array[index]}; it must be {limits}.")


def require_csr(name: str, start: Integers, rows: int, entries: int) -> None:
    """Refuse row starts that do not begin at zero, rise, and end at the number of entries."""
    require_integers(name, start)
    require_length(name, start, rows + 1)
    if start[0] != 0 or start[-1] != entries:
        raise ValueError(f"{name} must run from 0 to {entries}, not from {start[0]} to {start[-1]}.")
    falling = np.flatnonzero(np.diff(start) < 0)
    if len(falling):
        raise ValueError(f"{name}[{falling[0] + 1}] is below the entry before it.")


def exact_dot(a: Integers, b: Integers) -> int:
    """Sum of products without overflow: in 64 bits when there is headroom, in Python's integers when not."""
    both = np.flatnonzero((a != 0) & (b != 0))  # few columns are used, and Python's integers are slow
    a, b = a[both], b[both]
    if np.dot(np.abs(a.astype(float)), np.abs(b.astype(float))) < 2.0**62:
        return int(np.dot(a, b))
    return int(np.dot(a.astype(object), b.astype(object)))
