"""A published round is a data folder like the official one: same checks, same readers, official rows untouched."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from kotacerdas import packages, profile, ranking
from kotacerdas.commands.check import check_all
from kotacerdas.compose import additions, compose
from kotacerdas.dataset import file_problems, read_dataset
from kotacerdas.field import field_of
from kotacerdas.instrument import DATA
from kotacerdas.interview import audit, publication, rounds, tables
from kotacerdas.interview.named_package import current_package
from kotacerdas.interview.publication import export, preview, publish, recompose, settle
from kotacerdas.interview.result_rows import PanelCity, addition
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.store import Store, now, open_store
from kotacerdas.problem import Problem
from kotacerdas.published import Published, load
from kotacerdas.scenario import Scenario
from kotacerdas.scoring import round_half_up, score
from kotacerdas.simulate import simulate
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY_CODE, OTHER_CITY, Round, panel_round
from tests.interview.killing import counting, first_of_each, forked, kill_at
from tests.interview.panel_marks import INSTRUMENTS, cities, marks, synthetic_round
from tests.interview.steps import fill, is_refused, put, stage_of, submitted

CODES = ("35.77", "12.02", "12.08", "11.71", "35.78", "32.73", "34.71")


@pytest.fixture(scope="module")
def folder(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SYNTHETIC round: five final cities of both groups, one provisional, one that is not final."""
    panel = [
        *cities(published, CODES[:5]),
        *cities(published, CODES[5:6], seats=3),
        *cities(published, CODES[6:], final=False),
    ]
    target = tmp_path_factory.mktemp("package") / "data"
    compose(published.data, [addition(published, synthetic_round(published, panel))], target, "2026-11-22")
    return target


@pytest.fixture(scope="module")
def panel_data(folder: Path) -> Published:
    return load(folder)


# ---- the folder -------------------------------------------------------------------------------------------------


def test_check_accepts_the_folder(folder: Path) -> None:
    assert [str(problem) for problem in check_all(folder)] == []


def test_official_rows_stay_byte_for_byte(folder: Path) -> None:
    for file in ("results.csv", "question_scores.csv", "weight_groups.csv"):
        official, own = (DATA / file).read_bytes(), (folder / file).read_bytes()
        assert own.startswith(official) and len(own) > len(official)
    for path in [*DATA.glob("instruments/*"), DATA / "cities.csv", DATA / "levels.yaml"]:
        assert (folder / path.relative_to(DATA)).read_bytes() == path.read_bytes()
    official, own = read_dataset(DATA), read_dataset(folder)
    assert own.rounds[1:] == official.rounds and own.sources[1:] == official.sources


def test_without_additions_the_figures_are_the_official_ones(tmp_path: Path, published: Published) -> None:
    compose(published.data, [], tmp_path / "data", "2026-11-22")
    same = load(tmp_path / "data")
    assert same.version == published.version
    pd.testing.assert_frame_equal(same.results(2024), published.results(2024))


def test_a_year_of_the_official_data_is_never_replaced(published: Published, tmp_path: Path) -> None:
    new = addition(published, synthetic_round(published, cities(published, CODES[:1]), year=2024))
    with pytest.raises(Problem, match="publish_year_taken"):
        compose(published.data, [new], tmp_path / "data", "2026-11-22")
    assert not (tmp_path / "data").exists()


def test_what_was_added_can_be_taken_out_and_laid_over_again(folder: Path, tmp_path: Path) -> None:
    found = additions(folder, DATA)
    assert [each.year for each in found] == [2026]
    assert compose(read_dataset(DATA), found, tmp_path / "again", "2026-11-22") == read_dataset(folder).digest


# ---- the figures ------------------------------------------------------------------------------------------------


