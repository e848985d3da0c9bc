"""Names that say too little by themselves: a firm that only sounds like a listed one is asked about, never forbidden."""

import pytest

from sekisho import Screener
from sekisho.screening import Tables
from tests.factories import ORIGIN, PartyTerm, Terms, entity, measure, party, shipment

RULE = measure(Terms(export_country=("JP",), parties=PartyTerm(lists=("xx-list",))))


def verdict(listed: str, name: str, country: str | None = None, **fields: object) -> str:
    entry = entity(name=listed, countries=("RU",), **fields)
    screener = Screener(Tables.build([entry], [], (RULE,), lists={}, sequence=1, hash="h"))
    event = shipment(parties=(party(name, country=country),))
    return screener.screen(event, ORIGIN, known_at=event.event_time, now=event.event_time).verdict.verdict


@pytest.mark.parametrize(
    ("listed", "name"), [("MAEI", "Meiji Co Ltd"), ("AAB", "ABB Ltd"), ("ChMK", "TSMC"), ("BID", "BYD Company Limited"), ("SCF", "SKF AB")]
)  # fmt: skip
def test_one_word_that_only_sounds_the_same_is_a_question(listed: str, name: str) -> None:
    assert verdict(listed, name, "JP") in {"review", "clear"}


@pytest.mark.parametrize("name", ["Remdizel", "JSC REMDIZEL", "АО «Ремдизель»", "レムディゼリ"])
def test_one_word_that_is_the_same_has_its_effect(name: str) -> None:
    assert verdict("Joint Stock Company Remdizel", name, "RU") == "prohibited"


def test_a_few_letters_of_another_country_are_a_question() -> None:
    assert verdict("HM", "H&M", "SE") == "review"
    assert verdict("MAI", "MAI", "RU") == "prohibited"
    assert verdict("MAI", "MAI") == "prohibited"


def test_a_slip_in_a_name_of_several_words_has_its_effect() -> None:
    assert verdict("German Borisovich Khan", "Gherman Borisovich Khan", "LU", schema="Person") == "prohibited"
