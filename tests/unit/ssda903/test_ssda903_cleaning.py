"""Cleaning across returns: one test for each rule."""

import pandas as pd
import pytest

from sufficiency.ingest.ssda903 import CleaningOptions
from tests.unit.ssda903.ssda903_returns import (
    codes_of,
    count_of,
    days_of,
    episode,
    read,
    three_returns,
    write_return,
)


@pytest.fixture
def two(tmp_path):
    """Write a return of 2018 and one of 2019, each with another child's episode so that its year is plain."""

    def make(older, newer, **options):
        write_return(tmp_path / "2018", [*older, episode("9", "01/03/2018", "02/03/2018")])
        write_return(tmp_path / "2019", [*newer, episode("9", "01/03/2019", "02/03/2019")])
        records = read(tmp_path, **options)
        own = records.episodes["child"] != "9"
        return records, [row[1:] for row in days_of(records) if row[0] != "9"], records.episodes[own]

    return make


def test_the_later_return_wins(two):
    """What a later return says of an episode replaces what an earlier one said."""
    _, days, rows = two([episode(start="01/06/2017", PLACE="U4")], [episode("1001", "01/06/2017", "01/07/2018")])
    assert days == [("2017-06-01", "2018-07-01")]
    assert rows["place"].tolist() == ["U6"]
    assert rows["return_year"].tolist() == [2019]


def test_a_later_return_replaces_all_that_was_said_of_a_start(two):
    """An episode left open, which the later return says ended the day it began, is not counted beside it."""
    records, days, _ = two([episode(start="01/06/2017")], [episode(start="01/06/2017", end="01/06/2017")])
    assert days == [("2017-06-01", "2017-06-01")]
    assert count_of(records, "ssda903.episode.reported_again") == 1


def test_conflicting_rows_of_one_start(two):
    """Of two rows of one child and start in one return the one listed last is used, and said."""
    records, days, _ = two([], [episode(end="01/07/2018"), episode(end="01/08/2018")])
    assert days == [("2018-06-01", "2018-08-01")]
    assert count_of(records, "ssda903.episode.conflict") == 1


def test_rule_1_ends_a_lapsed_episode_where_the_next_starts(two):
    """Open in the older return, next episode goes on: it ends there, as X1."""
    records, days, rows = two([episode(start="01/06/2017")], [episode(start="01/08/2018", RNE="P", PLACE="K2")])
    assert days == [("2017-06-01", "2018-08-01"), ("2018-08-01", "")]
    assert rows["lapsed"].tolist() == [True, False]
    assert rows["reason_ceased"].tolist() == ["X1", ""]
    assert count_of(records, "ssda903.lapsed.next_episode") == 1


@pytest.mark.parametrize(("again", "end"), [("01/08/2018", "2018-04-01"), ("15/03/2018", "2018-03-14")])
def test_rule_1a_ends_it_before_a_new_start(two, again, end):
    """Open in the older return, child starts afresh: it ends after 31 March, or the day before if that is earlier."""
    records, days, rows = two([episode(start="01/06/2017")], [episode(start=again, RNE="S", PLACE="K2")])
    assert days[0] == ("2017-06-01", end)
    assert rows["reason_ceased"].tolist() == ["", ""]
    assert count_of(records, "ssda903.lapsed.back_in_care") == 1


def test_rule_2_ends_it_the_day_after_31_march(two):
    """Open in the older return and never seen again: it is in care on 31 March, as returned, and no longer."""
    records, days, rows = two([episode(start="01/06/2017")], [])
    assert days == [("2017-06-01", "2018-04-01")]
    assert rows["lapsed"].all()
    assert count_of(records, "ssda903.lapsed.not_seen_again") == 1


def test_rule_3_drops_a_row_given_again_with_another_start(two):
    """Open in the older return, the same placement in the later one with a corrected start: counted once."""
    records, days, _ = two([episode(start="01/06/2017")], [episode(start="03/06/2017")])
    assert days == [("2017-06-03", "")]
    assert count_of(records, "ssda903.lapsed.duplicate") == 1


def test_rule_3_spares_a_child_who_comes_back_to_the_same_carer(two):
    """A new start after the older return's 31 March is another stay, however alike."""
    records, days, _ = two([episode(start="01/06/2017")], [episode(start="03/06/2018")])
    assert days == [("2017-06-01", "2018-04-01"), ("2018-06-03", "")]
    assert count_of(records, "ssda903.lapsed.duplicate") == 0


def test_rule_3a_drops_a_row_that_a_later_return_replaced(two):
    """Open in the older return, where the later one says that the child was still in the placement before."""
    records, days, _ = two(
        [episode(start="01/06/2017", end="01/09/2017"), episode(start="01/09/2017", RNE="P", PLACE="K2")],
        [episode("1001", "01/06/2017", "01/09/2018")],
    )
    assert days == [("2017-06-01", "2018-09-01")]
    assert count_of(records, "ssda903.lapsed.replaced") == 1


