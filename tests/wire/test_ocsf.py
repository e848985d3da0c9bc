"""Every alert of the demo as an OCSF finding, held against the schema that OCSF published for the pinned version."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from sekisho.model import Alert, Evidence, Match, Subject
from sekisho.wire import ocsf
from sekisho.wire.privacy import HIDDEN, reduce, without_accounts
from tests.wire.examples import ALERT, PARTY


@cache
def validator() -> Draft202012Validator:
    published = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=ocsf.OCSF_VERSION))
    return Draft202012Validator(
        published.get_class_schema(class_name="detection_finding", profiles=["security_control"])
    )


def faults(finding: dict[str, Any]) -> list[str]:
    """What the published schema says against a finding, as it travels (JSON)."""
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(json.loads(json.dumps(finding)))]


def change(**fields: Any) -> Alert:
    return msgspec.structs.replace(ALERT, **fields)


@pytest.mark.parametrize("status", ["new", "updated", "closed", "word of a later version"])
@pytest.mark.parametrize("payload", ["none", "minimal", "full"])
def test_every_state_fits_the_published_schema(status: str, payload: Any) -> None:
    for alert in (change(status=status), change(status=status, matches=(), measures=(), severity="unheard of")):
        assert faults(ocsf.finding(alert, payload)) == []


def test_the_validator_would_notice() -> None:
    finding = ocsf.finding(ALERT)
    assert faults(finding | {"severity_id": 42})
    assert faults(finding | {"invented": 1})
    assert faults({key: value for key, value in finding.items() if key != "time"})
    assert faults(finding | {"finding_info": {"title": "no uid"}})


@pytest.fixture(scope="module")
def demo_alerts() -> list[Alert]:
    """The alerts that the demo's events raise against the bundled pack."""
    from importlib.resources import files

    from sekisho.model import Origin
    from sekisho.reference import Reference
    from sekisho.screening import Screener
    from sekisho.wire import event_from_json

    screener = Screener(Reference.bundled())
    alerts: list[Alert] = []
    folder = files("sekisho.cli") / "demo" / "events"
    for name in ("shipments.jsonl", "payments.jsonl"):
        for offset, line in enumerate((folder / name).read_bytes().splitlines()):
            event = event_from_json(line).event
            found = screener.screen(event, Origin(name, 0, offset), known_at=event.event_time, now=event.event_time)
            alerts += found.alerts
    return alerts


