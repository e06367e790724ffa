"""``sufficiency spend`` as finance gives it: tables that add up, words that say what to repair, a live workbook."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sufficiency.project import Project

SHORT = ("--replications", 20, "--months", 24)
FINANCE = """
finance:
  budget: {2025-26: 28500000}
  ledger: data/ledger.csv
  placement_costs: data/costs.csv
  contributions:
    - {source: health, pounds_weekly: 7000, begins: 2025-04-01, ends: 2026-03-31}
  savings:
    - {name: Recruit carers, planned_pounds: {2025-26: 150000, 2026-27: 700000}, scenario: recruitment-drive}
    - {name: Step down, planned_pounds: {2025-26: 400000}, line: external home}
  s251:
    - {year: 2024-25, total_pounds: 43488370, published_all: 2715}
"""


def table(document: dict, name: str) -> pd.DataFrame:
    return pd.DataFrame(document["tables"][name]["rows"])


@pytest.fixture(scope="session")
def with_books(made_council: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The synthetic council with a ledger of April, one dear child in its cost list, a budget and savings."""
    folder = shutil.copytree(made_council, tmp_path_factory.mktemp("books") / "council")
    with (folder / "project.yaml").open("a", encoding="utf-8") as config:
        config.write(FINANCE)
    episodes = pd.read_csv(folder / "data" / "ssda903" / "2025" / "episodes.csv", dtype=str, keep_default_na=False)
    home = episodes[(episodes["PLACE"] == "K2") & (episodes["DEC"] == "")]["CHILD"].iloc[0]
    (folder / "data" / "costs.csv").write_text(f"child_id,weekly_pounds\n{home},31000\nNOBODY,5\n")
    (folder / "data" / "ledger.csv").write_text("month,line,actual_pounds\n2025-04,external home,1600000\n")
    return folder


@pytest.fixture(scope="session")
def spent(cli, with_books: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, Path]:
    """One run with a scenario, internal, and its workbook."""
    book = tmp_path_factory.mktemp("workbook") / "spend.xlsx"
    scenario = ("--scenario", "two-complex-homes", "--internal", "--workbook", book)
    done = cli("spend", with_books, *SHORT, *scenario, "--json")
    assert done.code == 0, done.err
    return done.document, book


def test_every_table_adds_up_to_the_same_penny(spent) -> None:
    """Lines and months, years, ages, areas, committed and allowance: one total."""
    document, _ = spent
    whole = table(document, "spend")["spend_pence"].sum()
    assert whole > 0
    for name, column in (
        ("spend_by_age", "spend_pence"),
        ("spend_by_area", "spend_pence"),
        ("committed", "forecast_pence"),
        ("scenario_by_line", "base_pence"),
        ("scenario_by_year", "base_pence"),
    ):
        assert table(document, name)[column].sum() == whole, name
    years = table(document, "spend_by_year").set_index("line")
    assert years.loc["total", "total"] == whole == years.drop(index="total")["total"].sum()
    months = table(document, "spend_by_month").set_index("line")
    assert months.loc["total", "total"] == whole == months.drop(index="total")["total"].sum()
    committed = table(document, "committed")
    assert (committed["committed_pence"] + committed["allowance_pence"] == committed["forecast_pence"]).all()
    assert table(document, "fixed_and_voids")["fixed_pence"].sum() == table(document, "spend")["fixed_pence"].sum()


def test_base_plus_difference_is_the_scenario_and_levers_add_up(spent) -> None:
    """By line, by year and lever by lever; the bridge leaves nothing over."""
    document, _ = spent
    lines, years = table(document, "scenario_by_line"), table(document, "scenario_by_year")
    for frame, step in ((lines, "difference_pence"), (years, "effect_pence")):
        assert (frame["base_pence"] + frame[step] == frame["scenario_pence"]).all()
        assert frame[step].any()
    assert lines["scenario_pence"].sum() == years["scenario_pence"].sum()
    assert years["capital_pence"].sum() == 220_000_000
    levers = table(document, "lever_effects").groupby("lever")["effect_pence"].sum()
    assert levers.drop("all levers").sum() == levers["all levers"] == years["effect_pence"].sum()
    bridge = table(document, "bridge")
    steps = ["volume_pence", "mix_pence", "price_pence", "interaction_pence", "fixed_pence"]
    assert (bridge["before_pence"] + bridge[steps].sum(axis=1) == bridge["after_pence"]).all()


