"""A round without a screen: every step of it as a command, and one sentence where it cannot be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kotacerdas.cli import main
from kotacerdas.interview import audit
from kotacerdas.interview.stages import Layer
from kotacerdas.interview.store import open_store
from tests.interview.steps import fill

Run = Callable[..., tuple[int, str, str]]
CITY = "35.77"
PEOPLE = [f"assessor{n}@synthetic.test" for n in range(1, 6)]
CHAIR = "chair@synthetic.test"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """One command on a store of its own."""
    monkeypatch.setenv("KOTACERDAS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KOTACERDAS_DATABASE_URL", raising=False)

    def command(*arguments: str) -> tuple[int, str, str]:
        status = main(["--lang", "en", *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return command


def ok(run: Run, *arguments: str) -> Any:
    """The JSON of a command that works."""
    status, out, err = run(*arguments, "--json")
    assert (status, err) == (0, ""), err
    return json.loads(out)


def refused(run: Run, *arguments: str) -> str:
    """The sentences of a command that does not."""
    status, out, err = run(*arguments)
    assert status == 2 and out == "" and err.strip()
    return err


@pytest.fixture(scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the round of 2026 and nothing in it, to copy: a new store takes a migration."""
    home = tmp_path_factory.mktemp("round") / "home"
    assert main(["--lang", "en", "round", "create", "2026", "Synthetic round", "--home", str(home)]) == 0
    return home


@pytest.fixture
def made(_home: Path, tmp_path: Path) -> None:
    """The round of 2026 is there, without cities."""
    shutil.copytree(_home, tmp_path / "home")


def test_roles(run: Run) -> None:
    assert ok(run, "role", "grant", " Admin@Synthetic.Test", "admin") == {
        "who": "admin@synthetic.test", "role": "admin", "city": None, "changed": True,
    }  # fmt: skip
    assert not ok(run, "role", "grant", "admin@synthetic.test", "admin")["changed"]
    ok(run, "role", "grant", "city@synthetic.test", "city", "--city", CITY)
    assert ok(run, "role", "list") == [
        {"who": "admin@synthetic.test", "role": "admin", "city": None},
        {"who": "city@synthetic.test", "role": "city", "city": CITY},
    ]
    status, out, _ = run("role", "list")
    assert status == 0 and "city@synthetic.test" in out and CITY in out
    assert ok(run, "role", "revoke", "city@synthetic.test", "city", "--city", CITY)["changed"]
    assert not ok(run, "role", "revoke", "city@synthetic.test", "city", "--city", CITY)["changed"]
    assert len(ok(run, "role", "list")) == 1
    for lang in ("id", "en"):
        assert main(["--lang", lang, "role", "grant", "x@y.test", "viewer"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("role", "grant", "nobody", "admin"), "no e-mail"),
        (("role", "grant", "city@synthetic.test", "city"), "needs"),
        (("role", "grant", "city@synthetic.test", "city", "--city", "3577"), "35.77 Kota Madiun"),
    ],
)
def test_a_role_that_cannot_be(run: Run, arguments: tuple[str, ...], said: str) -> None:
    if said == "needs":
        said = "give its code"
    assert said in refused(run, *arguments)


def test_without_a_store_nothing_is_made_by_looking(run: Run, tmp_path: Path) -> None:
    refused(run, "round", "status", "2026")
    refused(run, "role", "list")
    assert not (tmp_path / "home" / "interview.db").exists()


