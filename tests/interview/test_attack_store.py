"""Attacks on what is kept: forged rows, two rows for one deadline, a total loss, and large evidence in a backup."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from kotacerdas import cli, packages
from kotacerdas.interview import evidence, publication, rounds, tables, verification
from kotacerdas.interview.answers import Change, save
from kotacerdas.interview.backup import backup, restore
from kotacerdas.interview.carry import import_results
from kotacerdas.interview.grants import grant, revoke
from kotacerdas.interview.roles import Actor, Role
from kotacerdas.interview.stages import Layer, Stage
from kotacerdas.interview.store import Store, now, open_store
from kotacerdas.problem import Problem
from kotacerdas.published import load
from tests.interview.builders import ADMIN, ASSESSORS, CHAIR, CITY, CITY_CODE, GROUP, INSTRUMENT, Round, panel_round
from tests.interview.postgres import Cluster
from tests.interview.recorded import record_rows
from tests.interview.steps import QUESTIONS


def walked(store: Store, year: int = 2026) -> tuple[int, int]:
    """A SYNTHETIC round made by the services only: a panel seated, a chair changed, one who submitted, sent back."""
    for who, role, city in [
        (ADMIN, Role.ADMIN, None),
        (CHAIR, Role.CHAIR, None),
        (CITY, Role.CITY, CITY_CODE),
        *[(one, Role.ASSESSOR, None) for one in ASSESSORS],
    ]:
        grant(store, None, who.who, role, city)
    grant(store, ADMIN, "late@synthetic.test", Role.VIEWER)
    revoke(store, ADMIN, "late@synthetic.test", Role.VIEWER)
    grant(store, ADMIN, "late@synthetic.test", Role.VIEWER)
    round_id = rounds.create(store, ADMIN, year, "Synthetic", {GROUP: INSTRUMENT, "priority": INSTRUMENT})
    rounds.invite(store, ADMIN, round_id, [(CITY_CODE, "priority")])
    rounds.invite(store, ADMIN, round_id, [(CITY_CODE, GROUP)])
    with store.read() as tx:
        entry = rounds.find_entry(tx, round_id, CITY_CODE).id
    rounds.deadline(store, ADMIN, round_id, Stage.REPLY, "2026-12-24")
    rounds.deadline(store, ADMIN, round_id, Stage.REPLY, "2026-12-31")
    rounds.deadline(store, ADMIN, round_id, Stage.REPLY, "2027-01-31", CITY_CODE)
    rounds.seat(store, ADMIN, entry, [one.who for one in ASSESSORS[:3]], chair=CHAIR.who)
    rounds.seat(store, ADMIN, entry, [ASSESSORS[3].who])
    rounds.unseat(store, ADMIN, entry, ASSESSORS[3].who)
    rounds.seat(store, ADMIN, entry, [ASSESSORS[3].who])
    rounds.move(store, ADMIN, entry, Stage.SELF_ASSESSMENT, base=version(store, entry), reason="Synthetic")
    rounds.move(store, ADMIN, entry, Stage.SUBMITTED, base=version(store, entry), reason="Synthetic")
    rounds.schedule(store, ADMIN, entry, "2026-12-01 09:30")
    marks(store, entry, ASSESSORS[0])
    rounds.withdraw_marks(store, ASSESSORS[0], entry)
    rounds.submit_marks(store, ASSESSORS[0], entry)
    rounds.open_marks(store, CHAIR, entry)
    return round_id, entry


def marks(store: Store, entry: int, actor: Actor) -> None:
    for question in QUESTIONS:
        save(store, actor, entry, Layer.MARK, question, Change("3"), base=0, key=f"{question}-{actor.who}"[:64])
    rounds.submit_marks(store, actor, entry)


def version(store: Store, entry: int) -> int:
    with store.read() as tx:
        return rounds.look(tx, entry).version


# ---- the trail equals the store, and a forged row is found ---------------------------------------------------------


def test_what_the_services_write_is_what_the_trail_tells(store: Store) -> None:
    _, entry = walked(store)
    assert verification.verify(store).problems == ()
    why = "Synthetic: the others are ill."
    rounds.move(store, CHAIR, entry, Stage.RECONCILIATION, base=version(store, entry), reason=why)
    rounds.move(store, CHAIR, entry, Stage.SCORING, base=version(store, entry), reason=why)
    assert verification.verify(store).problems == ()
    rounds.submit_marks(store, ASSESSORS[0], entry)
    rounds.move(store, CHAIR, entry, Stage.RECONCILIATION, base=version(store, entry), reason=why)
    rounds.seat(store, ADMIN, entry, [], chair=CHAIR.who)
    rounds.move(store, CHAIR, entry, Stage.REPLY, base=version(store, entry))
    rounds.move(store, CHAIR, entry, Stage.FINAL, base=version(store, entry), reason=why)
    publication.publish(store, ADMIN, 1, provisional=True, reason=why)
    assert verification.verify(store).problems == ()
    rounds.move(store, ADMIN, entry, Stage.SCORING, base=version(store, entry), reason=why)
    assert verification.verify(store).problems == ()


FORGED = {
    "a role out of nothing": (
        "INSERT INTO grants (who, role, at, \"by\") VALUES ('m@x.test', 'admin', '2026', 'admin@synthetic.test')",
        "row_grants",
    ),
    "a role of another": ("UPDATE grants SET who = 'm@x.test' WHERE role = 'admin'", "row_grants"),
    "a role made larger": ("UPDATE grants SET role = 'admin' WHERE role = 'viewer'", "row_grants"),
    "a role taken up again": ("UPDATE grants SET ended_at = NULL, ended_by = NULL", "row_grants"),
    "a city's role elsewhere": ("UPDATE grants SET city = '35.78' WHERE role = 'city'", "row_grants"),
    "the same role twice": (
        'INSERT INTO grants (who, role, city, at, "by") SELECT who, role, city, at, "by" FROM grants WHERE id = 1',
        "row_grants",
    ),
    "a round of other instruments": ("UPDATE rounds SET instruments = '{}'", "row_rounds"),
    "a smaller panel": ("UPDATE rounds SET panel_size = 1", "row_rounds"),
    "a package": (f"UPDATE rounds SET package = '{'0' * 64}', published_at = '2026'", "row_rounds"),
    "a later deadline": ("UPDATE deadlines SET due = '2030-01-01T00:00:00.000000+00:00'", "row_deadlines"),
    "no deadline": ("DELETE FROM deadlines", "row_deadlines"),
    "a stage": ("UPDATE entries SET stage = 'final'", "row_entries"),
    "another group": ("UPDATE entries SET \"group\" = 'priority'", "row_entries"),
    "blind again": ("UPDATE entries SET opened = NOT opened", "row_entries"),
    "another city": ("UPDATE entries SET city = '35.78'", "row_entries"),
    "a meeting": ("UPDATE entries SET meeting_link = 'https://x.test/'", "row_entries"),
    "a chair": ("UPDATE seats SET chair = NOT chair", "row_seats"),
    "a seat of another": ("UPDATE seats SET who = 'm@x.test' WHERE id = 1", "row_seats"),
    "a submission": ("UPDATE seats SET submitted_at = '2026' WHERE submitted_at IS NULL", "row_seats"),
    "no submission": ("UPDATE seats SET submitted_at = NULL", "row_seats"),
    "an ended seat": ("UPDATE seats SET ended_at = '2026'", "row_seats"),
    "no seats": ("DELETE FROM seats", "row_seats"),
}


def test_a_forged_row_is_found(sqlite_store: Store) -> None:
    walked(sqlite_store)
    for case, (statement, what) in FORGED.items():
        with pytest.raises(ZeroDivisionError), sqlite_store.write() as tx:
            tx.exec_driver_sql(statement)
            tx.exec_driver_sql("SELECT 1")
            problems = verification._row_problems(tx)
            assert {problem.params["what"].key for problem in problems} == {what}, case  # type: ignore[union-attr]
            assert problems[0].key == "trail_row"
            raise ZeroDivisionError  # back to the sound store
    assert verification.verify(sqlite_store).problems == ()


def test_a_forged_role_fails_the_command_and_the_restore(
    sqlite_store: Store, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    walked(sqlite_store)
    with sqlite_store.write() as tx:
        tx.exec_driver_sql(FORGED["a role out of nothing"][0])
    backup(sqlite_store, tmp_path / "forged.zip")
    sqlite_store.close()
    assert cli.main(["--lang", "en", "audit", "verify", "--home", str(home)]) == 1
    assert "The role “m@x.test admin 2026” is not in the store as the audit trail has it" in capsys.readouterr().out
    with pytest.raises(Problem, match="restore_trail"):
        restore(tmp_path / "new", tmp_path / "forged.zip")


# ---- one row where one row belongs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("city", [None, CITY_CODE])
def test_the_database_holds_one_deadline_for_a_stage(store: Store, panel: Round, city: str | None) -> None:
    row = {"round_id": panel.id, "city": city, "stage": "reply", "due": now(), "version": 1}
    with store.write() as tx:
        tx.execute(tables.deadlines.insert().values(row))
    with pytest.raises(IntegrityError), store.write() as tx:
        tx.execute(tables.deadlines.insert().values(row))


# ---- years that are taken ------------------------------------------------------------------------------------------


def imported(store: Store, year: int = 2025) -> None:
    """A SYNTHETIC file of results of one city."""
    data = load()
    scores = {part.id: "3.00" for part in data.data.instruments[INSTRUMENT].parts} | {"final": "3.00"}
    content = "code,question,value\n" + "".join(f"35.77,{name},{value}\n" for name, value in scores.items())
    import_results(
        store, None, content.encode(), "last.csv", year=year, title="Synthetic", instruments={"all": INSTRUMENT}
    )


def test_no_round_is_made_for_a_year_that_was_imported(store: Store) -> None:
    imported(store)
    panel_round(store, year=2026)
    with pytest.raises(Problem, match="round_added"):
        rounds.create(store, ADMIN, 2025, "Again", {GROUP: INSTRUMENT})
    assert rounds.create(store, ADMIN, 2027, "Another", {GROUP: INSTRUMENT})


def test_a_round_made_while_its_year_is_imported_stops_the_import(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = publication._build

    def meanwhile(*given: object) -> str:
        panel_round(sqlite_store, year=2025)
        return build(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(publication, "_build", meanwhile)
    with pytest.raises(Problem, match="publish_year_taken"):
        imported(sqlite_store)
    assert packages.current(sqlite_store.packages) is None


# ---- total loss ----------------------------------------------------------------------------------------------------


def test_after_a_total_loss_the_same_results_are_public_imported_ones_too(
    store: Store, postgres: Cluster, tmp_path: Path
) -> None:
    imported(store)
    round_id, entry = walked(store)
    why = "Synthetic: one assessor."
    for stage in (Stage.RECONCILIATION, Stage.REPLY, Stage.FINAL):
        rounds.move(store, CHAIR, entry, stage, base=version(store, entry), reason=why)
    name = publication.publish(store, ADMIN, round_id, provisional=True, reason=why).package
    done = backup(store, tmp_path / "all.zip")
    assert done.package == name and not done.absent
    for to, url in (("sqlite", None), ("postgresql", postgres.create("lost"))):
        new = tmp_path / to
        assert restore(new, tmp_path / "all.zip", url=url).package == name
        here = packages.current(new / "packages")
        assert here == new / "packages" / name
        public = load(here)
        assert public.years[:3] == (2026, 2025, 2024) and public.results(2025).at["35.77", "final"] == 3.0
        again = open_store(new, url)
        publication.settle(again)
        assert packages.current(again.packages) == here
        again.close()


def test_a_backup_from_before_a_publication_takes_it_back(sqlite_store: Store, home: Path, tmp_path: Path) -> None:
    walked(sqlite_store)
    backup(sqlite_store, tmp_path / "before.zip")
    imported(sqlite_store)
    assert packages.current(sqlite_store.packages) is not None
    sqlite_store.close()
    done = restore(home, tmp_path / "before.zip", replace=True)
    assert packages.current(home / "packages") is None, "the pages show what the store knows"
    assert done.aside is not None and done.package is None
    assert packages.current(home / done.aside / "packages") is not None, "and what there was is kept"


def test_a_lost_package_is_named_and_the_rest_is_backed_up(sqlite_store: Store, tmp_path: Path) -> None:
    imported(sqlite_store)
    name = packages.current_name(sqlite_store.packages)
    assert name is not None
    shutil.rmtree(sqlite_store.packages / name)
    done = backup(sqlite_store, tmp_path / "part.zip")
    assert done.package is None and done.absent[name].key == "backup_package"
    assert restore(tmp_path / "new", tmp_path / "part.zip").package is None


def test_a_package_of_other_figures_is_not_restored(sqlite_store: Store, tmp_path: Path) -> None:
    imported(sqlite_store)
    backup(sqlite_store, tmp_path / "good.zip")
    with zipfile.ZipFile(tmp_path / "good.zip") as good, zipfile.ZipFile(tmp_path / "bad.zip", "w") as bad:
        contents = {name: good.read(name) for name in good.namelist()}
        said = json.loads(contents.pop("manifest.json"))
        contents["package/results.csv"] = contents["package/results.csv"].replace(b"3.00", b"4.00")
        content = contents["package/results.csv"]
        said["members"]["package/results.csv"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for name, content in contents.items():
            bad.writestr(name, content)
        bad.writestr("manifest.json", json.dumps(said))
    with pytest.raises(Problem, match="backup_damaged"):
        restore(tmp_path / "new", tmp_path / "bad.zip")
    assert packages.current(tmp_path / "new" / "packages") is None


def test_evidence_of_one_long_line_comes_back_from_a_backup(sqlite_store: Store, tmp_path: Path) -> None:
    panel = panel_round(sqlite_store)
    record_rows(sqlite_store)
    content = b"a" * (6 << 20)
    evidence.attach_file(sqlite_store, ASSESSORS[0], panel.entry, Layer.MARK, "q1", "long.txt", content)
    backup(sqlite_store, tmp_path / "long.zip")
    assert restore(tmp_path / "new", tmp_path / "long.zip").evidence == 1


def test_files_nobody_refers_to_are_swept_at_start(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the app does when it opens the store (`interview_desk`)."""
    from kotacerdas.ui import interview_desk

    done = []
    monkeypatch.setattr(interview_desk, "open_store", lambda *given, **named: sqlite_store)
    monkeypatch.setattr(interview_desk.publication, "settle", lambda store: done.append("settle"))
    monkeypatch.setattr(interview_desk.evidence, "sweep", lambda store: done.append("sweep"))
    interview_desk._opened.clear()
    interview_desk._opened("home", None, "attack.db")
    interview_desk._opened.clear()
    assert done == ["settle", "sweep"]
