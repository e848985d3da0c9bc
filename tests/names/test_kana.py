"""Katakana: compounds, letters by name, and Russian and English sounds that Japanese writes otherwise."""

from __future__ import annotations

import pytest

from sekisho.names import THRESHOLD, compare_names, kana
from sekisho.names.romanise import kana as romanised
from sekisho.names.words import vocabulary


def test_a_word_of_trade_is_cut_from_the_name_it_is_written_with() -> None:
    known = vocabulary().glued
    assert kana.split("イルクートコーポレーション", known) == ["イルクート", "コーポレーション"]
    assert kana.split("ラパルトサービス", known) == ["ラパルト", "サービス"]
    assert kana.split("コーポレーション", known) == ["コーポレーション"]
    assert kana.split("ゴルバチョフ", known) == ["ゴルバチョフ"]


def test_letters_by_their_japanese_names() -> None:
    assert kana.letters("エーディーエフ") == "adf"
    assert kana.letters("エー") == ""
    assert kana.letters("エーゲル") == ""


def test_a_sign_that_cannot_stand_where_it_does_goes_to_each_side() -> None:
    assert kana.mended("ピータ・ーガデット") == ["ピーター・ガデット", "ピータ・ガーデット"]
    assert kana.mended("アルチムョ・ウス") == ["アルチョム・ウス"]
    assert kana.mended("ィフボン") == ["フィボン"]
    assert kana.mended("ヴィクトル・フョードロフ") == []
    # and what had slipped may have been the sign before
    assert compare_names("オレグ・ジコュラ", "オレグ・コジュラ", "Person").match


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("イワノフ", "ivanov"),
        ("イワノワ", "ivanova"),
        ("エフチェンコ", "evchenko"),
        ("ルドルフ", "rudorufu"),
        ("ワン", "wan"),
        ("ワリード", "warido"),
    ],
)
def test_russian_v_is_read_back_and_other_names_are_left(text: str, latin: str) -> None:
    assert romanised(text) == latin


@pytest.mark.parametrize(
    ("schema", "one", "two"),
    [
        ("Person", "ニコライ・イワノフ", "Nikolai Ivanov"),
        ("Person", "エラ・パムフィロワ", "Ella Pamfilova"),
        ("Person", "セルゲイ・レベジェフ", "Sergei Lebedev"),
        ("Organization", "株式会社イルクートコーポレーション", "JSC Irkut Corporation"),
        ("Organization", "エーディーエフ", "ADF"),
        ("Organization", "スペシャル・パーパス・イスラミック・レジメント", "SPECIAL PURPOSE ISLAMIC REGIMENT"),
    ],
)  # fmt: skip
def test_katakana_meets_the_latin_name(schema: str, one: str, two: str) -> None:
    assert compare_names(one, two, schema).match


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("ニコライ・イワノフ", "Nikolai Evmenov"),
        ("オレグ・ブグロフ", "Oleg Bukhvalov"),
        ("アンドレイ・マカロフ", "Andrei Markov"),
    ],
)
def test_another_family_name_with_the_same_ending_does_not_meet(one: str, two: str) -> None:
    assert compare_names(one, two, "Person").score < THRESHOLD


def test_a_plain_s_in_kana_is_no_ch() -> None:
    assert compare_names("Viktor Pinchuk", "ヴィクトル・ピンスキー", "Person").score < THRESHOLD
    for latin, written in (
        ("Viktor Pinchuk", "ヴィクトル・ピンチュク"),
        ("Viktor Pinskii", "ヴィクトル・ピンスキー"),
        ("Michel Zorkov", "ミシェル・ゾルコフ"),
        ("Sergei Savchuk", "セルゲイ・サフチュク"),
    ):
        assert compare_names(latin, written, "Person").match, latin
    # a c before e is an s
    assert compare_names("Chipdevice LLC", "有限会社チップデバイス", "Organization").match