def test_every_alert_of_the_demo_fits_the_published_schema(demo_alerts: list[Alert]) -> None:
    assert len(demo_alerts) > 50
    for alert in demo_alerts:
        for payload in ("none", "minimal", "full"):
            assert faults(ocsf.finding(alert, payload)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("payload", ["none", "minimal", "full"])
def test_the_stopped_event_is_related_to_the_one_that_was_made_of_it(payload: Any) -> None:
    compared = Evidence("stripping", "Honest Trading", "Zorkovian Dynamics", "consignee altered: name")
    met = Match(
        "stopped-events", "1", "logistics.shipment.v1/2/41/0", "SHP-1, stopped 2023-02-10 (prohibited)", "SHP-1",
        1.0, 1.0, "neutral", "strong", (compared,),
    )  # fmt: skip
    finding = ocsf.finding(
        change(subject=Subject("event", "resubmission", "SHP-9"), matches=(met,), measures=()), payload
    )
    assert faults(finding) == []
    one, other = finding["finding_info"]["related_events"]
    assert (one["title"], other["uid"], other["title"]) == (
        ALERT.event.business_reference, "logistics.shipment.v1/2/41/0", "SHP-1",
    )  # fmt: skip
    told = finding["evidences"][0]["data"]["evidence"][0]
    assert told["effect"] == ("" if payload == "none" else "consignee altered: name")
    assert (told["query"], told["entry"]) == (
        ("Honest Trading", "Zorkovian Dynamics") if payload == "full" else (HIDDEN, HIDDEN)
    )


def test_an_alert_is_created_updated_and_closed_as_one_finding() -> None:
    states = [ocsf.finding(change(status=status)) for status in ("new", "updated", "closed")]
    assert [one["activity_id"] for one in states] == [1, 2, 3]
    assert [one["type_uid"] for one in states] == [200401, 200402, 200403]
    assert [one["is_alert"] for one in states] == [True, True, False]
    assert {one["finding_info"]["uid"] for one in states} == {ALERT.alert_id}
    assert len({one["metadata"]["uid"] for one in states}) == 3
    assert "created_time" not in states[2]["finding_info"]


def test_a_redelivery_is_the_same_record_to_a_siem() -> None:
    again = change(raised_at=ALERT.raised_at.replace(hour=13))
    assert ocsf.finding(again)["metadata"]["uid"] == ocsf.finding(ALERT)["metadata"]["uid"]


def test_what_an_analyst_pivots_on_is_there() -> None:
    finding = ocsf.finding(ALERT)
    assert finding["metadata"]["version"] == "1.6.0"
    assert finding["metadata"]["correlation_uid"] == "SHP-2023-0001"
    assert (finding["severity_id"], finding["disposition_id"], finding["confidence_id"]) == (5, 19, 2)
    (related,) = finding["finding_info"]["related_events"]
    assert related["uid"] == f"logistics.shipment.v1/3/{2**40}/0"
    assert {tag["name"]: tag["value"] for tag in related["tags"]}["offset"] == str(2**40)
    assert finding["finding_info"]["analytic"]["type_id"] == 10
    assert finding["policy"]["uid"] == "jp-1"
    assert finding["observables"][-1]["value"] == "ООО «Ромашка»"
    assert json.loads(ocsf.encode(ALERT))["message"] == "Hold the goods."


@pytest.mark.parametrize(
    ("kind", "grade", "type_id"),
    [
        ("party", "exact", 9),
        ("party", "possible", 10),
        ("vessel", "exact", 9),
        ("goods", "exact", 11),
        ("place", "strong", 11),
    ],
)
def test_the_analytic_says_how_it_was_found(kind: str, grade: str, type_id: int) -> None:
    match = msgspec.structs.replace(ALERT.matches[0], grade=grade)
    finding = ocsf.finding(change(matches=(match,), subject=Subject(kind, "x", "y")))
    assert finding["finding_info"]["analytic"]["type_id"] == type_id


def test_what_is_only_missing_is_a_rule() -> None:
    finding = ocsf.finding(change(matches=(), subject=Subject("event", "destination", "not stated")))
    assert finding["finding_info"]["analytic"]["type_id"] == 1
    assert "evidences" not in finding


# -- privacy --------------------------------------------------------------------------------------------------------

SECRETS = {
    "account": "DE89 3704 0044 0532 0130 00",
    "passport": "75 1234567",
    "birth_date": "1970-05-17",
    "address": "ул. Ленина 1, Москва",
}


def personal(subject: Subject) -> Alert:
    evidence = (
        Evidence("name", "Ivan Petrov " + SECRETS["account"], "Ivan Petrov", "same name"),
        Evidence("birth_date", SECRETS["birth_date"], "1970", "same year"),
        Evidence("identifier", "PASSPORT " + SECRETS["passport"], "PASSPORT 751234567", "same identifier"),
        Evidence("identifier", "LEI HWUPKR0MPOU8FGXBT394", "LEI HWUPKR0MPOU8FGXBT394", "same identifier"),
        Evidence("identifier", "IMO 9074729", "IMO 9074729", "same identifier"),
        Evidence("address", SECRETS["address"], "Москва", "same place"),
        Evidence("country", "RU", "RU", "same country"),
    )
    match = msgspec.structs.replace(ALERT.matches[0], evidence=evidence)
    return change(
        subject=subject,
        matches=(match,),
        message=f"Debtor “{subject.value}” meets Ivan Petrov — stop it.",
    )


NAMED = Subject("party", "debtor", "Ivan Petrov " + SECRETS["account"])
TEXT = Subject("text", "remittance_information", "for " + " ".join(SECRETS.values()))
ADDRESS = Subject("place", "debtor_address", SECRETS["address"])


@pytest.mark.parametrize("subject", [NAMED, TEXT, ADDRESS])
def test_the_default_lets_no_account_paper_birth_date_or_address_out(subject: Subject) -> None:
    said = ocsf.encode(personal(subject)).decode()
    for secret in SECRETS.values():
        assert secret not in said
    assert "HWUPKR0MPOU8FGXBT394" in said
    assert "9074729" in said


def test_the_default_shows_who_was_met_by_which_name() -> None:
    finding = ocsf.finding(personal(NAMED))
    assert finding["unmapped"]["subject"]["value"] == "Ivan Petrov [number]"
    assert finding["evidences"][0]["data"]["evidence"][0]["entry"] == "Ivan Petrov"
    assert {one["type"]: one["value"] for one in finding["observables"]} == {
        "LEI": "HWUPKR0MPOU8FGXBT394",
        "IMO": "9074729",
        "Country": "RU",
        "Party name": "Ivan Petrov [number]",
    }


def test_names_are_no_observables_where_that_is_set() -> None:
    types = {one["type"] for one in ocsf.finding(personal(NAMED), "minimal", False)["observables"]}
    assert "Party name" not in types
    assert "LEI" in types


def test_none_lets_nothing_of_the_event_out_but_its_coordinates() -> None:
    said = ocsf.encode(personal(NAMED), "none").decode()
    for secret in (*SECRETS.values(), "Ivan Petrov [", "HWUPKR0MPOU8FGXBT394", "9074729"):
        assert secret not in said
    assert ALERT.alert_id in said
    assert reduce(personal(NAMED), "none").event.key is None


def test_full_with_account_numbers_changes_nothing() -> None:
    alert = personal(NAMED)
    assert reduce(alert, "full", account_numbers=True) is alert


@pytest.mark.parametrize("subject", [NAMED, TEXT])
def test_full_keeps_what_an_identity_is_judged_by_but_no_account_number(subject: Subject) -> None:
    """Birth date, papers and address decide whether it is the same person; the account it pays from does not."""
    said = json.dumps(msgspec.to_builtins(reduce(personal(subject), "full")), ensure_ascii=False)
    assert SECRETS["account"] not in said
    for kept in ("birth_date", "passport", "address"):
        assert SECRETS[kept] in said, kept


def test_full_leaves_the_numbers_of_goods_alone() -> None:
    """Nobody writes an account into a goods line; a part number may be how an analyst knows the part."""
    alert = personal(Subject("goods", "goods", "Bearing 6205 2RS 100200300400"))
    assert reduce(alert, "full") is alert


def test_what_counted_is_told_without_what_it_was() -> None:
    (match,) = reduce(personal(NAMED), "minimal").matches
    assert match.evidence[1] == Evidence("birth_date", HIDDEN, HIDDEN, "same year")
    (match,) = reduce(personal(TEXT), "minimal").matches
    assert match.evidence[1].effect == ""


def test_that_a_list_tells_no_day_is_no_secret() -> None:
    piece = Evidence("listed_on", "", "", "its list tells no day of listing: it counts on every day")
    alert = change(matches=(msgspec.structs.replace(ALERT.matches[0], evidence=(piece,)),))
    assert reduce(alert, "minimal").matches[0].evidence == (piece,)


def test_a_public_register_number_is_no_account_number() -> None:
    piece = Evidence("identifier", "OGRN 1027700132195", "OGRN 1027700132195", "same identifier")
    match = msgspec.structs.replace(ALERT.matches[0], evidence=(piece,))
    finding = ocsf.finding(change(matches=(match,)))
    assert finding["evidences"][0]["data"]["evidence"][0]["query"] == "OGRN 1027700132195"
    assert {"OGRN": "1027700132195"}.items() <= {one["type"]: one["value"] for one in finding["observables"]}.items()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (PARTY.account, "[number]"),
        ("IBAN GB33BUKB20201555555555 thanks", "IBAN [number] thanks"),
        ("acct 1234-5678-9012", "acct [number]"),
        ("gb33bukb20201555555555", "[number]"),
        ("DE89 3704 0044 0532 0130 00 FROM ZORKOVIAN", "[number] FROM ZORKOVIAN"),
        ("NO93 8601 1117 947 FOR GOOD", "[number] FOR GOOD"),
        ("PL61 1090 1014 0000 0712 1981 2874 FROM IRAN", "[number] FROM IRAN"),
        ("DE89 3704 0044 0532 0130 99 with a slip", "[number] with a slip"),
        ("NO77 FOR GOOD FROM ZORKOVIAN DYNAMICS", "NO77 FOR GOOD FROM ZORKOVIAN DYNAMICS"),
        ("PO12 GOOD FROM IRAN", "PO12 GOOD FROM IRAN"),
        ("Invoice 2023/0417 of 27 January 2023", "Invoice 2023/0417 of 27 January 2023"),
        ("HS 8502.11, IMO 9074729", "HS 8502.11, IMO 9074729"),
    ],
)
def test_account_numbers_are_taken_out_of_texts(text: str, kept: str) -> None:
    assert without_accounts(text) == kept


