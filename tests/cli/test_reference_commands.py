"""``lists``, ``goods`` and ``measures`` against the bundled pack and files of the test's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sekisho.settings import load
from tests.cli.conftest import Run


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_the_bundled_pack_is_the_case_of_january_2023(run: Run) -> None:
    found = {row["list_id"]: row for row in lines(run("lists", "show", "--json").out)}
    assert found["jp-mof-asset-freeze"]["entries"] == 39
    assert {"jp-meti-export-ban-russia", "us-bis-entity-list", "jp-eto-2-3", "jp-chip-23", "measures-jp"} <= set(found)
    assert {row["source"] for row in found.values()} == {"bundled"}


def test_explain_reads_a_day_as_screen_does(run: Run, tmp_path: Path) -> None:
    """The first day of a rule of the United States is that day in New York too."""
    event = {
        "event_id": "1",
        "event_time": "2022-09-01T12:00:00Z",
        "shipment_reference": "SHP-1",
        "status": "booked",
        "export_country": "US",
        "import_country": "CN",
        "parties": [],
        "goods": [
            {
                "line": 1,
                "description": "Gallium oxide wafers",
                "control_codes": [{"regime": "us-ccl", "code": "3C001.e"}],
            }
        ],
    }
    file = own(tmp_path, "event.json", event)
    day = ("--as-of", "2022-08-15")
    (told,) = lines(run("measures", "explain", file, "--measure", "us-ear-substrates-export", "--json", *day).out)
    assert (told["outcome"], told["known_day"]) == ("licence_required", "2022-08-15")
    assert lines(run("screen", file, *day).out)[0]["verdict"] == "licence_required"


def test_the_records_of_one_list(run: Run) -> None:
    records = lines(run("lists", "show", "jp-mof-asset-freeze", "--json").out)
    assert len(records) == 39
    table = run("lists", "show", "jp-mof-asset-freeze").out
    assert "Konstantin Chuychenko" in table
    assert "コンスタンチーン" in table
    missing = run("lists", "show", "no-such-list")
    assert missing.code == 1
    assert "there is no list no-such-list" in missing.err


ENTRIES = [
    {
        "entry_id": "1",
        "schema": "Person",
        "names": [{"text": "Zork Frobnicator"}, {"text": "Z. Frob", "kind": "alias"}],
    },
    {"entry_id": "2", "schema": "Organization", "names": [{"text": "Zorkovian Dynamics"}], "listed_on": "2023-01-01"},
]


def own(path: Path, name: str, *entries: object) -> str:
    file = path / name
    file.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in entries))
    return str(file)


def test_load_says_what_is_in_a_file(run: Run, tmp_path: Path) -> None:
    ran = run("lists", "load", "--json", own(tmp_path, "xx-list.jsonl", *ENTRIES))
    assert ran.code == 0, ran.err
    (row,) = lines(ran.out)
    assert set(row) == {"list_id", "version", "entries", "names", "rejected"}
    assert (row["list_id"], row["entries"], row["names"], row["rejected"]) == ("xx-list", 2, 3, 0)


def test_a_row_that_cannot_be_read_is_named_and_counted(run: Run, tmp_path: Path) -> None:
    file = own(tmp_path, "xx-list.jsonl", ENTRIES[0], '{"names": 3}')
    ran = run("lists", "load", "--json", file)
    assert ran.code == 0, "official files have such rows; whoever minds asks for --strict"
    assert run("lists", "load", "--strict", file).code == 1
    assert lines(ran.out)[0]["rejected"] == 1
    assert "line 2" in ran.err


def test_diff_by_entry(run: Run, tmp_path: Path) -> None:
    before = own(tmp_path, "xx-old.jsonl", *ENTRIES)
    edited = ENTRIES[1] | {"listed_on": "2023-02-02"}
    added = {"entry_id": "3", "schema": "Vessel", "names": [{"text": "ZORK STAR"}]}
    after = own(tmp_path, "xx-new.jsonl", edited, added)
    changes = {row["id"]: row for row in lines(run("lists", "diff", "--json", before, after).out)}
    assert {one: row["change"] for one, row in changes.items()} == {"1": "removed", "2": "changed", "3": "added"}
    assert changes["2"]["fields"] == ["listed_on"]


@pytest.mark.broker
def test_publish_activates_and_bundled_never_replaces_what_came_from_elsewhere(
    broker: str, run: Run, tmp_path: Path
) -> None:
    run("topics", "create")
    first = run("lists", "publish", "bundled", "--json", "--who", "tests")
    assert first.code == 0, first.err
    assert json.loads(first.out)["accepted"]["set"]["sequence"] == 0
    file = own(tmp_path, "jp-mof-asset-freeze.jsonl", *ENTRIES)
    second = run("lists", "publish", file, "--why", "a newer list", "--force")
    assert second.code == 0, second.err
    third = run("lists", "publish", "bundled")
    assert "left as they are" in third.err
    active = {row["list_id"]: row for row in lines(run("lists", "show", "--active", "--json").out)}
    assert active["jp-mof-asset-freeze"]["entries"] == 2
    assert active["jp-meti-export-ban-russia"]["source"] == "bundled", "what the file does not hold is carried over"
    chain = lines(run("lists", "show", "--chain", "--json").out)
    assert [(one["sequence"], one["lacks"]) for one in chain] == [(0, None), (1, None)]
    assert chain[0]["who"] == "tests"
    assert chain[1]["why"] == "a newer list"
    assert chain[1]["changed"] == ["jp-mof-asset-freeze"]
    assert len(lines(run("lists", "show", "--chain", "jp-meti-export-ban-russia", "--json").out)) == 1
    edited = own(tmp_path, "jp-mof-asset-freeze.jsonl", ENTRIES[0])
    changes = lines(run("lists", "diff", "active", edited, "--json").out)
    assert [(one["change"], one["id"]) for one in changes] == [("removed", "2")], "other active lists are not compared"
    dry = run("lists", "prune", "--keep-days", "0", "--dry-run", "--json")
    assert json.loads(dry.out)["dropped"] > 0


def test_publishing_what_is_not_there(run: Run) -> None:
    ran = run("lists", "publish", "no-such-file.csv")
    assert ran.code == 1
    assert "no-such-file.csv" in ran.err


@pytest.mark.broker
def test_doctor_before_anything_is_published(broker: str, run: Run) -> None:
    missing = run("doctor")
    assert missing.code == 1
    assert "sekisho topics create" in missing.out
    assert missing.out.endswith("\n2 problems\n")
    assert missing.err == ""
    run("topics", "create")
    empty = run("doctor", "--json")
    assert empty.code == 1
    assert empty.err == "1 problem\n"
    found = {row["what"]: row for row in lines(empty.out)}
    assert found["topics"]["level"] == "ok"
    assert "lists publish bundled" in found["lists"]["remedy"]
    assert load().kafka.bootstrap_servers == broker


def test_measures_of_the_pack_are_clean(run: Run) -> None:
    ran = run("measures", "check", "--json")
    assert ran.code == 0, ran.out
    assert "0 errors" in ran.err


def test_a_check_of_no_measure_does_not_pass(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("measures: []\n")
    for path in (tmp_path / "folder", empty):
        (tmp_path / "folder").mkdir(exist_ok=True)
        ran = run("measures", "check", str(path))
        assert ran.code == 1
        assert ran.out == ""
        assert str(path) in ran.err


def test_a_file_that_is_no_csv_by_its_name_is_not_silently_a_description(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "goods.txt").write_text("description\npump\n")
    monkeypatch.chdir(tmp_path)
    told = "a CSV's name must end in .csv"
    assert told in run("goods", "classify", "goods.txt").err
    assert told not in run("goods", "classify", "pump" * 200).err


def test_a_broken_measure_fails_the_check(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "xx.yaml"
    file.write_text(
        """
