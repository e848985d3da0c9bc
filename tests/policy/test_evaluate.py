"""One measure against the facts of one event: true, false and unknown, the caps, the exceptions and the dates."""

from datetime import date
from typing import Any

import msgspec
import pytest

from sekisho.model import ControlCode, Measure
from sekisho.policy import Checked, Facts, GoodsHit, PartyHit, PlaceHit, Standing, Triggered, evaluate
from sekisho.policy.logic import Truth
from tests.factories import (
    Destination,
    GoodsTerm,
    Money,
    Nexus,
    PartyTerm,
    Period,
    Terms,
    entity,
    item,
    line,
    measure,
    payment,
    shipment,
    utc,
)

LINE, PARTY, PLACE, EVENT = 1, 2, 3, 0

TO_RUSSIA = Terms(
    export_country=("JP",), destination=Destination(countries=("RU",)), goods=GoodsTerm(tables=("xx-goods",))
)
WITH_LISTED = Terms(
    export_country=("JP",), destination=Destination(countries=("RU",)), parties=PartyTerm(lists=("xx-list",))
)
TO_AREA = Terms(export_country=("JP",), destination=Destination(regions=("jp-etco-1-5",)))


def facts(**fields: Any) -> Facts:
    """A booked shipment from Japan to Russia, known on 10 February 2023, that met nothing."""
    event = fields.pop("event", shipment())
    return Facts(
        **{
            "event": event,
            "kind": "shipment",
            "known_at": utc("2023-02-10"),
            "export_country": "JP",
            "loading_countries": frozenset(),
            "destination_countries": frozenset({"RU"}),
            "possible_destinations": frozenset(),
            "localities": frozenset(),
            "receiver_countries": frozenset(),
            "receiver_addresses": frozenset(),
            "party_countries": frozenset(),
            "places": (),
            "parties": (),
            "goods": (),
            "unclear": (),
            "lines": getattr(event, "goods", ()),
            "event_subject": EVENT,
            "day_cache": {},
            **fields,
        }
    )


def goods_hit(*periods: Period, doubt: str | None = None, **line_fields: Any) -> GoodsHit:
    met = item("xx-goods", "1", *periods)
    return GoodsHit(LINE, line(**line_fields), met, met.validity, doubt)


def party_hit(doubt: str | None = None, role: str = "consignee", kind: str = "party", **fields: Any) -> PartyHit:
    return PartyHit(PARTY, kind, role, entity(**fields), doubt)


def one(rule: Measure, said: Facts) -> Triggered:
    (found,) = evaluate(rule, said)
    return found


def test_every_condition_true_gives_the_effect_on_the_line() -> None:
    found = one(measure(TO_RUSSIA), facts(goods=(goods_hit(),)))
    assert (found.effect, found.in_force, found.subjects) == ("prohibited", True, (LINE,))
    assert not found.missing


@pytest.mark.parametrize(
    "other",
    [
        {"export_country": "DE"},
        {"destination_countries": frozenset({"KZ"})},
        {"goods": ()},
        {"export_country": None, "loading_countries": frozenset({"DE"})},
    ],
)
def test_one_false_condition_ends_a_measure(other: dict[str, Any]) -> None:
    assert evaluate(measure(TO_RUSSIA), facts(**{"goods": (goods_hit(),), **other})) == []


@pytest.mark.parametrize(
    ("other", "missing"),
    [
        ({"export_country": None}, "the export country"),
        # Loaded in Japan is not said to be exported from Japan: transit is not caught.
        ({"export_country": None, "loading_countries": frozenset({"JP"})}, "the export country"),
        ({"destination_countries": frozenset()}, "the destination"),
        # A party's country alone makes the destination unknown at most.
        ({"destination_countries": frozenset(), "receiver_countries": frozenset({"RU"})}, "the destination"),
    ],
)
def test_what_is_not_said_gives_review_and_names_it(other: dict[str, Any], missing: str) -> None:
    found = one(measure(TO_RUSSIA), facts(**{"goods": (goods_hit(),), **other}))
    assert found.effect == "review"
    assert found.missing == (missing,)