def test_rule_4_cuts_an_overlap(two):
    """Closed in the older return after the start of a later-submitted one: cut back to it."""
    records, days, _ = two(
        [episode(start="01/06/2017", end="20/03/2018")], [episode(start="01/03/2018", RNE="P", PLACE="K2")]
    )
    assert days == [("2017-06-01", "2018-03-01"), ("2018-03-01", "")]
    assert count_of(records, "ssda903.episode.overlap") == 1


def test_rule_5_closes_a_gap_after_x1(two):
    """X1 says that care goes on: a gap before a later-submitted episode is closed; other gaps stay."""
    older = episode(start="01/06/2017", end="20/03/2018", REC="X1")
    newer = episode(start="04/04/2018", RNE="P", PLACE="K2")
    records, days, _ = two([older], [newer])
    assert days == [("2017-06-01", "2018-04-04"), ("2018-04-04", "")]
    assert count_of(records, "ssda903.episode.gap_closed") == 1
    _, days, _ = two([older | {"REC": "E4A"}], [newer])
    assert days[0] == ("2017-06-01", "2018-03-20")


def test_keep_lapsed_leaves_them_open_and_says_so(two):
    """As older tools do: the episode stays open for ever, and no rule is applied but the cut."""
    records, days, rows = two([episode(start="01/06/2017")], [], keep_lapsed=True)
    assert days == [("2017-06-01", "")]
    assert not rows["lapsed"].any()
    assert count_of(records, "ssda903.lapsed.kept") == 1


def test_short_breaks_are_left_out_unless_asked(two):
    """V3 and V4 are not in care; kept on request with their flag, and counted in a finding both ways."""
    rows = [episode("1", LS="V4"), episode("2", LS="v3"), episode("3")]
    records, _, kept = two([], rows)
    assert kept["child"].tolist() == ["3"]
    assert count_of(records, "ssda903.short_breaks.left_out") == 2
    assert set(records.children["child"]) >= {"1", "2", "3"}
    records, _, kept = two([], rows, keep_short_breaks=True)
    assert kept["short_break"].tolist() == [True, True, False]
    assert count_of(records, "ssda903.short_breaks.kept") == 2


def test_status_changes_stay_episodes(two):
    """A change of legal status alone stays its own episode here, with its reason for the stage that joins them."""
    _, days, rows = two([], [episode(end="01/07/2018", REC="X1"), episode(start="01/07/2018", RNE="L", LS="E1")])
    assert len(days) == 2
    assert rows["reason_started"].tolist() == ["S", "L"]


def test_a_temporary_move_carries_the_placement_it_interrupts(two):
    """A T code takes setting, sector and line of the placement before; alone it is other; the older map leaves it."""
    rows = [
        episode(end="01/07/2018", REC="X1", PLACE="K2", PLACE_PROVIDER="PR4"),
        episode(start="01/07/2018", end="09/07/2018", RNE="P", REC="X1", PLACE="T1", PLACE_PROVIDER=""),
        episode(start="09/07/2018", RNE="P", PLACE="U1"),
        episode("2", PLACE="T4", PLACE_PROVIDER=""),
    ]
    records, _, kept = two([], rows)
    assert kept["setting"].tolist() == ["residential", "residential", "kinship", "other"]
    assert kept["line"].tolist()[:2] == ["external home"] * 2
    assert kept["place"].tolist()[1] == "T1"
    assert count_of(records, "ssda903.place.temporary_alone") == 1
    _, _, older = two([], rows, category_map="older")
    assert older["setting"].tolist() == ["residential", "other", "fostering", "other"]


def test_cleaned_episodes_never_overlap(tmp_path):
    """After cleaning, each child's episodes end no later than the next one starts, and none ends before its start."""
    three_returns(tmp_path)
    episodes = read(tmp_path, keep_short_breaks=True).episodes
    following = episodes["start"].shift(-1).where(episodes["child"] == episodes["child"].shift(-1))
    assert (following.isna() | (episodes["end"] <= following)).all()
    assert (episodes["end"].isna() | (episodes["end"] >= episodes["start"])).all()
    assert episodes.equals(episodes.sort_values(["child", "start", "end"], kind="stable"))


def test_one_authority_behind_the_others_keeps_its_open_episodes(tmp_path):
    """In a regional set an authority whose last return is older than another's has no lapsed episodes for that."""
    write_return(tmp_path / "2018", [episode("1", "01/06/2017") | {"LA": "A"}])
    for year, la, child, start in (("2018", "A", "1", "01/06/2017"), ("2019", "B", "2", "01/06/2018")):
        folder = write_return(tmp_path / year, [episode(child, start)])
        frame = pd.read_csv(folder / "episodes.csv", dtype=str, keep_default_na=False).assign(LA=la)
        frame.to_csv(folder / "episodes.csv", index=False)
    records = read(tmp_path)
    assert records.episodes["end"].isna().all()
    assert "ssda903.authority.several" in codes_of(records)


def test_an_option_that_does_not_exist_is_named():
    """A misspelt category map is refused when the options are made."""
    with pytest.raises(ValueError, match="ours, dfe, older"):
        CleaningOptions(category_map="theirs")