def test_figures_are_exact_means_rounded_half_up(panel_data: Published, published: Published) -> None:
    for number, code in enumerate(CODES[:5]):
        row = panel_data.results(2026).loc[code]
        instrument = panel_data.instrument_of(2026, row["group"])
        given = marks(instrument, number)
        means = {leaf: sum(each, start=Fraction(0)) / 5 for leaf, each in given.items()}
        card = score(means, instrument)
        assert row["final"] == float(round_half_up(card.value))
        for part in card.children:
            assert row[part.id] == float(round_half_up(part.value))
        printed = panel_data.question_matrix(2026).loc[code]
        assert {q: printed[q] for q in printed.index} == {q: float(means[q]) for q in printed.index}
        assert abs(row["difference"]) <= 0.01


def test_a_final_may_lie_a_hundredth_beside_its_printed_components_and_no_more(published: Published) -> None:
    """Half a hundredth per component is the most that rounding them hides; the weights add up to one."""
    codes = list(published.results(2024).index[:150])
    new = addition(published, synthetic_round(published, cities(published, codes)))
    finals = {row[0]: row for row in new.results if row[2] == "final"}
    differing = 0
    for code in codes:
        parts = {
            row[2]: Fraction(row[3]) for row in new.results if row[0] == code and row[2] not in ("final", "improvement")
        }
        group = next(row[2] for row in new.groups if row[0] == code)
        instrument = published.data.instruments[INSTRUMENTS[group]]
        again = round_half_up(score(parts, instrument).value)
        gap = abs(Fraction(finals[code][3]) - Fraction(str(again)))
        assert gap <= Fraction(1, 100)
        differing += gap > 0
    assert differing, "the tolerance is needed"


def test_provisional_and_unfinished_results_have_a_status_and_no_figure(panel_data: Published) -> None:
    results = panel_data.results(2026)
    for code in CODES[5:]:
        assert results.at[code, "status"] == "not_final" and pd.isna(results.at[code, "final"])
        assert profile.situation(panel_data, code, 2026) == "not_final"
        assert code not in panel_data.question_matrix(2026).index
    assert "3 of 5 assessors" in results.at[CODES[5], "note"]
    assert results["rank"].notna().sum() == 5 and int(results["ranked"].iloc[0]) == 5


def test_provisional_results_come_in_only_when_the_round_says_so_and_are_marked(published: Published) -> None:
    panel = cities(published, CODES[:2], seats=3)
    with pytest.raises(Problem, match="publish_nothing_final"):
        addition(published, synthetic_round(published, panel))
    new = addition(published, synthetic_round(published, panel, provisional=True))
    assert {row[8] for row in new.results} == {"Provisional: 3 of 5 assessors."}


def test_a_final_city_with_an_open_question_is_held_back_and_the_others_are_published(published: Published) -> None:
    city, other = cities(published, CODES[:2])
    open_ = PanelCity(city.code, city.group, {q: m for q, m in city.marks.items() if q != "q7"}, 5, True)
    new = addition(published, synthetic_round(published, [open_, other]))
    finals = {row[0]: row for row in new.results if row[2] == "final"}
    assert finals[city.code][3:5] == ("", "not_final") and finals[other.code][4] == "panel"
    assert finals[city.code][8] == "Not published: 1 question has no score. Re-open the place and complete them."
    with pytest.raises(Problem, match="publish_nothing_final"):
        addition(published, synthetic_round(published, [open_]))


def test_a_place_without_a_collaboration_programme_counts_zero_there_by_the_rule(published: Published) -> None:
    code = "12.02"
    (city,) = cities(published, [code])
    assert city.group == "priority"
    without = PanelCity(code, "priority", {q: m for q, m in city.marks.items() if q != "collaboration"}, 5, True)
    rows = {row[2]: row for row in addition(published, synthetic_round(published, [without])).results}
    assert (rows["collaboration"][3], rows["collaboration"][4]) == ("", "no_programme")


def test_an_instrument_the_national_tables_cannot_hold_is_refused(published: Published) -> None:
    panel = synthetic_round(published, [PanelCity("35.77", "all", {}, 5, True)])
    standard = type(panel)(2026, "x", "2026-11-22", {"all": "standard-2025"}, 5, panel.cities)
    with pytest.raises(Problem, match="publish_instrument_tables"):
        addition(published, standard)