def test_one_destination_suffices() -> None:
    said = facts(goods=(goods_hit(),), destination_countries=frozenset({"DE", "RU"}))
    assert one(measure(TO_RUSSIA), said).effect == "prohibited"


def test_a_line_that_does_not_say_what_it_is_is_missing() -> None:
    parts = line("spare parts")
    found = one(measure(TO_RUSSIA), facts(unclear=((LINE, parts),), lines=(parts,)))
    assert (found.effect, found.missing, found.subjects) == ("review", ("what the goods are",), (LINE,))


def test_no_goods_at_all_is_missing_too() -> None:
    found = one(measure(TO_RUSSIA), facts(lines=()))
    assert (found.effect, found.subjects) == ("review", (EVENT,))


def test_a_role_that_nobody_fills_is_not_missing() -> None:
    assert evaluate(measure(WITH_LISTED), facts()) == []


@pytest.mark.parametrize("doubt", ["the name is only possibly the same", "met by words alone"])
def test_doubt_caps_the_effect_at_review(doubt: str) -> None:
    found = one(measure(WITH_LISTED), facts(parties=(party_hit(doubt),)))
    assert (found.effect, found.doubts) == ("review", (doubt,))
    assert one(measure(TO_RUSSIA), facts(goods=(goods_hit(doubt=doubt),))).effect == "review"


def test_roles_bind_parties_and_not_texts() -> None:
    rule = measure(Terms(parties=PartyTerm(lists=("xx-list",), roles=("debtor",))))
    assert evaluate(rule, facts(parties=(party_hit(role="creditor"),))) == []
    assert evaluate(rule, facts(parties=(party_hit(role="debtor"),)))
    assert evaluate(rule, facts(parties=(party_hit(role="remittance_information", kind="text"),)))


def test_effect_of_the_entry_is_a_licence_whatever_its_review_policy() -> None:
    rule = measure(WITH_LISTED, effect="from_entry")
    assert one(rule, facts(parties=(party_hit(licence_policy="Presumption of denial"),))).effect == "licence_required"


def test_announced_and_not_yet_in_force_is_review_that_says_from_when() -> None:
    hit = goods_hit(Period(announced=date(2023, 1, 27), from_=date(2023, 2, 3)))
    on = {"goods": (hit,)}
    assert evaluate(measure(TO_RUSSIA), facts(known_at=utc("2023-01-26"), **on)) == []
    found = one(measure(TO_RUSSIA), facts(known_at=utc("2023-01-27"), **on))
    assert (found.effect, found.in_force, found.in_force_from) == ("review", False, date(2023, 2, 3))
    booked = shipment(export_date=date(2023, 2, 3))
    assert one(measure(TO_RUSSIA), facts(known_at=utc("2023-01-27"), event=booked, **on)).effect == "prohibited"
    # It left before, and is under way when the ban begins: review, never nothing.
    gone = shipment(status="in_transit", export_date=date(2023, 1, 20))
    assert one(measure(TO_RUSSIA), facts(known_at=utc("2023-02-10"), event=gone, **on)).effect == "review"
    delivered = shipment(status="delivered", export_date=date(2023, 1, 20))
    assert evaluate(measure(TO_RUSSIA), facts(known_at=utc("2023-02-10"), event=delivered, **on)) == []


def test_the_latest_start_of_measure_listing_and_wording_counts() -> None:
    rule = measure(WITH_LISTED, in_force_from=date(2022, 3, 18))
    listed = {"listed_on": date(2023, 1, 27), "in_force_from": date(2023, 2, 3)}
    found = one(rule, facts(parties=(party_hit(**listed),)))
    assert (found.effect, found.in_force_from) == ("prohibited", date(2023, 2, 3))


