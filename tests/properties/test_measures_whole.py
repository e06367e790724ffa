"""Properties of measures: groups make the whole, flows explain stocks."""

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sufficiency import measures
from sufficiency.domain.periods import horizon
from sufficiency.domain.settings import Sector, Setting
from sufficiency.measures import history
from sufficiency.measures.history import CareHistory
from tests.unit.finance.finance_toys import BASE, ToyPlan, places, stock_rows

FIRST, LAST = date(2021, 4, 1), date(2024, 3, 31)
SETTINGS = ("fostering", "residential", "kinship")


@st.composite
def council(draw):
    """Draw some children, each with one or two spells that do not overlap."""
    rows = []
    for child in range(draw(st.integers(1, 8))):
        edges = sorted(draw(st.sets(st.integers(-400, 1400), min_size=2, max_size=4)))
        for start, end in zip(edges[::2], [*edges[1::2], None], strict=False):
            rows.append((f"c{child}", start, end, draw(st.sampled_from(SETTINGS)), draw(st.floats(0, 60))))
    frame = pd.DataFrame(rows, columns=["child", "start", "end", "setting", "miles"])
    day = pd.Timestamp(FIRST)
    spans = {name: (day + pd.to_timedelta(frame[name].astype("float64"), unit="D")) for name in ("start", "end")}
    stays = frame.assign(place="U6", provider="PR1", sector="own", **spans)
    children = pd.DataFrame({"child": stays["child"].unique()}).assign(sex="F", birth_date=pd.Timestamp(2015, 1, 1))
    children = children.assign(uasc=[index % 2 == 0 for index in range(len(children))], uasc_ceased=pd.NaT)
    children["uasc_ceased"] = pd.to_datetime(children["uasc_ceased"])
    where = np.full(len(stays), "in area")
    return CareHistory(stays, stays[["child", "start", "end"]], children, stays["miles"].to_numpy(), where, FIRST, LAST)


@settings(deadline=None, max_examples=25)
@given(council())
def test_spells_explain_every_change_in_stock(care):
    """Whatever happened, last month's stock + spells started - spells ended is this month's."""
    stock = history.stock_by_month(care)["children"].to_numpy()
    flows = history.flows_by_month(care)
    change = (flows["spells_started"] - flows["spells_ended"]).to_numpy()
    assert (stock[:-1] + change[1:] == stock[1:]).all()
    assert (flows["starts"] <= flows["spells_started"]).all()


@settings(deadline=None, max_examples=12)
@given(council(), st.dates(FIRST, LAST))
def test_every_way_of_grouping_counts_every_child_once(care, day):
    """Groups at a date, distance bands and localities all sum to the children in care then."""
    whole = len(care.on(day))
    for by in ("setting", "sector", "age_band", "sex", "uasc", "dfe_group", "dfe_provider"):
        assert history.stock_by(care, day, by)["children"].sum() == whole
    assert history.distance(care, day)["children"].sum() == whole
    assert history.locality(care, day)["children"].sum() == whole


rows = st.lists(
    st.tuples(
        st.integers(0, 11), st.integers(0, 2), st.sampled_from(("under 1", "5 to 9")), st.floats(0, 50), st.floats(0, 1)
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=25)
@given(rows, st.sampled_from(("month", "quarter", "financial_year")))
def test_distance_and_mix_split_the_same_children(drawn, over):
    """Within + over + unknown = children = the mix's children, in every period, however grouped."""
    where = places(
        {"setting": Setting.FOSTERING, "sector": Sector.OWN},
        {"setting": Setting.RESIDENTIAL, "sector": Sector.PRIVATE},
        {"setting": Setting.KINSHIP, "sector": Sector.OWN},
    )
    months = [str(month) for month in horizon(BASE, 12)]
    known = [
        {"month": months[m], "place": p, "age_band": band, "children": n, "miles_known": n * k, "over_20": n * k * k}
        for m, p, band, n, k in drawn
    ]
    plan = ToyPlan(BASE, 12, where, stock_rows(where, known))
    mix = measures.mix(plan, over=over).groupby("period")["children"].sum()
    split = measures.distance(plan, by="age_band", over=over).set_index("period")
    parts = split[["within_20", "over_20", "distance_unknown"]].sum(axis=1).groupby("period").sum()
    assert np.allclose(parts.sort_index(), mix.sort_index())
    own = measures.in_house(plan, over=over)
    assert (own["in_house"] <= own["planned"] + 1e-9).all()
    assert (own["own_provision"] <= own["children"] + 1e-9).all()
