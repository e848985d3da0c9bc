"""The digest that keeps an alert the same over redeliveries, updates and versions of the engine."""

from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import ControlCode, Identifier
from sekisho.screening.subjects import alert_id, digest, of_line, of_party, of_place, of_vessel
from tests.factories import line, party


def test_digest_is_frozen() -> None:
    # These values are in alerts that are open at users' sites: a change here would orphan every one of them.
    assert alert_id("shipment", "SHP-1", of_party(party("Zorkovian Dynamics"))) == "0b07d8090bb0c5789d726f67a918a7fe"
    assert alert_id("shipment", "SHP-1", of_place("destination", "Донецьк, UA")) == "731c987f2b947e422becfca9415eee4c"


def test_spelling_of_spaces_case_and_width_does_not_matter() -> None:
    assert of_party(party("ＺＯＲＫＯＶＩＡＮ  dynamics")).key == of_party(party("Zorkovian Dynamics")).key
    assert of_vessel("A", "IMO 9769271").key != of_vessel("B", "9769271").key


def test_what_tells_subjects_apart() -> None:
    plain = of_party(party("Kim Min"))
    assert of_party(party("Kim Min", birth_date="1970")).key != plain.key
    assert of_party(party("Kim Min", identifiers=(Identifier("PASSPORT", "X1"),))).key != plain.key
    assert of_party(party("Kim Min", "shipper")).key != plain.key
    assert of_line(line("Pump", hs_code="8413.70")).key == of_line(line("pump", hs_code="841370", line=9)).key
    assert of_line(line("Pump", control_codes=(ControlCode("us-ccl", "2B350"),))).key != of_line(line("Pump")).key


@given(st.lists(st.text(), min_size=1), st.lists(st.text(), min_size=1))
def test_parts_never_run_together(one: list[str], two: list[str]) -> None:
    assert (digest(*one) == digest(*two)) == (one == two)