def test_an_exception_that_holds_ends_a_measure_and_an_open_one_leaves_it_open() -> None:
    small = Terms(value_below=Money("1000000", "JPY"))
    rule = measure(TO_RUSSIA, except_=(small,))

    def worth(value: Money | None) -> list[Triggered]:
        return evaluate(rule, facts(goods=(goods_hit(value=value),)))

    assert worth(Money("999999.99", "JPY")) == []
    assert worth(Money("1000000.01", "JPY"))[0].effect == "prohibited"
    # Another currency decides where no rate of the last years could turn it, else it is open.
    assert worth(Money("20000", "USD"))[0].effect == "prohibited"
    assert worth(Money("3000", "USD")) == []
    assert worth(Money("9000", "USD"))[0].missing == ("the value in JPY",)
    assert worth(Money("9000", "XAF"))[0].effect == "review"
    # Of no commercial value, so a form says; that is no value of the goods.
    assert worth(Money("0", "JPY"))[0].missing == ("the value in JPY",)
    assert worth(Money("-5.00", "JPY"))[0].effect == "review"
    # An exemption must be shown: without a value it is not claimed.
    assert worth(None)[0].effect == "prohibited"


def test_a_vessel_is_nobodys_consignee_and_a_text_may_be_anyones() -> None:
    """A ban on goods for a listed receiver says nothing of the listed ship that carries them."""
    rule = measure(Terms(parties=PartyTerm(lists=("xx-list",), roles=("consignee", "end_user"))))
    assert one(rule, facts(parties=(party_hit(role="end_user"),))).effect == "prohibited"
    assert one(rule, facts(parties=(party_hit(role="End-User "),))).effect == "prohibited", "as platforms write it"
    assert evaluate(rule, facts(parties=(party_hit(role="carrier"),))) == []
    assert evaluate(rule, facts(parties=(party_hit(role="vessel", kind="vessel"),))) == []
    assert one(rule, facts(parties=(party_hit("in a text", role="end_use", kind="text"),))).effect == "review"


def test_lines_of_one_item_are_added_up() -> None:
    rule = measure(TO_RUSSIA, except_=(Terms(value_below=Money("1000000", "JPY")),))
    half = Money("600000", "JPY")
    hits = (goods_hit(value=half, line=1), goods_hit(value=half, line=2))
    assert [found.effect for found in evaluate(rule, facts(goods=hits))] == ["prohibited", "prohibited"]
    assert evaluate(rule, facts(goods=hits[:1])) == []


def test_items_of_one_number_of_the_order_are_added_up() -> None:
    """The Order exempts what is worth a total; that the Ordinance splits its row 7(16) in paragraphs makes no smaller totals."""
    rule = measure(TO_RUSSIA, except_=(Terms(value_below=Money("1000000", "JPY")),))
    half = Money("600000", "JPY")

    def hit(number: int, code: str, doubt: str | None = None) -> GoodsHit:
        codes = (ControlCode("xx-goods", str(number)), ControlCode("xx-order", code))
        met = item("xx-goods", str(number), control_codes=codes)
        return GoodsHit(LINE, line(value=half, line=number), met, met.validity, doubt)

    def effects(*hits: GoodsHit) -> list[str]:
        return [found.effect for found in evaluate(rule, facts(goods=hits))]

    assert effects(hit(1, "7(16)-ル"), hit(2, "7(16)-ヲ")) == ["prohibited", "prohibited"]
    assert effects(hit(1, "7(16)-ル"), hit(2, "7(17)")) == []
    # What only may be of the number makes the total a question of its own, and none of the line that is sure.
    assert effects(hit(1, "7(16)-ル"), hit(2, "7(16)-ヲ", "met by words alone")) == ["review"]
    # A line that meets two of the items is worth its value once.
    first, second = hit(1, "7(16)-ル"), hit(2, "7(16)-ヲ")
    assert effects(first, msgspec.structs.replace(second, line=first.line)) == []


def test_a_code_that_leaves_open_which_paragraph_decides_where_each_is_caught() -> None:
    rule = measure(TO_RUSSIA)
    made = line(control_codes=(ControlCode("xx-goods", "2"),))

    def hits(*periods: Period, table: str = "xx-goods") -> tuple[GoodsHit, ...]:
        items = [item(table if n > 1 else "xx-goods", f"2({n})", period) for n, period in enumerate(periods, 1)]
        doubt = "the declared code leaves open which paragraph it is"
        return tuple(GoodsHit(LINE, made, met, met.validity, doubt, one_of=True) for met in items)

    def effects(*found: GoodsHit) -> set[str]:
        return {one.effect for one in evaluate(rule, facts(goods=found))}

    now, later = Period(from_=date(2022, 4, 5)), Period(from_=date(2023, 4, 7), announced=date(2022, 4, 5))
    assert effects(*hits(now, now)) == {"prohibited"}
    assert effects(*hits(now, later)) == {"review"}, "one of them does not hold yet"
    assert effects(*hits(now, Period(from_=date(2025, 1, 23)))) == {"prohibited"}, "there is no second one yet"
    assert effects(*hits(now, Period(from_=date(2022, 4, 5), value_below=Money("1", "JPY")))) == {"review"}
    assert effects(*hits(now, now, table="yy-goods")) == {"review"}, "the measure speaks of one of them only"
    alone = msgspec.structs.replace(hits(now)[0], one_of=False)
    assert effects(alone) == {"review"}, "what else the code may mean is not known"


