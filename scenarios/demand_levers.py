"""Levers on who comes into care, who leaves and who moves. They work through flows only, at each month's stock."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scenarios.ground import ExtraFlow, FloatArray, Ground, OneOffCost
from scenarios.lever import Lever, Param, Pull
from sufficiency.demand.changes import FlowKind
from sufficiency.demand.entries import BAND_OF_YEAR, UASC_AGES
from sufficiency.domain.money import pence
from sufficiency.domain.needs import AGE_BANDS
from sufficiency.domain.settings import SETTINGS, Setting

NSPCC = "University of Sussex for NSPCC, 2024, nspcc.org.uk"
LOCAL = "no figure found: a local judgement, given as an interval"

AGES = Param("ages", "ages", (), description="Age bands it is about; all when left out.")
FIRST_SETTING = Param(
    "setting", "choice", None, choices=tuple(str(one) for one in SETTINGS), description="First setting; any when out."
)


def support_cost(default: float = 0.0, status: str = "assumption", source: str = LOCAL) -> Param:
    """Return the detail that says what support of one child costs, once."""
    words = "Support of one child or family, paid once when the change happens."
    return Param("support_pounds", "number", default, "pounds a child", 0, 200_000, (), status, source, words)


def with_support(ground: Ground, pull: Pull, children: FloatArray) -> Ground:
    """Return the ground with the support of so many children a month paid for."""
    each = pence(pull.number("support_pounds"))
    cost = np.rint(np.abs(children) * each).astype(np.int64)
    return replace(ground, costs=(*ground.costs, OneOffCost(pull.key, False, cost))) if cost.any() else ground


def _with_entries(ground: Ground, entries: FloatArray) -> Ground:
    return replace(ground, flows=replace(ground.flows, entries=np.maximum(entries, 0.0), changed=True))


def _with_extra(ground: Ground, extra: ExtraFlow) -> Ground:
    return replace(ground, flows=replace(ground.flows, extra=(*ground.flows.extra, extra), changed=True))


def _of_ages(bands: tuple[str, ...]) -> NDArray[np.bool_]:
    """Whether each age in years is meant, shape (18,)."""
    return np.array([not bands or AGE_BANDS[band] in bands for band in BAND_OF_YEAR])


def _entry_mix(ground: Ground, bands: tuple[str, ...], setting: str) -> FloatArray:
    """Share of each cell (age, UASC, first setting) among those meant who are not UASC: as in the history.

    Where nobody of them entered, they are spread evenly over ages and enter foster care.
    """
    rate = ground.rates.entries_per_month.copy()
    rate[:, 1] = 0.0
    rate[~_of_ages(bands)] = 0.0
    if setting:
        rate[:, :, [str(one) != setting for one in SETTINGS]] = 0.0
    if rate.sum() <= 0:
        where = SETTINGS.index(Setting(setting) if setting else Setting.FOSTERING)
        rate[_of_ages(bands), 0, where] = 1.0
    return np.asarray(rate / rate.sum())


def enter(ground: Ground, pull: Pull, sign: float = 1.0) -> Ground:
    """Add children a month to the entries, or take them away, in the mix of the history."""
    children = sign * pull.value * pull.shape(ground.months)
    mix = _entry_mix(ground, pull.words("ages"), pull.text("setting"))
    return _with_entries(ground, ground.flows.entries + children[:, None, None, None] * mix)


def enter_percent(ground: Ground, pull: Pull) -> Ground:
    """Multiply the entries of some ages, UASC left alone."""
    factor = 1 + pull.value / 100 * pull.shape(ground.months)
    entries = ground.flows.entries.copy()
    ages = _of_ages(pull.words("ages"))
    entries[:, ages, 0] *= factor[:, None, None]
    return _with_entries(ground, entries)


def arrive_uasc(ground: Ground, pull: Pull) -> Ground:
    """Add unaccompanied children in the ages and first settings of those who came before."""
    rate = ground.rates.entries_per_month[:, 1]
    if rate.sum() <= 0:
        rate = np.zeros_like(rate)
        for age, share in UASC_AGES.items():
            rate[age, SETTINGS.index(Setting.SUPPORTED if age >= 16 else Setting.FOSTERING)] = share
    added = np.zeros_like(ground.flows.entries)
    added[:, :, 1] = pull.value * pull.shape(ground.months)[:, None, None] * rate / rate.sum()
    return _with_entries(ground, ground.flows.entries + added)


def edge_of_care(ground: Ground, pull: Pull) -> Ground:
    """Keep children out of care by support, paid for each of them."""
    return with_support(enter(ground, pull, sign=-1.0), pull, pull.value * pull.shape(ground.months))


def reunify(ground: Ground, pull: Pull) -> Ground:
    """Let children go home, some of whom come back."""
    children = pull.value * pull.shape(ground.months)
    setting = Setting(pull.text("setting")) if pull.text("setting") else None
    extra = ExtraFlow(FlowKind.LEAVE, children, pull.words("ages"), setting, returning=pull.number("re_entry_scale"))
    return with_support(_with_extra(ground, extra), pull, children)


def step_down(ground: Ground, pull: Pull) -> Ground:
    """Let children move from children's homes to specialist foster homes."""
    children = pull.value * pull.shape(ground.months)
    extra = ExtraFlow(
        FlowKind.MOVE, children, pull.words("ages"), Setting.RESIDENTIAL, Setting.FOSTERING, specialist=True
    )
    return with_support(_with_extra(ground, extra), pull, children)


