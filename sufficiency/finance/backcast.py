"""A closed year worked out again: what days and prices say was spent, beside the ledger. Never forced to agree."""

from collections.abc import Mapping

import pandas as pd

from sufficiency.domain.errors import InputError
from sufficiency.domain.settings import CostLine
from sufficiency.finance.spend import TOTAL


def backcast(cells: pd.DataFrame, ledger_pence: Mapping[str, int]) -> pd.DataFrame:
    """Return modelled spend of one closed year beside the ledger.

    Parameters
    ----------
    cells
        What :func:`~sufficiency.finance.stays.spend_of_stays` returned for one financial year.
    ledger_pence
        Ledger spend by cost line, as far as the council knows it, and ``"total"`` when only that is known.

    Returns
    -------
    pandas.DataFrame
        ``line, modelled_pence, ledger_pence, residual_pence, residual_share``: residual is ledger less model, and its
        share of the ledger. Lines the ledger has no figure for stay blank; its total is made only when every line has.

    Raises
    ------
    InputError
        When the rows are of more than one year, or a name is not a cost line.
    """
    if len(set(cells["financial_year"])) > 1:
        raise InputError("backcast: one closed financial year at a time.")
    unknown = [name for name in ledger_pence if name not in {*CostLine, TOTAL}]
    if unknown:
        raise InputError(f'backcast: "{unknown[0]}" is not a cost line; use one of {", ".join(CostLine)} or {TOTAL}.')
    modelled = cells.groupby("line")["spend_pence"].sum()
    lines = [str(line) for line in CostLine if line in modelled.index or line in ledger_pence]
    rows = {line: (int(modelled.get(line, 0)), ledger_pence.get(line)) for line in lines}
    rows[TOTAL] = (int(modelled.sum()), _ledger_total(lines, ledger_pence))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["modelled_pence", "ledger_pence"])
    table["ledger_pence"] = table["ledger_pence"].astype("Int64")
    table["residual_pence"] = table["ledger_pence"] - table["modelled_pence"]
    ledger = table["ledger_pence"].astype("float64")
    table["residual_share"] = table["residual_pence"].astype("float64") / ledger.where(ledger != 0)
    table.attrs = {
        "name": "backcast",
        "unit": "as named",
        "definition": "Days x prices of a closed year beside the ledger. What is left over is shown, never spread.",
    }
    return table.rename_axis("line").reset_index()


def _ledger_total(lines: list[str], ledger_pence: Mapping[str, int]) -> int | None:
    by_line = [ledger_pence[line] for line in lines if line in ledger_pence]
    whole = sum(by_line) if len(by_line) == len(lines) else None
    stated = ledger_pence.get(TOTAL)
    if stated is not None and whole is not None and stated != whole:
        raise InputError("backcast: the ledger's lines do not add up to its total; check both.")
    return whole if stated is None else stated
