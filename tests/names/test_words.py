"""The vocabulary: one concept in all its languages, endings and transliterations, and what must not be taken for one."""

from __future__ import annotations

from collections import defaultdict

import pytest

from sekisho.names.parse import parse
from sekisho.names.sounds import fold
from sekisho.names.tokens import GENERIC, LEGAL, PLACE
from sekisho.names.words import _entries, firms, plain_arabic, stem, topics, vocabulary


def concepts(name: str) -> set[str]:
    return {token.concept for token in parse(name, False)[0].tokens if token.kind in (GENERIC, PLACE, LEGAL)}


@pytest.mark.parametrize(
    ("concept", "forms"),
    [
        ("ship.shipbuilding", "судостроительная судостроительного sudostroitelnaya sudostroitelnyy shipbuilding 造船"),
        ("plant.plant", "завод заводу zavod plant 工場 工厂"),
        ("finance.bank", "банк bank banka 銀行 银行 بانک البنك"),
        ("state.islamic", "الإسلامية الاسلامي اسلامی eslami Islamic"),
        ("moscow", "Московский московского Moskovsky Moskovskaya Moscow モスクワ"),
        ("saratov", "Саратовский Saratovskogo Saratov"),
        ("quality.international", "intl международная mezhdunarodnyi 国際 الدولية"),
        ("control.management", "mgmt management менеджмент 管理 administradora operadora yonetim"),
        ("control.prison", "prison jail SIZO zendan"),
        ("center.center", "center centre ctr"),
        ("transport.railway", "railway railways"),
        ("research.science", "scientific sci"),
        ("finance.investment", "investment inv invs"),
        ("plant.factory", "factory fcty"),
        ("defence.army", "army jaysh jaish jeish"),
        ("defence.front", "front jabhat frente"),
        ("farm.farm", "farm rancho finca"),
        ("mining.jewellery", "jewellery gems kuyumculuk joyeria"),
        ("middleeast", "khavarmiyaneh"),
        ("beirut", "beirut beyrouth بيروت бейрут ベイルート"),
        ("sweden", "sweden swedish"),
        ("trade.trade", "trading maoyi kereskedelmi"),
        ("fgup", "gup sue mup"),
        ("sa", "ca sac"),
        ("learn.academy", "RAS РАН"),
        ("quality.line", "line lines линия"),
    ],
)
def test_every_form_of_a_word_is_one_concept(concept: str, forms: str) -> None:
    assert {form: concept in concepts(f"Zorkov {form}") for form in forms.split()} == dict.fromkeys(forms.split(), True)


def test_phrases_are_met_in_every_case_and_transliteration() -> None:
    wanted = {"institute.nii"}
    for name in (
        "научно-исследовательский институт",
        "научно-исследовательского института",
        "Nauchno-Issledovatelskiy Institut",
    ):
        assert wanted <= concepts(name), name
    assert {"bureau.headquarters"} <= concepts("Генерального штаба")
    assert concepts("Zorkov Radio and Television") == concepts("Radio and TV of Zorkov")
    assert concepts("Zorkov DOO Beograd-Palilula") == {"llc", "belgrade"}
    for name in (
        "Aktsionernoe Obshchestvo Otkrytogo Tipa Zorkov",
        "Adkrytaye Aktsyyanernaye Tavarystva Zorkov",
        "Zorkov imeni Akademika JSC",
    ):
        assert concepts(name) == {"jsc"}, name
    assert concepts("Tavarystva z Abmezhavanay Adkaznastsyu Zorkov") == {"llc"}


def test_a_word_that_says_two_things_is_two() -> None:
    assert {"quality.experimental", "bureau.kb"} <= concepts("ОКБ Зорька")
    assert {"electro.radio", "plant.plant"} <= concepts("Сарапульский радиозавод")
    assert {"oil.oil", "company"} <= concepts("ПАО НК Роснефть")


def test_concepts_that_are_no_translations_of_each_other_are_kept_apart() -> None:
    forms: dict[str, set[str]] = defaultdict(set)
    for word, form in _entries():
        if word.kind in ("generic", "topic"):
            forms[form].add(word.concept)
    assert {form: found for form, found in forms.items() if len(found) > 1} == {}
    assert concepts("Zorkov Steel").isdisjoint(concepts("Zorkov Copper"))
    assert concepts("Central Bank") != concepts("National Bank")


def test_a_short_word_keeps_its_ending_and_a_name_is_no_word_of_trade() -> None:
    assert stem("банка") == "banka"
    assert stem("судостроительного") == stem("sudostroitelnaya") == "sudostroiteln"
    for name in ("Marino", "Ivanova", "Toledo", "Haikov"):
        assert concepts(f"{name} Zorkov") == set(), name


def test_arabic_is_met_without_article_and_in_each_of_its_letters() -> None:
    assert plain_arabic("الإسلامية") == plain_arabic("اسلامیة") == plain_arabic("للإسلامية")


def test_every_concept_of_a_composed_word_exists() -> None:
    known = {part for word, _ in _entries() for part in [word.concept] if "+" not in part}
    legal = {"legal." + word.concept for word, _ in _entries() if word.kind == "legal"}
    for word, form in _entries():
        assert set(word.concept.split("+")) <= known | legal, form


def test_topics_weigh_more_than_what_every_organisation_is() -> None:
    tokens = {t.concept: t.weight for t in parse("Zorkov Helicopter Trading Institute", False)[0].tokens if t.concept}
    assert tokens["aviation.helicopter"] > tokens["trade.trade"] == tokens["institute.institute"]
    assert "aviation.helicopter" in topics()
    assert "trade.trade" not in topics()


def test_titles_and_particles_of_people_are_no_words_of_trade() -> None:
    assert set(vocabulary().small.values()) == {
        w for w in vocabulary().small.values() if w.kind in ("particle", "title")
    }
    assert len(parse("Gen Ivan Petrov", True)[0].tokens) == 3


def test_words_of_many_firms_are_counted_as_they_are_folded() -> None:
    table = firms()
    assert table[fold("atlas")] > table[fold("kamaz")] > 0.0
    assert table[fold("huawei")] == 1.0
    assert fold("zorkov") not in table


def test_a_greek_sigma_is_one_letter_wherever_it_stands() -> None:
    # str.lower() writes ς at the end of a word; the compiled one does not
    (token,) = parse("ΒΑΣΙΛΕΙΑΔΗΣ", True)[0].tokens
    assert (token.source, token.text) == ("βασιλειαδησ", "vasileiadis")


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Zorkov open joint-stock co", "Zorkov open joint-stock company"),
        ("Zorkov limited liability co", "Zorkov limited liability company"),
        ("Zorkov public ltd co", "Zorkov public limited company"),
        ("Zorkov exp. & imp. Corpn", "Zorkov export and import corporation"),
    ],
)
def test_a_legal_form_and_a_trade_are_the_same_when_they_are_shortened(short: str, long: str) -> None:
    one, two = (
        {token.concept for token in parse(name, False)[0].tokens if token.kind in (LEGAL, GENERIC)}
        for name in (short, long)
    )
    assert one == two
    assert [token.text for token in parse(short, False)[0].tokens if token.concept == ""] == ["zorkov"]