def test_all_destinations_must_be_exempt() -> None:
    rule = measure(
        Terms(export_country=("JP",), goods=GoodsTerm(tables=("xx-goods",))),
        except_=(Terms(destination=Destination(countries=("JP", "DE"))),),
    )
    on = {"goods": (goods_hit(),)}
    assert evaluate(rule, facts(destination_countries=frozenset({"DE"}), **on)) == []
    # Discharged in Germany and going on to China is not a shipment to Germany.
    assert one(rule, facts(destination_countries=frozenset({"DE", "CN"}), **on)).effect == "prohibited"


@pytest.mark.parametrize(
    ("value", "quantity", "effect"),
    [
        (Money("40000", "JPY"), None, None),
        (Money("40001", "jpy"), None, "prohibited"),
        (Money("40001", "JPY"), None, "prohibited"),
        (Money("400000", "JPY"), "20", "review"),  # 20,000 a piece, if the quantity counts pieces
        (Money("400000", "JPY"), "2", "prohibited"),
        (Money("300", "EUR"), None, "review"),
        (Money("3000", "EUR"), None, "prohibited"),
        (Money("100", "EUR"), None, None),
        (Money("0.00", "JPY"), None, "review"),
        (None, None, "review"),
    ],
)
def test_an_items_own_threshold(value: Money | None, quantity: str | None, effect: str | None) -> None:
    hit = goods_hit(Period(from_=date(2022, 4, 5), value_below=Money("40000", "JPY")), value=value, quantity=quantity)
    found = evaluate(measure(TO_RUSSIA), facts(goods=(hit,)))
    assert [one.effect for one in found] == ([effect] if effect else [])


@pytest.mark.parametrize(("unit", "effect"), [("C62", None), ("pcs", None), ("NPR", "review"), (None, "review")])
def test_a_quantity_of_pieces_decides_what_a_piece_is_worth(unit: str | None, effect: str | None) -> None:
    worth = {"value": Money("400000", "JPY"), "quantity": "20", "unit": unit}
    hit = goods_hit(Period(from_=date(2022, 4, 5), value_below=Money("40000", "JPY")), **worth)
    found = evaluate(measure(TO_RUSSIA), facts(goods=(hit,)))
    assert [one.effect for one in found] == ([effect] if effect else [])


def test_origin_is_asked_of_the_line_that_was_met() -> None:
    rule = measure(Terms(origin_country=("US",), goods=GoodsTerm(tables=("xx-goods",))))
    assert one(rule, facts(goods=(goods_hit(origin_country="US"),))).effect == "prohibited"
    assert evaluate(rule, facts(goods=(goods_hit(origin_country="JP"),))) == []
    assert one(rule, facts(goods=(goods_hit(),))).missing == ("the country of origin of the goods",)


def _area(**fields: Any) -> list[Triggered]:
    return evaluate(measure(TO_AREA), facts(**{"destination_countries": frozenset({"UA"}), **fields}))


def test_a_destination_in_the_area() -> None:
    inside = PlaceHit(PLACE, "jp-etco-1-5", True, True)
    (found,) = _area(places=(inside,), localities=frozenset({"UA"}))
    assert (found.effect, found.subjects) == ("prohibited", (PLACE,))
    (open_,) = _area(places=(PlaceHit(PLACE, "jp-etco-1-5", False, True),), localities=frozenset({"UA"}))
    assert open_.effect == "review"