def test_the_mtfs_ends_where_the_scenario_does(spent) -> None:
    """Base budget, causes and savings: the requirement of 2026-27 is the scenario less the council's own savings."""
    document, _ = spent
    column = table(document, "mtfs").set_index("row")["2026-27"]
    assert column.drop("total").sum() == column["total"]
    assert column["base budget"] == 2_850_000_000
    scenario = table(document, "scenario_by_year").set_index("financial_year").loc["2026-27", "scenario_pence"]
    assert column["total"] == scenario - 70_000_000 - 40_000_000


def test_the_budget_takes_the_ledger_for_april_and_the_forecast_after(spent) -> None:
    """A closed month stands as the ledger says; the outturn by line ends at the same sum as by month."""
    document, _ = spent
    months, lines = table(document, "budget_by_month"), table(document, "outturn_by_line").set_index("line")
    assert months["kind"].tolist() == ["actual"] + ["forecast"] * 11
    assert months["outturn_pence"].iloc[0] == 160_000_000
    assert months["budget_pence"].sum() == 2_850_000_000
    assert lines.loc["total", "outturn_pence"] == months["outturn_pence"].sum()
    savings = table(document, "savings").set_index("saving")
    assert savings.loc["Recruit carers", "basis"] == "scenario recruitment-drive"
    assert savings["status"].isin(["green", "amber", "red"]).all()


def test_income_s251_and_risk_stand_apart(spent) -> None:
    """Income is never in spend, the full basis has a table of its own and ties, and P80 lies above P50."""
    document, _ = spent
    income = table(document, "income_by_year").set_index(["source", "financial_year"])["income_pence"]
    assert income["health", "2025-26"] == 36_500_000
    assert income["UASC grant", "2025-26"] > 0
    full, placed = table(document, "unit_costs_s251"), table(document, "unit_costs")
    assert set(full["basis"]) == {"full S251"}
    assert set(placed["basis"]) == {"placement only"}
    assert full.loc[0, "difference_weekly_pence"] == 0
    risk = table(document, "at_risk_by_year")
    assert (risk["p80_pence"] - risk["p50_pence"] == risk["contingency_pence"]).all()
    assert (risk["contingency_pence"] > 0).all()


def test_only_internal_names_a_child_and_nothing_of_it_is_stored(spent, with_books: Path) -> None:
    """The dear child of the cost list comes first in the internal table, and in no stored table or finding."""
    document, _ = spent
    first = document["internal"]["high_cost"]["rows"][0]
    assert first["weekly_pence"] == 3_100_000
    assert "OFFICIAL-SENSITIVE" in document["internal"]["high_cost"]["title"]
    assert first["child"] not in json.dumps({**document, "internal": None})
    store = (with_books / "project.sqlite").read_bytes()
    assert first["child"].encode() not in store
    assert [one["count"] for one in document["findings"] if one["code"] == "scenarios.spend.cost_of_nobody"] == [1]
    stored = Project.open(with_books).latest_run("spend")
    assert {"data/ledger.csv", "data/costs.csv"} <= set(stored.input_hashes)


def formulas(book: Path) -> dict[tuple[str, str], float]:
    """Return the value each formula cell carries."""
    written, carried = openpyxl.load_workbook(book), openpyxl.load_workbook(book, data_only=True)
    found = {}
    for sheet in written:
        for row in sheet.iter_rows():
            for one in row:
                if isinstance(one.value, str) and one.value.startswith("="):
                    found[sheet.title, one.coordinate] = carried[sheet.title][one.coordinate].value
    return found


def test_the_run_of_a_workbook_is_not_deleted_unasked(spent, with_books: Path) -> None:
    """The store knows which workbook names which run."""
    document, book = spent
    assert Project.open(with_books).keeper.documents()[document["run_id"]] == (book.as_posix(),)


def test_the_workbook_carries_the_engines_totals_and_says_what_it_is(spent) -> None:
    """Cached values are the engine's, every sheet is headed, frozen and marked, sources stand beside assumptions."""
    document, book = spent
    whole = table(document, "spend")["spend_pence"].sum() / 100
    checks = openpyxl.load_workbook(book, data_only=True)["Checks"]
    rows = {row[0]: row[1:4] for row in checks.iter_rows(min_row=5, values_only=True) if row[0]}
    assert rows["Spend by year"] == (whole, whole, 0)
    assert rows["Area: spend"][0] == whole
    assert all(difference == 0 for _, _, difference in rows.values())
    sheets = openpyxl.load_workbook(book)
    assert {"Summary", "Notes", "Inputs", "Assumptions", "Prices", "MTFS", "High cost"} <= set(sheets.sheetnames)
    assert "OFFICIAL-SENSITIVE" in sheets["Summary"]["A2"].value
    assert "SYNTHETIC" in sheets["Summary"]["A2"].value
    sources = pd.DataFrame(sheets["Assumptions"].iter_rows(min_row=5, values_only=True))
    assert sources[3].isin(["cited", "derived", "assumption", "local"]).all()
    assert all(sheets[name].freeze_panes for name in sheets.sheetnames if name not in ("Summary", "Notes", "Checks"))
    assert len(formulas(book)) > 500


RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here to recalculate")
def test_libreoffice_recalculates_the_engines_totals(spent, tmp_path: Path) -> None:
    """With every carried value wiped, LibreOffice works out each formula anew and finds what the engine found."""
    import re

    _, book = spent
    wiped = tmp_path / "wiped.xlsx"
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(wiped, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/"):
                data = re.sub(rb"(<f>[^<]*</f><v>)[^<]*(</v>)", rb"\g<1>0\g<2>", data)
            target.writestr(name, data)
    profile = tmp_path / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(RECALCULATE)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{profile.parent}", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out"), str(wiped)],
        check=True, capture_output=True,
    )  # fmt: skip
    again = openpyxl.load_workbook(tmp_path / "out" / "wiped.xlsx", data_only=True)
    wrong = [at for at, value in formulas(book).items() if abs(again[at[0]][at[1]].value - value) > 0.004]
    assert wrong == []


def test_without_internal_no_child_is_listed(cli, council: Path) -> None:
    """Best use on expected children: no futures, no P80, no list of children, and the screen says what was counted."""
    done = cli("spend", council, "--months", 3, "--replications", 0, "--policy", "best-use", "--weeks", "52")
    assert done.code == 0, done.err
    assert "SYNTHETIC" in done.out
    assert "52 = 52.000 weeks a year" in done.out
    assert "OFFICIAL-SENSITIVE" not in done.out
    assert "p80" not in done.out.lower()
    assert "best-use, expected children" in done.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--policy", "magic"), 2, "practice or best-use"),
        (("--replications", "5"), 2, "20 or more"),
        (("--replications", "0"), 1, "practice is walked on whole children"),
        (("--ledger", "lots"), 2, "not an amount in pounds"),
        (("--ledger", "boarding=5"), 2, "or total, once"),
        (("--year", "soon"), 2, "not a financial year"),
        (("--year", "2031-32"), 1, "the returns cover"),
        (("--weeks", "53"), 1, "365/7"),
        (("--scenario", "nowhere"), 1, "there is no scenario"),
        (("--workbook", "here.csv"), 1, "ends in .xlsx"),
    ],
)
def test_wrong_words_are_answered_with_what_to_do(cli, council: Path, words, code: int, said: str) -> None:
    """Exit codes as everywhere: 1 can be repaired, 2 is a wrong command; no traceback."""
    done = cli("spend", council, "--months", 1, *words)
    assert (done.code, said in done.err) == (code, True), done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("section", "code", "said"),
    [
        ("finance: {budgets: {2025-26: 1}}", 1, "Nearest: budget"),
        ("finance: {budget: {2025: 1}}", 1, "2025-26"),
        ("finance: {savings: [{name: a, planed_pounds: {2025-26: 1}}]}", 1, "Nearest: planned_pounds"),
        ("finance: {ledger: data/none.csv}", 1, "finance.ledger"),
        ("finance: {ledger: data/prices.csv}", 2, "no header with month, line"),
        ("finance: {contributions: [{source: a, pounds_weekly: 1, begins: 2025-05-01, ends: 2025-04-01}]}", 1, "ends"),
    ],
)
def test_a_wrong_finance_section_says_what_to_repair(cli, council: Path, section: str, code: int, said: str) -> None:
    """Unknown keys name the nearest, files name what they lack."""
    with (council / "project.yaml").open("a", encoding="utf-8") as config:
        config.write(section + "\n")
    done = cli("spend", council, "--months", 1, "--replications", 0, "--policy", "best-use")
    assert (done.code, said in done.err) == (code, True), done.err


def test_full_s251_prices_are_refused_in_words(cli, council: Path) -> None:
    """The two bases are never mixed: a full-cost list is told where to go."""
    path = council / "data" / "prices.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("placement only", "full S251"), encoding="utf-8")
    done = cli("spend", council, "--months", 1, "--replications", 0, "--policy", "best-use")
    assert (done.code, "finance.s251" in done.err) == (1, True), done.err