def test_a_round_may_have_weight_groups_of_its_own(published: Published, tmp_path: Path) -> None:
    own = {"kabupaten": "evaluation-2024-regular", "kota": "evaluation-2024-priority"}
    wide = marks(published.data.instruments["evaluation-2024-priority"], 1)
    narrow = marks(published.data.instruments["evaluation-2024-regular"], 2)
    panel = [PanelCity("35.77", "kota", wide, 5, True), PanelCity("12.08", "kabupaten", narrow, 5, True)]
    new = addition(published, type(synthetic_round(published, panel))(2026, "x", "2026-11-22", own, 5, panel))
    compose(published.data, [new], tmp_path / "data", "2026-11-22")
    assert check_all(tmp_path / "data") == []
    data = load(tmp_path / "data")
    assert data.results(2026)["group"].to_dict()["35.77"] == "kota"
    assert data.results(2024)["group"].value_counts().to_dict() == {"regular": 93, "priority": 47}


# ---- everywhere official data go --------------------------------------------------------------------------------


def test_the_round_is_in_ranking_trend_profile_and_questions(panel_data: Published) -> None:
    code = "35.77"
    assert panel_data.years[:2] == (2026, 2024)
    table = ranking.table(panel_data, 2026, panel_data.results(2026))
    assert table.at[code, "status"] == "panel" and table["rank"].min() == 1
    assert table.at[code, "source_document"] == "panel-2026" and "rank_group" in table
    assert panel_data.trend(code)["year"].tolist()[-2:] == [2024, 2026]
    assert profile.situation(panel_data, code, 2026) == "questions" and profile.newest(panel_data, code) == 2026
    asked = profile.questions(panel_data, code, 2026)
    assert set(asked["status"]) == {"panel"} and asked["value"].notna().all()
    assert set(asked["previous_year"]) == {2024} and asked["previous"].notna().all(), "the same questions of 2024"
    assert panel_data.results(2026).at[code, "base_final"] == 3.80
    source = panel_data.sources["panel-2026"]
    assert "Hasil panel KotaCerdas" in source.title.id and "KotaCerdas panel result" in source.title.en
    assert "Synthetic round 2026" in source.publisher.id and source.date == "2026-11-22"


def test_a_scenario_without_changes_changes_nothing(panel_data: Published) -> None:
    for code in CODES[:5]:
        simulation = simulate(panel_data, Scenario(code, 2026))
        for side in (simulation.baseline, simulation.outcome):
            assert float(side.final) == panel_data.results(2026).at[code, "final"]
            assert side.rank == panel_data.results(2026).at[code, "rank"]
    field = field_of(panel_data, 2026)
    assert (field.finals() == field.printed).all()


def test_earlier_rounds_read_as_before(panel_data: Published, published: Published) -> None:
    for year in published.years:
        pd.testing.assert_frame_equal(panel_data.results(year), published.results(year))
    pd.testing.assert_frame_equal(panel_data.questions("35.77", 2024), published.questions("35.77", 2024))


# ---- from the store ---------------------------------------------------------------------------------------------


def ready(store: Store, **more: object) -> Round:
    """A SYNTHETIC round whose one city with a panel is final; the other one is still at the scoring."""
    made = panel_round(store, **more)  # type: ignore[arg-type]
    submitted(store, made.entry, ASSESSORS)
    put(store, made.entry, Stage.FINAL)
    return made