def test_create_takes_the_instruments_of_the_newest_round(run: Run) -> None:
    found = ok(run, "round", "create", "2026", "Synthetic")
    assert found["instruments"] == {"regular": "evaluation-2024-regular", "priority": "evaluation-2024-priority"}
    assert [one["year"] for one in ok(run, "round", "list")] == [2026]
    status, out, _ = run("round", "list")
    assert status == 0 and out.startswith("2026  Synthetic")
    one = ok(run, "round", "create", "2027", "Synthetic", "--instrument", "evaluation-2021", "--panel-size", "3")
    assert (one["instruments"], one["panel_size"]) == ({"all": "evaluation-2021"}, 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2024", "Synthetic"), "published in the official data"),
        (("2026", "Synthetic", "--instrument", "regular=none"), "none"),
        (("2026", "Synthetic", "--instrument", "regular="), "group=instrument"),
        (("2026", ""), "name"),
        (("2026", "Synthetic", "--as", "stranger@synthetic.test"), "no right"),
    ],
)
def test_a_round_that_cannot_be(run: Run, arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(run, "round", "create", *arguments)


@pytest.mark.usefixtures("made")
def test_invite_codes_and_the_same_again(run: Run) -> None:
    first = ok(run, "round", "invite", "2026", f"{CITY}=regular", "11.71=priority")
    assert first == {"new": [CITY, "11.71"], "known": [], "regrouped": []}
    assert ok(run, "round", "invite", "2026", CITY, "--group", "regular")["known"] == [CITY]
    groups = {line["city"]: line["group"] for line in ok(run, "round", "status", "2026")}
    assert groups == {CITY: "regular", "11.71": "priority"}


@pytest.mark.usefixtures("made")
def test_every_wrong_code_is_named_and_nobody_invited(run: Run) -> None:
    said = refused(run, "round", "invite", "2026", "3577", "Madiun", "99.99x", CITY, "--group", "regular")
    assert len(said.splitlines()) == 3
    assert "35.77 Kota Madiun" in said and "35.19 Kabupaten Madiun" in said
    assert ok(run, "round", "status", "2026") == []


@pytest.mark.usefixtures("made")
def test_a_group_is_never_guessed(run: Run) -> None:
    assert "--group" in refused(run, "round", "invite", "2026", CITY)
    assert "priority" in refused(run, "round", "invite", "2026", f"{CITY}=gold")
    assert "twice" in refused(run, "round", "invite", "2026", f"{CITY}=regular", f"{CITY}=priority")
    assert "No city" in refused(run, "round", "invite", "2026")


@pytest.mark.usefixtures("made")
def test_invite_everybody_of_an_earlier_round(run: Run) -> None:
    assert "51 cities" in refused(run, "round", "invite", "2026", "--previous", "2024"), "the copy names no group"
    found = ok(run, "round", "invite", "2026", "--previous", "2024", "--group", "regular")
    assert len(found["new"]) == 191
    groups = [line["group"] for line in ok(run, "round", "status", "2026")]
    assert (groups.count("priority"), groups.count("regular")) == (47, 144)
    assert "1999" in refused(run, "round", "invite", "2026", "--previous", "1999")


@pytest.mark.parametrize(
    "content",
    [
        "code,group\n35.77,regular\n11.71,priority\n",
        "\ufeffKode;Kelompok\r\n35.77;regular\r\n\r\n 11.71 ;priority\r\n",
        "sep=;\ncode;name;group\n35.77;Kota Madiun;regular\n11.71;;priority\n",
        "name\tgroup\tcode\nKota Madiun\tregular\t35.77\n\tpriority\t11.71\n",
    ],
)
@pytest.mark.usefixtures("made")
def test_invite_from_a_file(run: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content.encode())
    assert ok(run, "round", "invite", "2026", "--file", str(file))["new"] == [CITY, "11.71"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "code"),
        (b"city,group\n35.77,regular\n", "code"),
        (b"code,code\n35.77,regular\n", "code"),
        (b"code,group\n35.77,regular\n11.71\n", "row 3"),
        (b"code,group\n,regular\n", "row 2"),
        (b'code,group\n"35.77,regular\n', "UTF-8"),
        (b"code\n35.77\xff\n", "UTF-8"),
        (b"code\n35.77\0\n", "UTF-8"),
        (b"code\n" + b"35.77\n" * 60000, "KB"),
        ("code\n35.77\n".encode("utf-16"), "UTF-8"),
        (b"code,group\n35.7,regular\n", "register"),
    ],
)
@pytest.mark.usefixtures("made")
def test_a_file_that_cannot_be_read(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    assert said in refused(run, "round", "invite", "2026", "--file", str(file))
    assert "cannot be read" in refused(run, "round", "invite", "2026", "--file", str(tmp_path / "none.csv"))
    assert ok(run, "round", "status", "2026") == []


@pytest.mark.usefixtures("made")
def test_a_whole_round_without_a_screen(run: Run, tmp_path: Path) -> None:
    """SYNTHETIC: from invitation to publication, the answers written straight into the store."""
    ok(run, "round", "invite", "2026", f"{CITY}=regular", "11.71=regular")
    for who in PEOPLE:
        ok(run, "role", "grant", who, "assessor")
    ok(run, "role", "grant", CHAIR, "chair")
    ok(run, "role", "grant", "city@synthetic.test", "city", "--city", CITY)
    panel = ok(run, "round", "seat", "2026", CITY, *PEOPLE, "--chair", CHAIR)["panel"]
    assert [seat["chair"] for seat in panel] == [False] * 5 + [True]
    due = ok(run, "round", "deadline", "2026", "self-assessment", "2020-01-01")["due"]
    assert due == "2020-01-01T16:59:59.999999+00:00"
    late = ok(run, "round", "status", "2026", "--late")
    assert [line["city"] for line in late] == ["11.71", CITY]
    ok(run, "round", "deadline", "2026", "self_assessment", "2099-01-01", "--city", CITY)
    assert [line["city"] for line in ok(run, "round", "status", "2026", "--late")] == ["11.71"]

    store = open_store(tmp_path / "home")
    entry = next(line["entry_id"] for line in ok(run, "round", "status", "2026") if line["city"] == CITY)
    fill(store, entry)
    ok(run, "round", "move", "2026", CITY, "self_assessment", "--as", "city@synthetic.test")
    assert "no right" in refused(run, "round", "move", "2026", "11.71", "self_assessment", "--as", CHAIR)
    ok(run, "round", "move", "2026", CITY, "submitted", "--as", "city@synthetic.test")
    assert "re-open" not in refused(run, "round", "move", "2026", CITY, "submitted", "--base", "1")
    ok(run, "round", "schedule", "2026", CITY, "2026-12-01 09:30", "--link", "https://meet.example/1")
    ok(run, "round", "move", "2026", CITY, "scoring", "--as", CHAIR)
    for who in PEOPLE:
        fill(store, entry, Layer.MARK, who)
    store.close()
    assert "not submitted" not in refused(run, "round", "move", "2026", CITY, "reconciliation")
    from kotacerdas.interview import rounds
    from kotacerdas.interview.roles import Actor

    store = open_store(tmp_path / "home")
    for who in PEOPLE:
        rounds.submit_marks(store, Actor(who), entry)
    store.close()
    status, out, _ = run("round", "status", "2026", "--stage", "reconciliation")
    assert status == 0 and "Kota Madiun  Reconciliation  100%  5/5" in out and "1 cities" in out
    ok(run, "round", "move", "2026", CITY, "reply")
    assert ok(run, "round", "lock", "2026") == {"locked": [CITY], "refused": {}}
    assert "locked" in refused(run, "round", "seat", "2026", CITY, PEOPLE[0])
    package = ok(run, "round", "publish", "2026")["package"]
    assert (tmp_path / "home" / "packages" / package / "datapackage.json").exists()
    (line,) = ok(run, "round", "status", "2026", "--stage", "published")
    assert line["city"] == CITY and not line["provisional"]


@pytest.mark.usefixtures("made")
def test_lock_names_what_is_not_ready(run: Run) -> None:
    ok(run, "round", "invite", "2026", f"{CITY}=regular")
    assert ok(run, "round", "lock", "2026") == {"locked": [], "refused": {}}
    status, out, err = run("round", "lock", "2026", CITY, "11.71")
    assert status == 2 and "0 cities" in out and len(err.splitlines()) == 2


@pytest.mark.usefixtures("made")
def test_unseat_says_that_marks_are_kept(run: Run, tmp_path: Path) -> None:
    ok(run, "round", "invite", "2026", f"{CITY}=regular")
    ok(run, "role", "grant", PEOPLE[0], "assessor")
    ok(run, "round", "seat", "2026", CITY, PEOPLE[0])
    store = open_store(tmp_path / "home")
    fill(store, 1, Layer.MARK, PEOPLE[0], questions=["q1", "q2"])
    store.close()
    assert "reason" in refused(run, "round", "unseat", "2026", CITY, PEOPLE[0])
    status, out, _ = run("round", "unseat", "2026", CITY, PEOPLE[0], "--reason", "synthetic")
    assert status == 0 and "2 marks are kept but do not count" in out


@pytest.mark.usefixtures("made")
def test_who_has_no_right_gets_neither_list_nor_export_nor_lock(run: Run, tmp_path: Path) -> None:
    """Each refusal is in the trail, though there is nothing to list, write or lock yet."""
    ok(run, "role", "grant", "city@synthetic.test", "city", "--city", CITY)
    ok(run, "role", "grant", "viewer@synthetic.test", "viewer")
    assert [one["year"] for one in ok(run, "round", "list", "--as", "viewer@synthetic.test")] == [2026]
    (tmp_path / "broken.csv").write_text("no table")
    import_ = ("import", str(tmp_path / "broken.csv"), "--year", "2025", "--name", "x", "--instrument", "y")
    for who, command in (
        ("city@synthetic.test", ("list",)),
        ("viewer@synthetic.test", ("export", "2026", str(tmp_path / "out"))),
        ("viewer@synthetic.test", ("lock", "2026")),
        ("viewer@synthetic.test", import_),
    ):
        assert "no right" in refused(run, "round", *command, "--as", who)
    assert not (tmp_path / "out").exists()
    store = open_store(tmp_path / "home")
    with store.read() as tx:
        rows = [row for row in audit.trail(tx, audit.OFFICE) if row.action == audit.REFUSED]
    store.close()
    assert [json.loads(row.after)["action"] for row in rows] == ["list", "export", "lock", "import"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status", "2050"), "2050"),
        (("status", "2026", "--stage", "lunch"), "self_assessment"),
        (("move", "2026", "11.71", "scoring"), "not invited"),
        (("move", "2026", CITY, "final"), "no step"),
        (("deadline", "2026", "scoring", "soon"), "no date"),
        (("schedule", "2026", CITY, "noon"), "no time"),
        (("seat", "2026", CITY, "x@y.test"), "no assessor"),
        (("publish", "2026", "--as", CHAIR), "no right"),
    ],
)
@pytest.mark.usefixtures("made")
def test_one_sentence_where_it_cannot_be(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ok(run, "round", "invite", "2026", f"{CITY}=regular")
    err = refused(run, "round", *arguments)
    assert said in err and len(err.splitlines()) == 1
