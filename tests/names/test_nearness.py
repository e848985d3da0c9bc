"""What is let in at the ends is all that a search finds, for names as lists and streams write them and as they are mistaken."""

from __future__ import annotations

import random
import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho import Reference
from sekisho.model import Entity, EntryIdentifier, Identifier, Name
from sekisho.names import NameIndex, Query
from sekisho.names.nearness import Nearness, Texts
from sekisho.names.strangers import near
from sekisho.reference import bundled
from tests.factories import entity

KINDS = ("Person", "Organization", "Unknown", "Vessel")
LISTED: list[Entity] = [
    record for one in bundled.lists() if one.kind == "entities" for record in one.records if isinstance(record, Entity)
]
#: What lists write in ways of their own: initials, acronyms, numbers, other scripts, one word, words in one.
ODD = (
    entity(entry_id="o1", name="IBM"),
    entity(entry_id="o2", name="Central Aerohydrodynamic Institute"),
    entity(entry_id="o3", names=(Name("J. R. Zorkov"), Name("S.p.A. Zorkov", "alias")), schema="Unknown"),
    entity(entry_id="o4", names=(Name("株式会社レムディゼリ"), Name("REMDIZEL", "alias"))),
    entity(entry_id="o5", name="محمد حسین فرهادی", schema="Person"),
    entity(entry_id="o6", name="Жуков Иван Петрович", schema="Person"),
    entity(entry_id="o7", name="Shipyard No. 5"),
    entity(entry_id="o8", name="Zorkov"),
    entity(entry_id="o9", name="Abdul Rahman Al-Din", schema="Person"),
    entity(entry_id="o10", name="Kim Chol Su", schema="Person"),
    entity(entry_id="o11", name="Goldenstar Lines", schema="Vessel"),
    entity(entry_id="o12", name="3M Optics 2000"),
)  # fmt: skip


def mistaken(name: str, chance: random.Random) -> str:
    """``name`` as somebody else may write it."""
    words = name.split()
    at = chance.randrange(len(words))
    letter = chance.randrange(len(name))
    return chance.choice(
        [
            name,
            name.upper(),
            " ".join(reversed(words)),
            " ".join(words[:at] + words[at + 1 :]) or name,
            "".join(words[:2]) + " " + " ".join(words[2:]),
            name[:letter] + name[letter + 1 :] or name,
            name[:letter] + chance.choice("aeiouknrst ") + name[letter:],
            " ".join([word[0] + "." if i == at else word for i, word in enumerate(words)]),
            "".join(word[0] for word in words),
            f"{name} Trading Co., Ltd.",
            f"Osaka Holding ({name})",
            f"{name} No. 2",
            words[at],
        ]
    )


@pytest.mark.parametrize("seed", range(6))
def test_whatever_a_search_finds_is_let_in(seed: int) -> None:
    chance = random.Random(seed)
    some = [*chance.sample(LISTED, 40), *(ODD if seed % 2 else ())]
    index = NameIndex.build(some)
    if seed > 2:
        index = index.updated(chance.sample(LISTED, 10), ())
    here = Nearness(index)
    names = [name.text for one in (*some, *ODD, *chance.sample(LISTED, min(250, len(LISTED)))) for name in one.names]
    passed = 0
    for name in names:
        query, kind = mistaken(name, chance), chance.choice(KINDS)
        told = here.of_name(query, kind)
        found = near(index, query, kind)
        assert found or not told, (query, kind)
        assert here.lets_in(query, kind) or not found, (query, kind)
        assert told or not met(index, query, kind), (query, kind)
        passed += not here.lets_in(query, kind)
    assert passed > len(names) / 4, "most strangers are told without a search"


def met(index: NameIndex, name: str, kind: str) -> bool:
    """Whether ``name`` meets an entry near it for a bearer of whom all is known that speaks for him."""
    near_it = {entity.key: entity for record, *_ in index._named(name, kind) for entity, _ in record.bearers}
    return any(
        match.entity.key == entity.key
        for entity in near_it.values()
        for match in index.search(
            Query(
                name,
                kind,
                birth_date=next(iter(entity.birth_dates), None),
                gender=next(iter(entity.genders), None),
                countries=entity.countries,
                identifiers=tuple(Identifier(one.scheme, one.value) for one in entity.identifiers),
                address=next(iter(entity.addresses), None),
            ),
            len(near_it),
        )
    )