def test_publishing_moves_the_city_names_the_package_and_is_seen(store: Store) -> None:
    made = ready(store)
    name = publish(store, ADMIN, made.id).package
    assert stage_of(store, made.entry) is Stage.PUBLISHED and stage_of(store, made.other_entry) is Stage.SCORING
    here = packages.current(store.packages)
    assert here == store.packages / name
    results = load(here).results(2026)
    assert results.at[CITY_CODE, "final"] == 3.0 and results.at[CITY_CODE, "status"] == "panel"
    assert results.at[OTHER_CITY, "status"] == "not_final"
    assert check_all(here) == []
    with store.read() as tx:
        assert current_package(tx) == name
        (row,) = [row for row in audit.trail(tx, audit.OFFICE) if row.action == publication.PUBLISH]
    found = audit.verify(store).problems  # the synthetic answers were written without a trail
    assert row.who == ADMIN.who and {problem.key for problem in found} == {"audit_unrecorded"}


def test_publishing_again_is_the_same_and_a_correction_supersedes(sqlite_store: Store) -> None:
    made = ready(sqlite_store)
    first = publish(sqlite_store, ADMIN, made.id).package
    assert publish(sqlite_store, ADMIN, made.id).package == first
    submitted(sqlite_store, made.other_entry, ())
    with sqlite_store.write() as tx:
        tx.execute(tables.answers.update().where(tables.answers.c.question == "q1").values(value="4"))
    second = publish(sqlite_store, ADMIN, made.id).package
    assert second != first
    assert (sqlite_store.packages / first / "datapackage.json").is_file(), "what was published stays"
    assert load(packages.current(sqlite_store.packages)).results(2026).at[CITY_CODE, "final"] > 3.0
    assert not list(sqlite_store.packages.glob(".new-*"))


def test_two_rounds_stand_beside_each_other(sqlite_store: Store) -> None:
    publish(sqlite_store, ADMIN, ready(sqlite_store, year=2026).id)
    publish(sqlite_store, ADMIN, ready(sqlite_store, year=2027).id)
    assert load(packages.current(sqlite_store.packages)).years[:3] == (2027, 2026, 2024)


@pytest.mark.parametrize("what", ["unsubmitted", "ended"])
def test_marks_of_ended_and_unsubmitted_seats_do_not_count(sqlite_store: Store, what: str) -> None:
    made = panel_round(sqlite_store)
    submitted(sqlite_store, made.entry, ASSESSORS[:4])
    fill(sqlite_store, made.entry, Layer.MARK, ASSESSORS[4].who, value="1")
    if what == "ended":
        with sqlite_store.write() as tx:
            ended = tables.seats.update().where(tables.seats.c.who == ASSESSORS[4].who)
            tx.execute(ended.values(submitted_at=now(), ended_at=now()))
    put(sqlite_store, made.entry, Stage.FINAL)
    with pytest.raises(Problem, match="publish_nothing_final"):
        publish(sqlite_store, ADMIN, made.id)
    with pytest.raises(Problem, match="publish_provisional_reason"):
        publish(sqlite_store, ADMIN, made.id, provisional=True)
    publish(sqlite_store, ADMIN, made.id, provisional=True, reason="Synthetic: one assessor fell ill.")
    row = load(packages.current(sqlite_store.packages)).results(2026).loc[CITY_CODE]
    assert row["final"] == 3.0 and row["note"] == "Provisional: 4 of 5 assessors."


def test_who_may_not_publish_is_refused_and_logged(store: Store) -> None:
    made = ready(store)
    with pytest.raises(Problem) as caught:
        publish(store, CHAIR, made.id)
    is_refused(store, caught, "refused_role")
    assert packages.current(store.packages) is None and stage_of(store, made.entry) is Stage.FINAL