def test_the_country_alone_leaves_the_area_open_unless_an_address_speaks() -> None:
    (found,) = _area()
    assert (found.effect, found.missing) == ("review", ("the place within the country",))
    assert _area(localities=frozenset({"UA"})) == []  # Kyiv is named
    assert _area(receiver_addresses=frozenset({"UA"})) == []  # the consignee's address is in Kyiv
    (there,) = _area(receiver_addresses=frozenset({"UA"}), places=(PlaceHit(PLACE, "jp-etco-1-5", True, False),))
    assert there.effect == "review"
    assert _area(destination_countries=frozenset({"DE"})) == []


def test_end_use_asks_for_words_and_silence_is_no_knowledge() -> None:
    rule = measure(Terms(end_use=("missile", "ミサイル")), effect="review")
    assert evaluate(rule, facts()) == []
    assert evaluate(rule, facts(event=shipment(end_use="Testing of MISSILE housings")))
    assert evaluate(rule, facts(event=shipment(end_use="ミサイルの試験")))
    for denial in ("Civil use, not for missile systems", "non-missile applications", "antimissile-free"):
        assert evaluate(rule, facts(event=shipment(end_use=denial))) == []
    assert evaluate(rule, facts(event=shipment(end_use="not for missile bodies, but missile housings")))


WEAPONS = measure(
    Terms(end_use=("military", "missile", "nuclear weapon", "軍事", "兵器", "военн", "rüstung")), effect="review"
)


@pytest.mark.parametrize(
    "denial",
    [
        "Goods will not be used for military purposes",
        "Garment factory. Not intended for any military use.",
        "shall not be used in nuclear weapons, missiles or by the military",
        "non-military use, no nuclear weapon",
        "non destiné à un usage military",
        "用于民用，不用于军事（軍事）",
        "neither for military nor for nuclear weapon purposes",
        "civil use only, military use excluded",
        "軍事用途には使用しません",
        "民生用（軍事用途ではない）",
        "非軍事用途",
        "核兵器等の開発、製造、使用又は貯蔵に用いられるおそれはありません",
        "не для военных целей",
        "Ausrüstung eines Kinos",
    ],
)
def test_a_declared_denial_is_no_such_end_use(denial: str) -> None:
    assert evaluate(WEAPONS, facts(event=shipment(end_use=denial))) == []


@pytest.mark.parametrize(
    "said",
    [
        "not only for civil but also for military use",
        "There is no doubt that it is for military use",
        "Not for resale. Military vehicles.",
        "not for a civil aircraft but for a missile",
        "軍事用途であり、民生用ではない",
        "Contract No 7, military radar",
        "Contract no. 7 military radar",
        "non-civil use, military",
        "not for civilian use, for military use",
        "end use not known, may be military",
        "We don't know, perhaps a missile",
        "Not for resale, military vehicles",
        "用途不明、軍事か",
        "非民生用、軍事用",
        "軍事用かもしれない",
        "軍事用かどうか分かりません",
        "для военных нужд",
        "Rüstungsbetrieb",
    ],
)
def test_a_denial_of_something_else_is_none(said: str) -> None:
    assert evaluate(WEAPONS, facts(event=shipment(end_use=said)))


def test_a_line_of_another_origin_is_not_drawn_in() -> None:
    rule = measure(Terms(origin_country=("US",), goods=GoodsTerm(tables=("xx-goods",))))
    hits = (goods_hit(origin_country="US", line=1), goods_hit(origin_country="JP", line=2))
    (found,) = evaluate(rule, facts(goods=hits))
    assert found.goods is hits[0]


def test_a_payment_is_tied_by_currency_party_or_bank() -> None:
    rule = measure(Terms(nexus=Nexus(currencies=("USD",), countries=("US",)), parties=PartyTerm(lists=("xx-list",))))

    def effects(currency: str, *countries: str) -> list[str]:
        event = payment(amount=Money("1", currency))
        said = facts(
            event=event, kind="payment", lines=(), parties=(party_hit(),), party_countries=frozenset(countries)
        )
        return [found.effect for found in evaluate(rule, said)]

    assert effects("USD") == ["prohibited"]
    assert effects("EUR", "DE", "US") == ["prohibited"]
    assert effects("usd") == ["prohibited"]
    assert effects("EUR", "DE") == []
    assert effects("EUR") == ["review"]
    # A bank that says nothing of its seat may be the one in the United States.
    event = payment(amount=Money("1", "EUR"))
    two = {"party_countries": frozenset({"DE"}), "unseated": True, "parties": (party_hit(),), "lines": ()}
    found = one(rule, facts(event=event, kind="payment", **two))
    assert (found.effect, found.missing) == ("review", ("the country of a party or bank",))


