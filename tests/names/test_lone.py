"""Names that rest on one word, on a few letters or on plain words: other firms that only sound alike, or only begin alike."""

from __future__ import annotations

import pytest

from sekisho.model import Entity, Name
from sekisho.names import THRESHOLD, NameIndex, Query, compare_names
from sekisho.names.lone import one_spelling, said_alike


def score(one: str, two: str, schema: str = "Organization") -> float:
    there, back = compare_names(one, two, schema).score, compare_names(two, one, schema).score
    assert there == pytest.approx(back)
    return there


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Bayer AG", "BAJER SOCIEDAD DE RESPONSABILIDAD LIMITADA"),
        ("Shimano Inc", "Samina Pvt. Ltd."),
        ("ZIM", "Jim Corporation"),
        ("POSCO", "PASCO"),
        ("Acer Inc", "ASHER"),
        ("Meiji Co Ltd", "MAEI"),
        ("TSMC", "ChMK"),
        ("ABB Ltd", "AAB"),
        ("SKF AB", "SCF"),
        ("Kone", "CONE S.A."),
        ("Cisco", "SISCO"),
        ("Claas", "JSC Class"),
        ("Orlen", "OOO ORLAN"),
        ("Delhaize", "DELICE"),
        ("Andritz", "INDRAS"),
        ("Hexagon", "EXAGAN"),
    ],
)
def test_one_word_that_only_sounds_the_same_in_one_script_is_another_firm(one: str, two: str) -> None:
    # in sight still, for a strong identity to lift it
    assert 0.6 < score(one, two) < THRESHOLD


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Rosneft", "Rosnft JSC"),
        ("GAZPROM", "Gazpron"),
        ("Albatros", "lbatros"),
        ("Rostec", "Rotsec"),
        ("Mikron", "JSC Micron"),
        ("Rusal", "Russal"),
        ("SOOREH", "Sureh Co"),
        ("Hizballah", "Hezbollah"),
        ("TSITADEL", "Citadel LLC"),
        ("Al-Qaida", "Al Qaeda"),
        ("THE YOUTH", "AL-SHABAB"),
        ("АО Компэл", "Kompel"),
        ("OTTO", "Otto GmbH"),
    ],
)
def test_a_slip_in_a_long_word_and_another_transliteration_are_the_same_firm(one: str, two: str) -> None:
    assert score(one, two) >= THRESHOLD


def test_a_trade_that_both_say_does_not_make_up_for_it_and_any_other_word_does() -> None:
    assert score("Roshan Trading Company", "Rusahan Trading Company") < THRESHOLD
    assert score("Roshan Ball Bearing Company", "Rushan Ball Bearing Company") >= THRESHOLD


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("公共株式会社カマズ", "Komatsu Ltd"),
        ("バルヤライ", "Barilla"),
        ("ヴォルナ", "Braun"),
        ("チンダルレ", "Schindler"),
        ("株式会社ルビン", "Lupin Ltd"),
        ("カント", "Quanta"),
        ("有限会社セルタル", "In Siratel"),
    ],
)
def test_one_word_in_kana_is_only_what_it_says(kana: str, latin: str) -> None:
    assert score(kana, latin) < THRESHOLD


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("カマズ", "KAMAZ"),
        ("ルビン", "Rubin"),
        ("ズベルバンク", "Sberbank"),
        ("レムディゼリ", "Remdizel"),
        ("ルッチ", "Lutch"),
        ("インパルス", "Impuls"),
        ("サリュート", "Salute"),
        ("レンレーザーズ", "Lenlasers"),
        ("ファイバーセンス", "Fibersense"),
        ("カーイダ", "Qaeda"),
        ("アングストレム", "Angstrem"),
        ("オクチャブリ", "Octayabr"),
        ("チップデバイス", "Chipdevice"),
    ],
)
def test_one_word_in_kana_meets_its_transliterations(kana: str, latin: str) -> None:
    assert score(kana, latin) >= THRESHOLD


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Great Lakes Trading Co", "GREAT LAKES BUSINESS COMPANY"),
        ("Great Lakes Pump Supply LLC", "GREAT LAKES BUSINESS COMPANY"),
        ("Golden Star Foods", "GOLDEN STAR CO"),
        ("Giant Manufacturing Co Ltd", "GIANT"),
    ],
)
def test_plain_words_in_another_trade_are_another_firm(one: str, two: str) -> None:
    assert 0.6 < score(one, two) < THRESHOLD


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Great Lakes Business Co", "GREAT LAKES BUSINESS COMPANY"),
        ("Great Lakes", "GREAT LAKES COMPANY"),
        ("JSC NPO Orion", "JSC SPA Orion"),
        ("Remdizel Trading", "Remdizel Business LLC"),
        ("Golden Star Trading Co", "GOLDEN STAR CO"),
        ("ORBIT PETROCHEMICALS TRADING LLC", "ORBIT PETROCHEMICALS LLC"),
        ("Golden Star Shipping 12", "Golden Star Shipping 12"),
    ],
)
def test_a_rare_word_or_the_same_trade_keeps_the_firm(one: str, two: str) -> None:
    assert score(one, two) >= THRESHOLD


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        ("Basra Medical Imports", "BMI"),
        ("Tokyo Machine Imports", "LLC TMI"),
        ("JSC BALTIC INDUSTRIAL COMPANY", "Bic"),
        ("RELIEF ASSOCIATION FOR PALESTINE", "Gap"),
        # whoever adds its initials is not whom a list knows by these alone
        ("Okafor Antwerp Instruments LLC OAI", "OAI"),
        ("Suzuki Tema Machinery STM", "LIMITED LIABILITY COMPANY STM"),
    ],
)
def test_three_letters_of_anybodys_words_are_no_name(words: str, letters: str) -> None:
    assert score(words, letters) < THRESHOLD


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        ("Moscow Aviation Institute", "MAI"),
        ("United Aircraft Corporation", "UAC"),
        ("Moscow Aviation Institute MAI", "MAI"),
        ("Bank Severny Morskoy Put", "SMP Bank"),
        ("Bank Melli Iran", "BMI"),
        ("Islamic Republic of Iran Shipping Lines", "IRISL"),
        ("株式会社新石油会社", "JSC NNK"),
    ],
)
def test_letters_of_a_body_longer_ones_and_those_beside_another_word_are(words: str, letters: str) -> None:
    assert score(words, letters) >= THRESHOLD


def test_letters_are_compared_as_they_are_written() -> None:
    assert one_spelling("kommersant", "komersant")
    assert one_spelling("fenix", "feniks")
    assert not one_spelling("bayer", "bajer")
    assert not one_spelling("sez", "cez")
    assert said_alike("kamazu", "kamaz")
    assert not said_alike("kamazu", "komatsu")


def test_the_index_gives_what_the_comparison_gives() -> None:
    names = ("BAJER", "Remdizel", "GREAT LAKES BUSINESS COMPANY", "BMI")
    index = NameIndex.build(Entity("x", name, "Organization", (Name(name),)) for name in names)
    for honest in ("Bayer AG", "Great Lakes Trading Co", "Basra Medical Imports"):
        assert not index.search(Query(honest, "Organization")), honest
    for listed in ("Bajer", "Remdizl", "Great Lakes Business", "BMI"):
        assert index.search(Query(listed, "Organization")), listed
