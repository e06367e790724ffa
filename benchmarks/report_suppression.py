"""How safe and how sparing disclosure control is: ``python -m benchmarks.report_suppression [COUNCILS] [TABLES]``.

First, random councils are protected and attacked with linear and with integer programming. Second, on small tables the
numbers withheld are set beside the fewest that could be: complementary suppression solved to its optimum.
"""

import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, lil_array

from sufficiency.report.attack import attack
from sufficiency.report.disclosure import protect
from sufficiency.report.ledger import Ledger, System
from tests.properties.test_report_attack_property import random_council

MOST = 10.0
"""The furthest a number moves in a witness; 2 is needed, more leaves the optimum room."""


def small_table(seed: int) -> System:
    """Return a table of about five by four with its margins."""
    rng = np.random.default_rng(seed)
    number = int(rng.integers(40, 160))
    kinds, areas = int(rng.integers(4, 7)), int(rng.integers(3, 5))
    frame = pd.DataFrame(
        {
            "kind": rng.choice(kinds, number, p=rng.dirichlet(np.ones(kinds))).astype(str),
            "area": rng.choice(areas, number, p=rng.dirichlet(np.ones(areas))).astype(str),
        }
    )
    ledger = Ledger()
    ledger.cube("in care", frame, ["kind", "area"])
    return ledger.system(ledger.numbers)


def optimum(system: System) -> np.ndarray:
    """Return the cheapest set to withhold so that each small count keeps three values (Fischetti and Salazar 2001).

    min weight . s;  for each small count p, flows u, d:  A u = A d = 0,  u_p - d_p >= 2,  u_p >= 0 >= d_p,
    -(x - 1) s <= u, d <= MOST s;  s binary, s_p = 1.
    """
    size, small = len(system), np.flatnonzero(system.sensitive)
    flows = 2 * len(small)
    columns = size * (1 + flows)
    equal = lil_array((system.equations.shape[0] * flows, columns))
    limit = lil_array((2 * size * flows + len(small), columns))
    room = system.numbers - system.floor
    for flow in range(flows):
        at = size * (1 + flow)
        rows = system.equations.shape[0]
        equal[flow * rows : (flow + 1) * rows, at : at + size] = system.equations.toarray()
        for cell in range(size):
            row = 2 * (flow * size + cell)
            limit[row, at + cell], limit[row, cell] = 1, -MOST
            limit[row + 1, at + cell], limit[row + 1, cell] = -1, -room[cell]
    for place, cell in enumerate(small):
        row = 2 * size * flows + place
        limit[row, size * (1 + 2 * place) + cell], limit[row, size * (2 + 2 * place) + cell] = -1, 1
    upper = np.concatenate([np.zeros(2 * size * flows), np.full(len(small), -2.0)])
    low, high = np.full(columns, -np.inf), np.full(columns, np.inf)
    low[:size], high[:size] = system.sensitive, 1
    for place, cell in enumerate(small):
        low[size * (1 + 2 * place) + cell], high[size * (2 + 2 * place) + cell] = 0, 0
    answer = milp(
        np.concatenate([system.weight, np.zeros(size * flows)]),
        constraints=[LinearConstraint(csr_array(equal), 0, 0), LinearConstraint(csr_array(limit), -np.inf, upper)],
        bounds=Bounds(low, high),
        integrality=np.concatenate([np.ones(size), np.zeros(size * flows)]),
        options={"time_limit": 60},
    )
    assert answer.status == 0, answer.message
    return answer.x[:size] > 0.5


def withheld_by(system: System) -> np.ndarray:
    """Return what disclosure control withholds."""
    withheld = protect(system).withheld
    return np.array([each in withheld for each in system.keys])


def safety(councils: int) -> None:
    """Attack random councils and print what was recovered."""
    recovered = attacked = cells = small = secondary = 0
    began = perf_counter()
    for seed in range(councils):
        system = random_council(seed)
        withheld = withheld_by(system)
        ranges = attack(system, withheld, whole_numbers=True)
        recovered += ranges.recovered
        attacked += len(ranges.cell)
        cells += len(system)
        small += int(system.sensitive.sum())
        secondary += int((withheld & ~system.sensitive).sum())
    print(f"{councils} councils: {cells:,} numbers, {small:,} small counts, {secondary:,} withheld to protect them")
    print(f"  {attacked:,} attacked with whole numbers, {recovered} recovered; {perf_counter() - began:.0f} s")


def sparing(tables: int) -> None:
    """Compare what is withheld with the optimum and print the share."""
    ours = best = ours_cells = best_cells = worse = compared = 0.0
    for seed in range(tables):
        system = small_table(seed)
        if not system.sensitive.any():
            continue
        mine, fewest = withheld_by(system), optimum(system)
        compared += 1
        ours += system.weight[mine & ~system.sensitive].sum()
        best += system.weight[fewest & ~system.sensitive].sum()
        ours_cells += int((mine & ~system.sensitive).sum())
        best_cells += int((fewest & ~system.sensitive).sum())
        worse += float(system.weight[mine].sum() > system.weight[fewest].sum() + 0.5)
    print(
        f"{compared:.0f} small tables: {ours_cells:.0f} numbers withheld beside small counts, {best_cells:.0f} at best"
    )
    print(f"  weighed loss {ours:.0f} against {best:.0f}: {ours / best:.3f} times; {worse:.0f} tables above their best")


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    sparing(given[1] if len(given) > 1 else 60)
    safety(given[0] if given else 200)
