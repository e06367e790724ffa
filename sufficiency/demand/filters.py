"""Part of the children only: by sex, unaccompanied or not, ethnic group, legal status."""

from dataclasses import dataclass, replace

import numpy as np

from sufficiency.demand.history import History

ETHNIC_GROUPS: dict[str, tuple[str, ...]] = {
    "White": ("WBRI", "WIRI", "WIRT", "WROM", "WOTH"),
    "Mixed": ("MWBC", "MWBA", "MWAS", "MOTH"),
    "Asian": ("AIND", "APKN", "ABAN", "CHNE", "AOTH"),
    "Black": ("BCRB", "BAFR", "BOTH"),
    "Other": ("OOTH",),
    "Unknown": ("REFU", "NOBT", "NOTA", ""),
}
"""Ethnic groups as DfE publishes them, and their SSDA903 codes."""

LEGAL_GROUPS: dict[str, tuple[str, ...]] = {
    "interim care order": ("C1",),
    "full care order": ("C2",),
    "placement or freeing order": ("D1", "E1"),
    "section 20": ("V2",),
    "short breaks": ("V3", "V4"),
    "emergency protection": ("L1", "L2", "L3"),
    "youth justice": ("J1", "J2", "J3"),
}
"""Legal statuses as DfE groups them, and their SSDA903 codes."""


@dataclass(frozen=True)
class Filter:
    """Which children are looked at; nothing named means all.

    Attributes
    ----------
    sex
        ``M``, ``F``, ``U``.
    uasc
        Unaccompanied children only (True), all others (False).
    ethnic_groups
        Keys of ``ETHNIC_GROUPS``.
    legal_groups
        Keys of ``LEGAL_GROUPS``; a spell belongs to the group of its latest legal status.
    """

    sex: tuple[str, ...] = ()
    uasc: bool | None = None
    ethnic_groups: tuple[str, ...] = ()
    legal_groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _known(self.sex, ("M", "F", "U"), "sex")
        _known(self.ethnic_groups, tuple(ETHNIC_GROUPS), "ethnic group")
        _known(self.legal_groups, tuple(LEGAL_GROUPS), "legal status")

    @property
    def text(self) -> str:
        """Say who is looked at, "" for everybody."""
        uasc = {True: ("UASC only",), False: ("without UASC",), None: ()}[self.uasc]
        return "; ".join(
            part for part in (", ".join(self.sex), *uasc, ", ".join(self.ethnic_groups), ", ".join(self.legal_groups))
            if part
        )  # fmt: skip

    def apply(self, history: History) -> History:
        """Return the history of the children, and of the spells, that belong."""
        children = history.records.children
        here = np.ones(len(children), dtype=bool)
        if self.sex:
            here &= children["sex"].isin(self.sex).to_numpy(dtype=bool)
        if self.uasc is not None:
            here &= children["uasc"].to_numpy(dtype=bool) == self.uasc
        if self.ethnic_groups:
            codes = [code for group in self.ethnic_groups for code in ETHNIC_GROUPS[group]]
            here &= children["ethnicity"].str.upper().isin(codes).to_numpy(dtype=bool)
        stays = history.stays[history.stays["child"].isin(children.loc[here, "child"])]
        if self.legal_groups:
            codes = [code for group in self.legal_groups for code in LEGAL_GROUPS[group]]
            latest = stays.groupby(["child", "spell"])["legal_status"].transform("last")
            stays = stays[latest.str.upper().isin(codes)]
        return replace(history, stays=stays.reset_index(drop=True))


def _known(asked: tuple[str, ...], known: tuple[str, ...], what: str) -> None:
    """Refuse a name nobody knows."""
    unknown = sorted(set(asked) - set(known))
    if unknown:
        raise ValueError(f"no such {what}: {', '.join(unknown)}; there are {', '.join(known)}")
