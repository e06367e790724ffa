"""Many contested random instances through every method: same value, every certificate holds, corruption is caught."""

import pytest

from benchmarks.allocation_random import agree

KINDS = 11
"""Ways in which an answer is spoilt."""


def test_methods_agree_on_random_problems() -> None:
    """Brute force and every method find the same value on contested problems; each kind of corruption is caught."""
    tried = agree(seed=1, count=60)
    assert tried["cp-sat, same value"] == 60
    assert tried["column mip, same value"] == 120
    assert tried["flow, same value"] > 10
    assert len([what for what in tried if what.startswith("caught")]) == KINDS


@pytest.mark.slow
def test_methods_agree_on_ten_thousand_random_problems() -> None:
    """The same, ten thousand times (``python -m benchmarks.allocation_random 10000`` prints the counts)."""
    agree(seed=2, count=10_000)