@given(st.text(alphabet="abkmorstuvz. -()123JRzé株ом", max_size=30), st.sampled_from(KINDS))
def test_odd_names_are_told_as_a_search_tells(name: str, kind: str) -> None:
    assert HERE.lets_in(name, kind) or not near(HERE.names, name, kind)
    assert HERE.of_name(name, kind) or not met(HERE.names, name, kind)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({}, False),
        ({"countries": ("RU",), "addresses": ("Moskva",), "genders": ("male",)}, False),
        ({"birth_dates": ("1950-07-09",)}, True),
        ({"identifiers": (EntryIdentifier("INN", "7707083893"),)}, True),
    ],
)
def test_a_name_that_is_not_alike_enough_counts_where_a_birth_date_or_number_could_make_up(
    known: Any, told: bool
) -> None:
    index = NameIndex.build([entity(name="Viktor Yanukovych", schema="Person", **known)])
    alike = next(
        name
        for name in ("Viktoria Yanukovych", "Viktor Petrovich Yanukovych Ivanov", "Viktor Yanukovychenko")
        if near(index, name, "Person") and not index.search(Query(name, "Person"))
    )
    assert Nearness(index).of_name(alike, "Person") == told


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("YAZD METALLURGY INDUSTRIES", "ヤズド・メタラージー・インダストリーズ"),
        ("Chongqing Southwest Integrate", "Chongqing Southwest Integrated Circuit Design Co., Ltd."),
        ("Shengmei Semiconductor Equipment (Shanghai) Co., Ltd.", "Shengmei Shanghai"),
    ],
)
def test_a_place_lets_in_with_what_it_weighs_on_either_side(name: str, listed: str) -> None:
    index = NameIndex.build([entity(name=listed, schema="Organization")])
    assert near(index, name, "Organization")
    assert Nearness(index).lets_in(name, "Organization")


HERE = Nearness(NameIndex.build(ODD))


def test_many_entries_are_searched_at_once() -> None:
    here = Nearness(NameIndex.build(ODD), few=3)
    assert not here.few
    assert here.of_name("Zorkov", "Unknown")
    assert not here.of_name("Honest Trading", "Unknown")


# -- texts ------------------------------------------------------------------------------------------------------------

WORDS = [
    "Invoice", "INV", "for", "Zorkov", "z0rkov", "sech1n", "Shipyard", "No.", "five", "Rocket", "Plant", "Optics", "3M", "A12b",
    "株式会社第7工場", "RE2023", "2023-001", "Dynamics", "Zorkovian", "b2b", "12zorkov34", "1st", "steel",
    "Igorr", "Sehcin", "S3chin", "Zorkovain", "Dynamics1", "MT",
    "Abdulqader", "Abdul", "Qader", "Shah", "Karami", "Shahkarami", "عبدالقادر",
]  # fmt: skip
TEXTS = NameIndex.build(
    [
        entity(entry_id="1", name="Zorkovian Dynamics"),
        entity(entry_id="2", name="Rocket Plant 99"),
        entity(entry_id="3", name="Shipyard No. 5"),
        entity(entry_id="4", name="Igor Sechin", schema="Person"),
        entity(entry_id="5", names=(Name("株式会社第7工場"),)),
        entity(entry_id="6", name="3M Optics 2000"),
        entity(entry_id="7", name="Abdulqader Shah Karami", schema="Person"),
    ]
)
IN_TEXTS = Texts(TEXTS)


@given(
    st.lists(st.sampled_from(WORDS) | st.integers(0, 12_345).map(str), max_size=6), st.randoms(use_true_random=False)
)
def test_what_is_settled_of_a_text_is_so_with_any_digits(words: list[str], chance: random.Random) -> None:
    text = " ".join(words)
    meets, settled = IN_TEXTS.meet(text)
    assert meets == bool(TEXTS.scan(text))
    if settled:
        for _ in range(5):
            other = re.sub(r"\d", lambda _: str(chance.randrange(10)), text)
            assert not TEXTS.scan(other), other


@pytest.mark.parametrize("text", ["Invoice 17 cotton", "INV2023-001 steel", "Miete 12"])
def test_digits_of_an_everyday_text_do_not_matter_for_a_name_with_a_number(text: str) -> None:
    for name in ("Zorkov Trading No. 2", "Osaka Trading No. 2", "Rocket Plant 99"):
        assert Texts(NameIndex.build([entity(name=name)])).meet(text) == (False, True), name


@pytest.mark.parametrize("text", ["payment 21AviaremontPlant", "payment 21Aviaremont Plant"])
def test_a_number_written_to_a_word_makes_no_name(text: str) -> None:
    names = NameIndex.build([entity(name="20 Aviaremont Plant")])
    _, settled = Texts(names).meet(text)
    assert not settled or not names.scan(text.replace("21", "20"))


@pytest.mark.parametrize("text", ["paid to sech0n", "for Rocket Plant 11", "Shipyard No. 4", "株式会社第5工場"])
def test_a_text_whose_digits_matter_is_not(text: str) -> None:
    assert IN_TEXTS.meet(text) == (False, False)


def test_whatever_is_near_by_another_of_its_own_names_is_let_in() -> None:
    entities = [one for one in Reference.bundled().tables.names.entities.values() if len(one.names) > 1]
    index = NameIndex.build(
        [msgspec.structs.replace(one, names=one.names[: max(1, len(one.names) // 2)]) for one in entities]
    )
    here, met = Nearness(index), 0
    assert here.few
    for one in entities:
        for name in one.names[len(one.names) // 2 :]:
            for kind in ("Person", "Organization"):
                found = near(index, name.text, kind)
                met += found
                assert here.lets_in(name.text, kind) or not found, name.text
    assert met > 100