def stabilise(ground: Ground, pull: Pull) -> Ground:
    """Let fewer placements end in a move."""
    keep = np.clip(1 - pull.value / 100 * pull.shape(ground.months), 0.0, None)
    cells = np.array([not pull.text("setting") or str(one) == pull.text("setting") for one in SETTINGS])
    factor = np.where(cells[None, None, :], keep[:, None, None], 1.0)
    flows = replace(ground.flows, move_keep=ground.flows.move_keep * factor, changed=True)
    return replace(ground, flows=flows)


def to_kinship(ground: Ground, pull: Pull) -> Ground:
    """Let a share of those who would enter foster care live with family or friends instead."""
    share = np.clip(pull.value / 100 * pull.shape(ground.months), 0.0, 1.0)[:, None]
    foster, kin = SETTINGS.index(Setting.FOSTERING), SETTINGS.index(Setting.KINSHIP)
    entries = ground.flows.entries.copy()
    moved = entries[:, :, 0, foster] * share * _of_ages(pull.words("ages"))
    entries[:, :, 0, foster] -= moved
    entries[:, :, 0, kin] += moved
    return _with_entries(ground, entries)


DEMAND_LEVERS: tuple[Lever, ...] = (
    Lever(
        "entries.children",
        "more or fewer children coming into care",
        "children a month",
        -100,
        100,
        "entries a month of the ages named, not UASC, in the mix of the history",
        ("entries",),
        "assumption",
        LOCAL,
        enter,
        params=(AGES, FIRST_SETTING),
    ),
    Lever(
        "entries.percent",
        "entries to care up or down",
        "% of entries",
        -100,
        200,
        "entries a month of the ages named, not UASC",
        ("entries",),
        "assumption",
        LOCAL,
        enter_percent,
        params=(AGES,),
    ),
    Lever(
        "uasc.arrivals",
        "unaccompanied children arriving (National Transfer Scheme)",
        "children a month",
        -50,
        50,
        "entries of unaccompanied children, in their own ages and first settings",
        ("entries",),
        "assumption",
        LOCAL,
        arrive_uasc,
    ),
    Lever(
        "edge_of_care.children",
        "children kept safely at home by edge-of-care support",
        "children a month",
        0,
        50,
        "entries a month, not UASC; support paid for each child",
        ("entries", "costs"),
        "assumption",
        "Coventry: 735 children in care ex-UASC in 2021, 627 in 2024 with Family Valued; no control group",
        edge_of_care,
        params=(AGES, FIRST_SETTING, support_cost()),
    ),
    Lever(
        "reunification.children",
        "children going home, net of those who come back",
        "children a month",
        0,
        50,
        "leaving of the ages and setting named; re-entry later; support paid for each child",
        ("leaving", "entries", "costs"),
        "cited",
        NSPCC,
        reunify,
        params=(
            AGES,
            Param("setting", "choice", None, choices=tuple(str(one) for one in SETTINGS), description="Setting left."),
            Param(
                "re_entry_scale",
                "number",
                1.0,
                "times the curve",
                0,
                2.8,
                (),
                "cited",
                f"{NSPCC}: 12% by 3 months, 20% by 1 year, 35% by 6 years",
                "How many come back, beside the curve.",
            ),
            support_cost(7857, "cited", f"{NSPCC}: average per family"),
        ),
    ),
    Lever(
        "step_down.children",
        "children moving from children's homes to specialist foster homes",
        "children a month",
        0,
        50,
        "moves from residential to fostering, to a foster home for complex needs",
        ("moves", "costs"),
        "assumption",
        "foster care had been the plan for one third of children in homes (Ofsted); no success rate found",
        step_down,
        params=(AGES, support_cost()),
    ),
    Lever(
        "stability.moves_percent",
        "fewer placements that end in a move",
        "% fewer moves",
        -100,
        100,
        "moves between homes, of the setting left",
        ("moves",),
        "assumption",
        LOCAL,
        stabilise,
        params=(Param("setting", "choice", None, choices=tuple(str(one) for one in SETTINGS), description="Left."),),
    ),
    Lever(
        "kinship.share",
        "children who live with family or friends instead of foster carers",
        "% of foster entrants",
        0,
        100,
        "first setting of entrants, not UASC, from fostering to kinship",
        ("entries",),
        "assumption",
        LOCAL,
        to_kinship,
        params=(AGES,),
    ),
)
"""Levers on demand."""