def test_goods_not_described_raise_nothing_where_anything_else_is_open() -> None:
    parts = line("spare parts")
    unclear = {"unclear": ((LINE, parts),), "lines": (parts,)}
    assert evaluate(measure(TO_RUSSIA), facts(**unclear, export_country=None)) == []
    assert evaluate(measure(TO_RUSSIA), facts(**unclear, destination_countries=frozenset())) == []
    # An HS code that met an item not yet announced does not describe the goods.
    later = goods_hit(Period(from_=date(2023, 4, 7)), description="spare parts")
    found = one(measure(TO_RUSSIA), facts(goods=(later,), **unclear))
    assert (found.effect, found.missing) == ("review", ("what the goods are",))


def test_a_place_name_that_several_countries_have_leaves_the_destination_open() -> None:
    said = {"goods": (goods_hit(),), "destination_countries": frozenset({"DE"})}
    found = one(measure(TO_RUSSIA), facts(possible_destinations=frozenset({"RU", "US"}), **said))
    assert (found.effect, found.missing) == ("review", ("the destination",))
    assert evaluate(measure(TO_RUSSIA), facts(possible_destinations=frozenset({"US"}), **said)) == []


def test_a_shipment_that_names_no_goods_is_never_cleared_by_a_second_unknown() -> None:
    found = one(measure(TO_RUSSIA), facts(lines=(), export_country=None))
    assert (found.effect, found.subjects) == ("review", (EVENT,))
    assert set(found.missing) == {"the export country", "what the goods are"}


def test_a_wording_that_does_not_hold_says_why() -> None:
    later = item("xx-goods", "1", Period(from_=date(2025, 1, 23)))
    earlier = item("xx-goods", "1", Period(from_=date(2020, 1, 1), until=date(2022, 1, 1)))
    rule = measure(TO_RUSSIA)
    for met, why in ((later, "not announced by then"), (earlier, "no longer when the act happens")):
        said = facts(goods=(GoodsHit(LINE, line(), met, met.validity),))
        checked = Checked(rule, Standing.UNHEARD, said.day(rule.time_zone), [], [])
        assert evaluate(rule, said, checked) == []
        (answer,) = [one for one in checked.branches[0].answers if one.condition == "goods"]
        assert answer.truth is Truth.FALSE
        assert answer.value.endswith(why)


def _read(rule: Measure, said: Facts) -> list[str]:
    """What `measures explain` says of each condition."""
    checked = Checked(rule, Standing.UNHEARD, said.day(rule.time_zone), [], [])
    evaluate(rule, said, checked)
    answers = [*checked.answers, *(answer for branch in checked.branches for answer in branch.answers)]
    return [f"{answer.condition}: {answer.truth.name.lower()} ({answer.value})" for answer in answers]


@pytest.mark.parametrize(
    ("terms", "fields", "said"),
    [
        (
            Terms(value_below=Money("1000000", "JPY")),
            {"value": Money("1000001", "JPY")},
            "no exception 1: true (it does not hold: value_below 1000001 JPY, limit 1000000 JPY)",
        ),
        (
            Terms(value_below=Money("1000000", "JPY")),
            {"value": Money("9000", "USD")},
            "no exception 1: unknown (it may hold: value_below 9000 USD, limit 1000000 JPY)",
        ),
        (
            Terms(value_below=Money("1000000", "JPY")),
            {},
            "no exception 1: true (it does not hold: no value is declared, so it is not claimed)",
        ),
        (Terms(destination=Destination(countries=("RU",))), {}, "no exception 1: false (it holds: destination RU)"),
        (Terms(goods=GoodsTerm(items=("xx-goods/2",))), {}, "no exception 1: true (it does not hold: goods are not what it speaks of)"),
        (Terms(goods=GoodsTerm(items=("xx-goods/1",))), {}, "no exception 1: false (it holds: goods are what it speaks of)"),
    ],
)  # fmt: skip
def test_an_exception_says_which_it_is_and_what_decided(terms: Terms, fields: dict[str, Any], said: str) -> None:
    rule = measure(TO_RUSSIA, applies_to=("shipment",), except_=(terms,))
    assert said in _read(rule, facts(goods=(goods_hit(**fields),)))