list_id: measures-xx
version: "1"
jurisdiction: XX
time_zone: Asia/Atlantis
legal_basis: Act X
url: https://law.example
measures:
  - id: xx-1
    title: A rule
    in_force_from: 2023-01-01
    applies_to: [shipment]
    when: {destination: {countries: [QQ]}, goods: {tables: [no-such-table]}}
    effect: prohibited
"""
    )
    ran = run("measures", "check", str(file), "--json")
    assert ran.code == 1
    told = " ".join(row["message"] for row in lines(ran.out))
    for part in ("Asia/Atlantis", "QQ", "no-such-table"):
        assert part in told


def test_one_measure_in_full_and_how_it_reads_an_event(run: Run, tmp_path: Path) -> None:
    full = run("measures", "show", "jp-etco-2-1-item-1-4").out
    assert "art. 2(1) item 1-4" in full
    assert "authority: Minister of Economy, Trade and Industry (METI)" in full
    assert "clearing_document: the export approval (輸出承認)" in full
    assert "[]" not in full, "what the measure does not ask is left out"
    event = tmp_path / "event.json"
    event.write_text(
        json.dumps(
            {
                "event_id": "1",
                "event_time": "2023-02-03T06:00:00Z",
                "shipment_reference": "S",
                "status": "booked",
                "export_country": "JP",
                "goods": [
                    {
                        "line": 1,
                        "description": "Portable generator",
                        "control_codes": [{"regime": "jp-eto-2-3", "code": "2(69)"}],
                    }
                ],
            }
        )
    )
    told = run("measures", "show", "jp-etco-2-1-item-1-4", "--event", str(event)).out
    assert "unknown" in told, "no destination is stated, and that is not a no"
    assert "cleared by the export approval (輸出承認)" in told
    assert "jp-etco-2-1" not in run("measures", "explain", str(event), "--jurisdictions", "US").out
    for tree in told.strip().split("\n\n"):
        lines = tree.splitlines()[1:]
        top = [line for line in lines if line[0] in "├└"]
        assert [line[0] for line in top] == ["├"] * (len(top) - 1) + ["└"], tree
        assert lines[-1].lstrip(" ").startswith("└─"), "a branch that goes on would lead to nothing"


def test_measures_that_are_not_there_are_told(run: Run) -> None:
    mistyped = run("measures", "show", "jp-etco-2-1-item-1-44")
    assert mistyped.code == 1
    assert "jp-etco-2-1-item-1-4," in mistyped.err
    assert "sekisho measures show" in mistyped.err
    assert "un-sc-listed" not in mistyped.err, "a wall of all ids helps nobody"
    early = run("measures", "show", "--as-of", "1950-01-01")
    assert early.code == 1
    assert "no measure was known on 1950-01-01; the first day of any measure is 1977-12-28" in early.err
    assert "2022-03-18" in run("measures", "show", "jp-etco-2-1-item-1-4", "--as-of", "2022-01-01").err


def test_how_measures_stood_on_a_day(run: Run) -> None:
    ran = run("measures", "show", "--as-of", "2023-05-25", "--json")
    stood = {row["id"]: row["on_that_day"] for row in lines(ran.out)}
    assert stood["jp-etco-2-1-item-1-4"] == "in force"
    assert stood["jp-etco-1-chip-23"] == "announced", "promulgated on 23 May, in force from 23 July"
    assert stood["jp-etco-2-1-item-1-2-until-2023"] == "ended"
    assert "nl-semiconductor-equipment" not in stood, "published on 30 June"
    assert "on 2023-05-25" in run("measures", "show", "--as-of", "2023-05-25").out


def test_the_calendar_has_the_days_of_measures_and_of_goods_items(run: Run) -> None:
    """The ban on 40 more items began on 3 February 2023, under a measure that is older."""
    rows = lines(run("measures", "show", "--calendar", "--json").out)
    assert [row["day"] for row in rows] == sorted(row["day"] for row in rows)
    at = {(row["day"], row["what"], row["measure_id"] or row["table_id"]): row for row in rows}
    assert ("2022-03-18", "begins", "jp-etco-2-1-item-1-4") in at
    assert ("2027-04-14", "ends", "jp-etco-2-1-item-1-2-until-2027") in at
    begun = at["2023-02-03", "items begin", "jp-eto-2-3"]
    assert begun["time_zone"] == "Asia/Tokyo"
    assert {f"2({n})" for n in range(46, 86)} <= set(begun["items"])
    assert "2(45)" not in begun["items"]
    assert "2(69)" in at["2023-01-27", "items announced", "jp-eto-2-3"]["items"]
    one = run("measures", "show", "nl-semiconductor-equipment", "--calendar").out
    assert "2023-09-01" in one
    assert "jp-eto-2-3" not in one, "the measure names another table"


def test_a_measure_to_explain_that_is_not_there_is_told(run: Run, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text(
        '{"event_id": "1", "event_time": "2023-02-03T06:00:00Z", "shipment_reference": "S", "status": "booked"}'
    )
    mistyped = run("measures", "explain", str(event), "--measure", "jp-etco-2-1-item-1-44")
    assert mistyped.code == 1
    assert "like it are jp-etco-2-1-item-1-4," in mistyped.err
    foreign = run("measures", "explain", str(event), "--measure", "us-ear-uvl-export", "--jurisdictions", "JP")
    assert foreign.code == 1
    assert "the settings leave out US, the jurisdiction of us-ear-uvl-export" in foreign.err
    paid = run("measures", "explain", str(event), "--measure", "us-ofac-sdn-payment").out
    assert "cancelled" not in run("measures", "explain", str(event)).err
    event.write_text(event.read_text().replace("booked", "cancelled"))
    assert "nothing is exported, so nothing is screened" in run("measures", "explain", str(event)).err
    assert "applies_to: FALSE (a shipment; the measure is on payments)" in paid


def test_a_table_shows_the_whole_of_a_text_with_wide_characters(run: Run) -> None:
    """Rich measures the end of a line in characters, so an ellipsis took the place of one that had room."""
    assert "…" not in run("measures", "show").out
    assert "Ａ．リュリキ試験設計局; Ａ．リュリキ" in run("lists", "show", "jp-meti-export-ban-russia").out


def test_goods_by_words_and_by_day(run: Run, tmp_path: Path) -> None:
    after = lines(run("goods", "classify", "portable diesel generator", "--as-of", "2023-02-03", "--json").out)[0]
    assert "2(69)" in [item["item_id"] for item in after["items"] if item["table_id"] == "jp-eto-2-3"]
    before = lines(run("goods", "classify", "portable diesel generator", "--as-of", "2023-01-26", "--json").out)[0]
    assert "2(69)" not in [item["item_id"] for item in before["items"]]
    file = tmp_path / "goods.csv"
    file.write_text("description\nCotton T-shirts\nLaser welding machine\n")
    rows = lines(run("goods", "classify", "--json", str(file)).out)
    assert [row["description"] for row in rows] == ["Cotton T-shirts", "Laser welding machine"]
    assert rows[0]["items"] == []
    assert rows[1]["items"]


def test_fetch_needs_a_source_or_an_address(run: Run, tmp_path: Path) -> None:
    unknown = run("lists", "fetch", "no-such-source")
    assert unknown.code == 1
    assert "us-ofac-sdn" in unknown.err, "the sources that there are are named"
    assert "not NAME=URL" in run("lists", "fetch", "../up=https://example.org/x.csv").err


def test_a_source_that_fails_is_told_and_fails(run: Run, tmp_path: Path) -> None:
    ran = run("lists", "fetch", "xx=http://127.0.0.1:1/list.csv", "--cache", str(tmp_path), "--json")
    assert ran.code == 1
    assert "only https" in ran.err
    assert list(tmp_path.rglob("list.csv")) == []


def test_goods_that_are_not_there(run: Run, tmp_path: Path) -> None:
    """A file's name is no description: it would be classified as one, and nothing found."""
    missing = run("goods", "classify", str(tmp_path / "goods.csv"))
    assert missing.code == 1
    assert "goods.csv: cannot be read" in missing.err
    assert run("goods", "classify", " ").code == 2


def test_an_hs_code_that_is_none_is_told(run: Run, tmp_path: Path) -> None:
    option = run("goods", "classify", "chair", "--hs", "foo")
    assert option.code == 2
    assert "'foo' is no HS code; write four to twelve digits" in option.err
    ran = run("goods", "classify", own(tmp_path, "goods.csv", "description,hs_code", "chair,94O1", "chair,9401.30"))
    assert "line 2: '94O1' is no HS code" in ran.err
    assert "line 3" not in ran.err


def test_goods_show_words_as_they_stood(run: Run) -> None:
    ran = run("goods", "classify", "industrial robot six axis")
    assert "robot, six, axis" in ran.out
    assert not [line for line in ran.out.splitlines() if line != line.rstrip()], "a pipe gets no padding"


def test_an_event_or_a_measure_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    file.write_bytes(b"\xff\xfe\x00a")
    for command in ("check", "explain"):
        ran = run("measures", command, str(file))
        assert ran.code == 1
        assert "odd.yaml: " in ran.err
        assert "UTF-8" in ran.err
