"""The files themselves: named, numbered, explained, and never changed once others rely on them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from sekisho.errors import SchemaError
from sekisho.settings import Topics
from sekisho.wire import asyncapi, compatibility, contracts

#: CRC-64-AVRO of each committed version (as single-object headers carry it). A committed version never changes: what
#: was written under it must stay readable. A change of the contract is a new file with the next number, and a line here.
FINGERPRINTS = {
    "shipment.v1": "a9d62011ac735dcc",
    "payment.v1": "dd584d5263a9f823",
    "alert.v1": "860ee932865b7dde",
    "alert.v2": "8075cc8242188344",
    "verdict.v1": "0839e34dc0af6aa2",
    "verdict.v2": "8c7496aa30730705",
    "entity.v1": "5882c036e64ba497",
    "goods_item.v1": "80612c656957dac5",
    "measure.v1": "be14ea5f92d09efd",
    "measure.v2": "c8dd030b6af54d10",
    "list_version.v1": "b1b4fac719f43a47",
    "bucket.v1": "9b71ecff2e6ae8b2",
    "progress.v1": "4a329e7e0aeb58bc",
    "reference_set.v1": "f41ffcf27845a74e",
    "open_event.v1": "ba1ad5f5a329b681",
    "open_event.v2": "5b6e4e5e620ff57c",
    "fingerprint.v1": "af59e13040c95ab6",
}


def test_every_committed_version_is_here_and_unchanged() -> None:
    found = {
        f"{name}.v{version.number}": version.fingerprint.hex()
        for name in contracts.RECORDS
        for version in contracts.versions(name)
    }
    assert found == FINGERPRINTS


def test_check_finds_nothing() -> None:
    assert compatibility.check() == []


def test_asyncapi_is_current() -> None:
    committed = (contracts.folder() / "asyncapi.yaml").read_text("utf-8")
    assert committed == asyncapi.render(), "run `sekisho schemas asyncapi > schemas/asyncapi.yaml`"


def test_asyncapi_names_every_contract_that_is_on_a_topic_of_others() -> None:
    document = yaml.safe_load(asyncapi.render())
    assert set(document["components"]["messages"]) == set(contracts.RECORDS) - {
        "open_event",
        "progress",
        "fingerprint",
    } | {
        "dead_letter",
        "ocsf_finding",
    }
    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"].rpartition("/")[2]
        for message in document["channels"][channel]["messages"].values():
            assert message["$ref"].rpartition("/")[2] in document["components"]["messages"]


def test_asyncapi_takes_topic_names_from_the_settings() -> None:
    document = yaml.safe_load(asyncapi.render(Topics(alert="soc.alerts")))
    assert document["channels"]["alert"]["address"] == "soc.alerts"


def write(folder: Path, name: str, schema: object) -> None:
    (folder / name).write_text(json.dumps(schema), "utf-8")


def copy(folder: Path) -> dict[str, dict]:
    """The committed contracts copied to ``folder``, and their JSON."""
    found = {}
    for path in contracts.folder().glob("*.avsc"):
        (folder / path.name).write_text(path.read_text("utf-8"), "utf-8")
        found[path.name] = json.loads(path.read_text("utf-8"))
    return found


def test_a_new_optional_field_is_fine(tmp_path: Path) -> None:
    schema = copy(tmp_path)["alert.v1.avsc"]
    schema["fields"].append({"name": "playbook", "type": ["null", "string"], "default": None, "doc": "URL."})
    write(tmp_path, "alert.v2.avsc", schema)
    assert compatibility.check(tmp_path) == []


def test_a_new_required_output_field_breaks_new_readers_of_old_records(tmp_path: Path) -> None:
    schema = copy(tmp_path)["alert.v1.avsc"]
    schema["fields"].append({"name": "playbook", "type": "string", "doc": "URL."})
    write(tmp_path, "alert.v2.avsc", schema)
    (problem,) = compatibility.check(tmp_path)
    assert problem.contract == "alert"
    assert problem.message.startswith("v2 cannot read what v1 wrote")


def test_removing_a_required_field_breaks_old_readers_of_outputs_but_not_of_inputs(tmp_path: Path) -> None:
    schemas = copy(tmp_path)
    for name, field in (("verdict", "duration_us"), ("shipment", "status")):
        schema = schemas[f"{name}.v1.avsc"]
        schema["fields"] = [one for one in schema["fields"] if one["name"] != field]
        write(tmp_path, f"{name}.v2.avsc", schema)
    (problem,) = compatibility.check(tmp_path)
    assert problem.contract == "verdict"
    assert problem.message.startswith("v1 cannot read what v2 writes")


def test_every_pair_is_held_together_not_only_neighbours(tmp_path: Path) -> None:
    schemas = copy(tmp_path)
    second = json.loads(json.dumps(schemas["shipment.v1.avsc"]))
    second["fields"] = [one for one in second["fields"] if one["name"] != "end_use"]
    third = json.loads(json.dumps(second))
    third["fields"].append({"name": "end_use", "type": ["null", "int"], "default": None, "doc": "A code."})
    write(tmp_path, "shipment.v2.avsc", second)
    write(tmp_path, "shipment.v3.avsc", third)
    (problem,) = compatibility.check(tmp_path)
    assert problem.message.startswith("v3 cannot read what v1 wrote")


def test_a_field_without_doc_is_a_problem(tmp_path: Path) -> None:
    schema = copy(tmp_path)["payment.v1.avsc"]
    del schema["fields"][4]["type"]["fields"][1]["doc"]
    write(tmp_path, "payment.v1.avsc", schema)
    (problem,) = compatibility.check(tmp_path)
    assert "payment.amount.currency has no doc" in problem.message


def test_an_optional_field_without_a_null_default_is_a_problem(tmp_path: Path) -> None:
    schema = copy(tmp_path)["verdict.v1.avsc"]
    next(one for one in schema["fields"] if one["name"] == "supersedes").pop("default")
    write(tmp_path, "verdict.v1.avsc", schema)
    (problem,) = compatibility.check(tmp_path)
    assert "verdict.supersedes is optional" in problem.message


def test_a_missing_contract_is_a_problem(tmp_path: Path) -> None:
    copy(tmp_path)
    (tmp_path / "bucket.v1.avsc").unlink()
    assert [problem.contract for problem in compatibility.check(tmp_path)] == ["bucket"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shipmnt.v1.avsc", "{}"),
        ("shipment.avsc", "{}"),
        ("shipment.v1.avsc", "{"),
        ("shipment.v1.avsc", '{"type": "recrd"}'),
        ("shipment.v3.avsc", '{"type": "record", "name": "Shipment", "fields": []}'),
    ],
)
def test_a_file_that_is_none_of_ours_is_an_error(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(SchemaError):
        compatibility.check(tmp_path)