def test_a_measure_that_is_about_nothing_here_says_what_was_not_met() -> None:
    rule = measure(WITH_LISTED)
    assert "parties: false (nobody is met on xx-list)" in _read(rule, facts())
    only = measure(Terms(parties=PartyTerm(lists=("xx-list",), roles=("end_user",))))
    assert "parties: false (listed only as carrier; roles end_user)" in _read(
        only, facts(parties=(party_hit(role="carrier"),))
    )
    assert "goods: false (no line meets its items)" in _read(measure(TO_RUSSIA), facts())
    paid = _read(measure(TO_RUSSIA, applies_to=("payment",)), facts())
    assert paid == ["applies_to: false (a shipment; the measure is on payments)"]


def test_the_place_that_decided_is_named() -> None:
    rule = measure(TO_AREA, applies_to=("shipment",))
    in_ukraine = {"destination_countries": frozenset({"UA"}), "localities": frozenset({"UA"})}
    for certain, destination, said in (
        (True, True, "destination: true (UA; in jp-etco-1-5)"),
        (False, True, "destination: unknown (UA; perhaps in jp-etco-1-5)"),
    ):
        places = (PlaceHit(PLACE, "jp-etco-1-5", certain, destination),)
        assert said in _read(rule, facts(places=places, **in_ukraine))
    assert "destination: false (UA)" in _read(rule, facts(**in_ukraine))


@pytest.mark.parametrize(
    ("requirement", "effect"),
    [
        (None, "licence_required"),
        ("For all items subject to the EAR", "licence_required"),
        ("For All Items Subject to the EAR (See §734.9(e)1, and §744.11 of the EAR)2.", "licence_required"),
        ("All items subject to the EAR. (See §§ 734.9(g),3 746.8(a)(3), and 744.21(b) of the EAR)", "licence_required"),
        ("For all items subject to the EAR, see §§ 734.9(e)1, and 744.11 of the EAR2", "licence_required"),
        (
            "For all items subject to the EAR (See § 744.11). This license requirement may be overcome by License Exception GOV.",
            "licence_required",
        ),
        # Gazprom's companies: only for deepwater, Arctic offshore and shale projects.
        ("For all items subject to the EAR when used in projects specified in § 746.8(a)(4) of the EAR", "review"),
        ("For items on the CCL and EAR99 items listed in supplement no. 7 to part 746 of the EAR", "review"),
        ("All items subject to the EAR except for: crude oil, condensates", "review"),
        (
            "For all items subject to the EAR (See §744.11 of the EAR), apart from items that OFAC has authorized",
            "review",
        ),
    ],
)
def test_what_the_entry_itself_asks_for(requirement: str | None, effect: str) -> None:
    rule = measure(Terms(export_country=("JP",), parties=PartyTerm(lists=("xx-list",))), effect="from_entry")
    found = one(rule, facts(parties=(party_hit(licence_requirement=requirement),)))
    assert found.effect == effect
    asked = ("whether these goods and their use are those that the entry asks a licence for",)
    assert found.missing == (() if effect == "licence_required" else asked)


def test_what_begins_after_a_delivery_says_so() -> None:
    delivered = shipment(status="delivered", event_time=utc("2023-02-10"), export_date=date(2023, 1, 30))
    said = "still to come: false (the goods are delivered: what begins later does not touch them)"
    later = goods_hit(Period(from_=date(2023, 2, 3), announced=date(2023, 1, 27)))
    assert said in _read(measure(TO_RUSSIA), facts(event=delivered, goods=(later,)))
    rule = measure(TO_RUSSIA, announced=date(2023, 1, 27), in_force_from=date(2023, 2, 3))
    assert said in _read(rule, facts(event=delivered, goods=(goods_hit(),)))