@pytest.mark.parametrize("payload", ["none", "minimal"])
def test_a_closed_alert_says_why_and_quotes_no_text(payload: Any) -> None:
    """The sentence is that of ``lifecycle``: held against a shipment that no longer has the text."""
    from datetime import timedelta

    from sekisho.model import Origin
    from sekisho.reference import Reference
    from sekisho.screening import Screener
    from sekisho.screening.lifecycle import advance
    from tests import factories

    screener = Screener(Reference.bundled())
    past, closed = None, []
    for number, texts in enumerate([("for Alexander Dugin, flat 7",), ()]):
        moment = factories.utc("2023-02-10") + timedelta(hours=number)
        event = factories.payment(event_id=f"e{number}", event_time=moment, remittance_information=texts)
        origin = Origin("payments.transfer.v1", 0, number)
        screening = screener.screen(event, origin, known_at=moment, now=moment)
        step = advance(past, event, origin, screening, value=b"{}")
        past, closed = step.state, [alert for alert in step.alerts if alert.status == "closed"]
    (alert,) = closed
    said = reduce(alert, payload).message
    assert said.startswith("Closed: event e1 no longer holds what was met. It had said: Text (remittance information)")
    assert "flat 7" not in said


@given(
    st.text(max_size=30),
    st.sampled_from(
        [
            "DE89370400440532013000",
            "GB33BUKB20201555555555",
            "NO9386011117947",
            "MT84MALT011000012345MTLCAST001S",
            "FR1420041010050500013M02606",
            "1234567890",
            "000123456789012345",
        ]
    ),
    st.sampled_from(["", " ", "-"]),
    st.booleans(),
    st.text(max_size=30),
    st.sampled_from(["none", "minimal", "full"]),
)
def test_no_account_number_leaves_whatever_stands_around_it(
    before: str, number: str, between: str, small: bool, after: str, payload: Any
) -> None:
    """In one or in fours, in small letters, beside anything that is no letter or digit of its own."""
    written = between.join(number[at : at + 4] for at in range(0, len(number), 4)) if between else number
    text = f"{before} {written.lower() if small else written} {after}"
    for subject in (Subject("party", "debtor", text), Subject("text", "remittance_information", text)):
        said = msgspec.json.encode(reduce(personal(subject), payload)).decode()
        assert number[-9:-1].lower() not in said.lower().replace(" ", "").replace("-", "")


def test_match_is_reduced_not_lost() -> None:
    (match,) = reduce(personal(TEXT), "none").matches
    assert isinstance(match, Match)
    assert (match.list_id, match.entry_id, match.score) == ("jp-mof-asset-freeze", "77", 0.9731)
    assert match.evidence[1] == Evidence("birth_date", HIDDEN, HIDDEN, "")