def test_a_round_that_changes_meanwhile_is_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = ready(store)
    build, turns = publication._build, []

    def slow(*given: object) -> str:
        turns.append(1)
        if len(turns) == 1:
            put(store, made.other_entry, Stage.RECONCILIATION)
            with store.write() as tx:
                tx.execute(tables.entries.update().where(tables.entries.c.id == made.other_entry).values(version=7))
        return build(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(publication, "_build", slow)
    publish(store, ADMIN, made.id)
    assert len(turns) == 2 and stage_of(store, made.entry) is Stage.PUBLISHED


def test_export_writes_a_folder_that_check_accepts_and_publishes_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    made = ready(sqlite_store)
    target = export(sqlite_store, None, made.id, tmp_path / "out")
    assert check_all(target) == [] and load(target).results(2026).at[CITY_CODE, "final"] == 3.0
    assert packages.current(sqlite_store.packages) is None and stage_of(sqlite_store, made.entry) is Stage.FINAL
    with pytest.raises(Problem, match="export_folder"):
        export(sqlite_store, None, made.id, target)


def test_a_new_edition_of_the_official_data_carries_the_round(sqlite_store: Store, data_copy: Path) -> None:
    made = ready(sqlite_store)
    first = publish(sqlite_store, ADMIN, made.id).package
    assert recompose(sqlite_store) is None
    from kotacerdas.dataset import write_package

    with (data_copy / "glossary.yaml").open("a", encoding="utf-8") as file:
        file.write("# a new edition\n")
    write_package(data_copy, "2027.1", "2027-01-01")
    done = recompose(sqlite_store, base=data_copy)
    assert done is not None and done.package != first and done.dropped == ()
    data = load(packages.current(sqlite_store.packages))
    assert data.version.startswith("2027.1+") and data.results(2026).at[CITY_CODE, "final"] == 3.0
    assert recompose(sqlite_store, base=data_copy) is None


def two_published(store: Store) -> Round:
    """A SYNTHETIC round with both cities published, all marks 3."""
    made = ready(store)
    with store.write() as tx:
        for who in ASSESSORS:
            tx.execute(tables.seats.insert().values(entry_id=made.other_entry, who=who.who, chair=False, version=1))
    submitted(store, made.other_entry, ASSESSORS)
    put(store, made.other_entry, Stage.FINAL)
    assert publish(store, ADMIN, made.id).cities == (CITY_CODE, OTHER_CITY)
    return made


def rows_of(store: Store, code: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """The rows of a city in the current package."""
    folder = packages.current(store.packages)
    assert folder is not None
    (added,) = additions(folder, DATA)
    return [row for row in added.results if row[0] == code], [row for row in added.scores if row[0] == code]


def test_a_city_that_is_reopened_stays_as_last_published_until_it_is_final_again(store: Store) -> None:
    made = two_published(store)
    before = rows_of(store, CITY_CODE)
    rounds.move(store, ADMIN, made.entry, Stage.RECONCILIATION, base=2, reason="Synthetic: a mistake.")
    with store.write() as tx:
        changed = tables.answers.update().where(tables.answers.c.question == "q1")
        tx.execute(changed.values(value="4"))
    ahead = preview(store, ADMIN, made.id)
    assert (ahead.ready, ahead.kept) == ((OTHER_CITY,), (CITY_CODE,))
    done = publish(store, ADMIN, made.id)
    assert (done.cities, done.kept) == ((OTHER_CITY,), (CITY_CODE,))
    assert rows_of(store, CITY_CODE) == before, "not one figure of it has changed"
    results = load(packages.current(store.packages)).results(2026)
    assert results.at[CITY_CODE, "final"] == 3.0 and results.at[OTHER_CITY, "final"] > 3.0
    assert results["rank"].notna().sum() == 2 and stage_of(store, made.entry) is Stage.RECONCILIATION
    publish(store, ADMIN, made.id)
    assert rows_of(store, CITY_CODE) == before, "nor after one more publication"
    assert preview(store, ADMIN, made.id).kept == (CITY_CODE,)
    put(store, made.entry, Stage.FINAL)
    done = publish(store, ADMIN, made.id)
    assert (done.cities, done.kept) == ((CITY_CODE, OTHER_CITY), ())
    assert rows_of(store, CITY_CODE) != before


def test_a_city_that_was_published_provisionally_does_not_vanish_either(sqlite_store: Store) -> None:
    made = two_published(sqlite_store)
    with sqlite_store.write() as tx:
        ended = tables.seats.update().where(tables.seats.c.entry_id == made.entry)
        tx.execute(ended.where(tables.seats.c.who == ASSESSORS[4].who).values(ended_at=now()))
    publish(sqlite_store, ADMIN, made.id, provisional=True, reason="Synthetic.")
    before = rows_of(sqlite_store, CITY_CODE)
    assert preview(sqlite_store, ADMIN, made.id).kept == (CITY_CODE,)
    assert publish(sqlite_store, ADMIN, made.id).kept == (CITY_CODE,)
    assert rows_of(sqlite_store, CITY_CODE) == before
    assert stage_of(sqlite_store, made.entry) is Stage.PUBLISHED


def test_who_may_not_export_is_refused_and_logged(store: Store, tmp_path: Path) -> None:
    made = ready(store)
    for actor in (CHAIR, ASSESSORS[0]):
        with pytest.raises(Problem) as caught:
            export(store, actor, made.id, tmp_path / "out")
        is_refused(store, caught, "refused_role")
    assert not (tmp_path / "out").exists()


# ---- killed, full, damaged --------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["compose", "keep", "commit", "point"])
def test_killed_between_two_steps_gives_the_old_state_or_the_new_one(sqlite_store: Store, where: str) -> None:
    """R2: until the commit everything is as it was; after it the next start completes it."""
    made = ready(sqlite_store)
    calls = {"keep": (packages, "keep"), "commit": (publication, "_name_package"), "point": (packages, "point")}
    whole = publication.compose

    def work() -> None:
        if where == "compose":
            publication.compose = lambda *given: (whole(*given), os.kill(os.getpid(), signal.SIGKILL))  # type: ignore
        else:
            kill_at(1, calls[where])
        publish(open_store(sqlite_store.home), None, made.id)

    sqlite_store.close()
    assert forked(work) == -signal.SIGKILL
    assert packages.current(sqlite_store.packages) is None
    settle(sqlite_store)
    if where == "point":
        assert stage_of(sqlite_store, made.entry) is Stage.PUBLISHED
        assert load(packages.current(sqlite_store.packages)).results(2026).at[CITY_CODE, "final"] == 3.0
    else:
        assert stage_of(sqlite_store, made.entry) is Stage.FINAL and packages.current(sqlite_store.packages) is None
        publish(sqlite_store, ADMIN, made.id)
    assert not list(sqlite_store.packages.glob(".new-*"))


def test_kill_at_every_step_of_an_export_leaves_no_folder_or_a_whole_one(sqlite_store: Store, tmp_path: Path) -> None:
    """R2. What was begun is gone after the next export."""
    made = ready(sqlite_store)
    sqlite_store.close()
    calls = ((Path, "replace"), (Path, "rename"), (packages, "sync"))

    def begun(step: int) -> tuple[Path, int | list[str]]:
        target = tmp_path / f"out-{step}" / "data"
        target.mkdir(parents=True)  # an empty folder is one to export into
        return target, counting(step, lambda: export(open_store(sqlite_store.home), None, made.id, target), *calls)

    whole, counted = begun(0)
    assert isinstance(counted, list)
    files = sorted(path.relative_to(whole) for path in whole.rglob("*"))
    outcomes = []
    for step in first_of_each(counted):
        target, ended = begun(step)
        assert ended == -signal.SIGKILL
        there = target.exists() and any(target.iterdir())
        outcomes.append(there)
        if there:
            assert sorted(path.relative_to(target) for path in target.rglob("*")) == files and not file_problems(target)
            target = target.with_name("again")
        export(sqlite_store, None, made.id, target)
        assert [path.name for path in target.parent.iterdir() if path.name.startswith(".new")] == []
        assert not file_problems(target)
    assert outcomes == sorted(outcomes) and len(set(outcomes)) == 2, "first nothing, from some step on all of it"
    assert packages.current(sqlite_store.packages) is None and stage_of(sqlite_store, made.entry) is Stage.FINAL


def test_a_folder_that_another_living_process_is_writing_is_not_swept(tmp_path: Path) -> None:
    living, dead = tmp_path / f".new-{os.getppid()}-aa", tmp_path / ".new-4194304-bb"
    living.mkdir()
    dead.mkdir()
    assert packages.sweep(tmp_path) == 1 and living.exists() and not dead.exists()


@pytest.mark.parametrize("step", ["keep", "point"])
def test_a_full_disk_is_one_sentence_and_the_next_try_succeeds(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """R3: before the commit nothing has happened; after it the pointer follows as soon as there is room."""
    made = ready(sqlite_store)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(packages, step, full)
        with pytest.raises(Problem, match="disk_full"):
            publish(sqlite_store, ADMIN, made.id)
    assert packages.current(sqlite_store.packages) is None and not list(sqlite_store.packages.glob(".new-*"))
    assert stage_of(sqlite_store, made.entry) is (Stage.FINAL if step == "keep" else Stage.PUBLISHED)
    name = publish(sqlite_store, ADMIN, made.id).package
    assert packages.current_name(sqlite_store.packages) == name


def test_two_rounds_published_at_the_same_time_are_both_there(store: Store) -> None:
    made = [ready(store, year=year) for year in (2026, 2027)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda each: publish(store, ADMIN, each.id), made))
    data = load(packages.current(store.packages))
    assert data.years[:2] == (2027, 2026)
    for year in (2026, 2027):
        assert data.results(year).at[CITY_CODE, "final"] == 3.0


def test_a_lost_package_is_made_again_from_the_published_cities(sqlite_store: Store) -> None:
    made = ready(sqlite_store)
    name = publish(sqlite_store, ADMIN, made.id).package
    shutil.rmtree(sqlite_store.packages / name)
    with pytest.raises(Problem, match="package_gone"):
        packages.current(sqlite_store.packages)
    settle(sqlite_store)
    results = load(packages.current(sqlite_store.packages)).results(2026)
    assert results["final"].to_dict()[CITY_CODE] == 3.0 and results.at[OTHER_CITY, "status"] == "not_final"
    settle(sqlite_store)
    publish(sqlite_store, ADMIN, made.id)


def test_a_damaged_package_is_named_and_not_copied_on(sqlite_store: Store) -> None:
    name = publish(sqlite_store, ADMIN, ready(sqlite_store).id).package
    with (sqlite_store.packages / name / "glossary.yaml").open("a", encoding="utf-8") as file:
        file.write("# damaged\n")
    later = ready(sqlite_store, year=2027)
    with pytest.raises(Problem, match="file_changed"):
        publish(sqlite_store, ADMIN, later.id)
    assert packages.current_name(sqlite_store.packages) == name
    assert stage_of(sqlite_store, later.entry) is Stage.FINAL


def test_a_damaged_pointer_is_one_sentence_and_mended_at_start(sqlite_store: Store) -> None:
    made = ready(sqlite_store)
    name = publish(sqlite_store, ADMIN, made.id).package
    pointer = sqlite_store.packages / packages.POINTER
    for content, key in (
        ("../../etc/passwd\n", "package_pointer"),
        ("0" * 64, "package_gone"),
        ("\x00", "package_pointer"),
    ):
        pointer.write_text(content)
        with pytest.raises(Problem, match=key):
            packages.current(sqlite_store.packages)
        settle(sqlite_store)
        assert packages.current_name(sqlite_store.packages) == name


def test_the_pages_notice_a_new_package_without_a_restart(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from kotacerdas.ui import cache

    monkeypatch.setenv("KOTACERDAS_HOME", str(sqlite_store.home))
    monkeypatch.delenv("KOTACERDAS_MODE", raising=False)
    assert cache.published().years[0] == 2024
    publish(sqlite_store, ADMIN, ready(sqlite_store).id)
    assert cache.published().years[0] == 2026
    assert cache.published() is cache.published()
