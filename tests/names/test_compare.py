"""Each class of error that names suffer, with a pair that must match and, where there is one, its twin that must not."""

from __future__ import annotations

import pytest

from sekisho.names import THRESHOLD, compare_names

SAME = [
    ("order", "Person", "PUTIN, Vladimir", "Vladimir Putin"),
    ("initial", "Person", "N. Nazarbayev", "Nursultan Nazarbayev"),
    ("nickname", "Person", "Bibi Netanyahu", "Benjamin Netanyahu"),
    ("patronymic left out", "Person", "Nikolai Patrushev", "Nikolai Platonovich Patrushev"),
    ("particle", "Person", "Osama bin Laden", "Usama ibn Laden"),
    ("particle moved", "Person", "Salman Mohammed bin", "Mohammed bin Salman"),
    ("servant of", "Person", "Abdurrahman al-Zahrani", "Abd al-Rahman Alzahrani"),
    ("joined", "Person", "PolPot", "Pol Pot"),
    ("split", "Person", "Nikolai Patr ushev", "Nikolai Patrushev"),
    ("split in three", "Person", "Nikolai Plat Ono Vich Patrushev", "Nikolai Platonovich Patrushev"),
    ("letters swapped", "Person", "Alexander Luakshenko", "Alexander Lukashenko"),
    ("first letters swapped", "Person", "LAEXANDER Lukashenko", "Alexander Lukashenko"),
    ("letter left out", "Person", "Alexandr Lukashnko", "Alexander Lukashenko"),
    ("repeated", "Person", "Sergey Sergey Shoigu", "Sergey Shoigu"),
    ("phonetic", "Person", "Shi Jinping", "Xi Jinping"),
    ("transliteration", "Person", "Viktor Yemelyanenko", "Victor Emelianenko"),
    ("transliteration, j", "Person", "Viktor Jemeljanenko", "Victor Emelianenko"),
    ("Ukrainian", "Person", "Володимир Зеленський", "Volodymyr Oleksandrovych Zelenskyy"),
    ("Russian", "Person", "Андрей Белоусов", "Andrei Belousov"),
    ("Belarusian h", "Person", "Ігар Луцкі", "Ihar Lutski"),
    ("katakana", "Person", "ウラジーミル・プーチン", "Vladimir Putin"),
    ("katakana, sounds only", "Person", "アンドレイ・ベロウソフ", "Andrey Belousov"),
    ("katakana of Korean", "Person", "リ・ヨンム", "RI YONG MU"),
    ("kanji by reading", "Person", "安倍晋三", "Shinzo Abe"),
    ("Chinese by pinyin", "Person", "习近平", "Xi Jinping"),
    ("Chinese, traditional", "Person", "習近平", "习近平"),
    ("Hangul", "Person", "김정은", "Kim Jong Un"),
    ("Arabic", "Person", "صدام حسين التكريتي", "Saddam Hussein Al-Tikriti"),
    ("Arabic, servant", "Person", "عبد الحق وثيق", "ABDUL-HAQ WASSIQ"),
    ("Persian z", "Person", "ضیا الرحمان مدنی", "ZIA-UR-RAHMAN MADANI"),
    ("Hebrew", "Person", "בנימין נתניהו", "Binyamin Netanyahu"),
    ("Devanagari", "Person", "दाऊद इब्राहिम", "Daud Ibrahim"),
    ("homoglyphs", "Person", "Vlаdimir Рutin", "Vladimir Putin"),
    ("zero width", "Person", "Vladi\u200bmir Pu\u200dtin", "Vladimir Putin"),
    ("combining marks", "Person", "V\u0336l\u0336adimir P\u0336utin", "Vladimir Putin"),
    ("full width", "Person", "Ｖｌａｄｉｍｉｒ　Ｐｕｔｉｎ", "Vladimir Putin"),
    ("leet", "Person", "Ig0r Sech1n", "Igor Sechin"),
    ("legal form", "Company", "Siemens Aktiengesellschaft", "Siemens AG"),
    ("legal form with a slip", "Company", "Siemens Aktiengeselschaft", "Siemens AG"),
    ("legal form joined", "Company", "SiemensAG", "Siemens AG"),
    ("legal form, Romanian", "Company", "Societatea cu Răspundere Limitată PRO TRAFFIC", "SRL PRO TRAFFIC"),
    ("legal form, Russian", "Company", "ООО ВЕЛМАШ-С", "LLC VELMASH-S"),
    ("legal form, Japanese", "Company", "株式会社アヴィアアグレガート", "AO Aviaagregat"),
    ("dots", "Company", "L.X.C. Aviation", "LXC Aviation"),
    ("small words joined", "Company", "vanderbilt corp", "van der bilt corp"),
    ("number words", "Organization", "Brigade Forty-Four", "Brigade 44"),
    ("translated words", "Organization", "株式会社スモレンスク航空機工場", "JSC Smolensk Aircraft Plant"),
    ("translated with a number", "Organization", "公開株式会社第322航空修理工場", "Open Joint Stock Company 322 Aviation Repair Plant"),
    ("katakana loan words", "Organization", "コリア・クワンソン・バンキング・コーポレーション", "KOREA KWANGSON BANKING CORPORATION"),
    ("Chinese company", "Organization", "华为技术有限公司", "Huawei Technologies Co., Ltd."),
    ("a town and trade in Russian", "Organization", "ОАО «Тульский оружейный завод»", "JSC Tulsky Oruzheiny Zavod"),
    ("a town and trade, translated", "Organization", "Тульский оружейный завод", "Tula Arms Plant"),
    ("synonym of a country", "Organization", "U.S. Department of State", "United States Department of State"),
    ("vessel", "Vessel", "VELIKIY NOVGOROD", "Velikiy Novgorod"),
    ("legal form with dots and no spaces", "Company", "FABERLIC EUROPE", "FABERLIC EUROPE Sp. z o.o."),
    ("abbreviations", "Company", "Tehran Eqpt Mfg Corp", "Tehran Equipment Manufacturing Corporation"),
    ("short for international", "Company", "Kaveh Intl Tech Co", "Kaveh International Technology Company"),
    ("of, reordered", "Organization", "Institute of Applied Physics", "Applied Physics Institute"),
    ("adjective of a place", "Organization", "Moskovsky Aviatsionny Institut", "Moscow Aviation Institute"),
    ("Russian, translated", "Organization", "АО Сарапульский радиозавод", "JSC Sarapul Radio Plant"),
    ("Russian cases, translated", "Organization", "Главное управление Генерального штаба Вооружённых сил", "Main Directorate of the General Staff of the Armed Forces"),
    ("Russian short form of a trade", "Organization", "ПАО НК Роснефть", "Rosneft Oil Company PJSC"),
    ("Arabic, translated", "Organization", "الجهاد الاسلامي المصري", "Egyptian Islamic Jihad"),
    ("Thai legal form", "Company", "บริษัท เอ็กโซร่า จำกัด", "EXORA CO., LTD"),
    ("Chinese, town and trade", "Company", "东莞圣寅数控设备有限公司", "Dongguan Shengyin CNC Equipment Co., LTD"),
    ("web address", "Company", "www.aerocontinente.com", "Aero Continente S.A"),
    ("kind unknown, a person", "Unknown", "モハンメド・ヤフヤ・ムジャヒド", "MOHAMMED YAHYA MUJAHID"),
    ("letters swapped in a lone word", "Person", "AWLIJAN", "WALIJAN"),
    ("vowel of English in kana", "Organization", "Timer Bank", "タイマー・バンク"),
    ("end of a word in kana", "Organization", "Ross Electronics", "株式会社ロスエレクトロニクス"),
    ("acronym of a body", "Organization", "Moscow Aviation Institute", "MAI"),
    ("Hangul and kana", "Person", "성민 김", "キム・ソンミン"),
    ("Korean in Latin letters and kana", "Person", "KIM TONG-HO", "キム・トンホ"),
    ("of and and between the words", "Organization", "JAISH-I-MOHAMMED", "JAISH-E-MOHAMMED"),
    ("vowel of a dialect, ay", "Person", "AL-DAYF, Muhammad", "DEIF, Muhammed"),
    ("vowel of a dialect, aw", "Person", "FAWZ, Samir", "FOZ, Samer"),
    ("Belarusian and Russian", "Person", "KARPENKOV, Nikolai", "KARPIANKOU, Mikalai"),
    ("Belarusian patronymic", "Person", "NAUMOV, Vladimir Vladimirovich", "NAUMAU, Uladzimir Uladzimiravich"),
    ("article written on the name", "Person", "ELMABRUK, Maftah", "MABROOK, Muftah"),
    ("short form", "Person", "TAGWIREI, Kuda", "TAGWIREI, Kudakwashe"),
    ("given name in two languages", "Person", "AJAKA, Antoine", "AJAKA, Tony"),
    ("joined, with other vowels", "Person", "DORDA, Abouzid", "DORDA, Abu Zaid"),
    ("seat after the legal form", "Company", "Aranex DOO Beograd-Vozdovac", "Aranex DOO"),
    ("seat without a comma", "Company", "Zorkov Shipping Istanbul", "Zorkov Shipping Co Ltd"),
    ("legal form in Belarusian", "Company", "Tavarystva Z Abmezhavanay Adkaznastsyu Zorkov Impeks", "Zorkov Impeks LLC"),
    ("named after an academician", "Company", "Zorkov Plant im. Akademika", "Zorkov Plant"),
    ("a letter that a long legal form lacks", "Company", "Obshchestvo s Ogranichennoi Otvetsvennostyu Zorkovgrupp", "OOO Zorkovgrupp"),
    ("letters of Persian and of Arabic", "Person", "Qasimi, Murtadi", "Ghasemi, Morteza"),
    ("trade in Spanish", "Company", "Comercializadora Zorkov S.A.C.", "Zorkov Trading"),
]  # fmt: skip

OTHER = [
    ("another given name", "Person", "Boris Netanyahu", "Benjamin Netanyahu"),
    ("another initial", "Person", "A. Nazarbayev", "Nursultan Nazarbayev"),
    ("another family name", "Person", "Malik Ruslanovich Barkhanoev", "Malik Ruslanovich Kadyrov"),
    ("another middle initial", "Person", "Frost, William G.", "William W Frost"),
    ("one word of five", "Person", "KHAWLA BARZAN IBRAHIM HASAN AL-MASHHADANI", "KHAWLA BARZAN IBRAHIM HASAN AL-TIKRITI"),
    ("one word alone", "Person", "SHAMSUDDIN MOHAMMED HAQQANI", "SHAMSUDDIN"),
    ("another Korean syllable", "Person", "김종은", "김정은"),
    ("another character", "Person", "习近朋", "习近平"),
    ("Korean Latin", "Person", "KIM SOK JIN", "KIM SOK CHOL"),
    ("servant of another", "Person", "Abdul Ghani", "Abdul Basit"),
    ("generic words only", "Company", "BAE Systems, Inc.", "BAE Industries, Inc."),
    ("shared trade", "Company", "Blinq Holdings Pty Ltd", "Bailey Holdings Pty Ltd"),
    ("shared legal form", "Company", "Volkswagen Aktiengesellschaft", "Siemens Aktiengesellschaft"),
    ("short form of another", "Company", "LXC Aviation", "LAU Aviation"),
    ("institutes", "Organization", "Institute of Applied Physics", "Institute of Applied Acoustics"),
    ("plants by number", "Organization", "Plant 121", "Plant 123"),
    ("repair plants by number", "Organization", "514 Aviation Repair Plant", "322 Aviation Repair Plant"),
    ("numbers across scripts", "Organization", "公開株式会社第322航空修理工場", "514 Aviation Repair Plant"),
    ("vessels by number", "Vessel", "Snow Storm 1", "Snow Storm 2"),
    ("group of a region", "Organization", "Al-Qaida in Iraq", "Al-Qaida in the Arabian Peninsula"),
    ("nothing", "Person", "", "Vladimir Putin"),
    ("like a bank's name", "Organization", "Bank of Tema", "Timer Bank"),
    ("like a firm's name", "Unknown", "NEGEEN", "Nikon"),
    ("alike family name of a firm", "Company", "Berkshire Halloway Inc.", "Berkshire Hathaway Inc."),
    ("another metal", "Organization", "Zorkov Steel Works", "Zorkov Copper Works"),
    ("another bank of a country", "Organization", "Central Bank of Iran", "National Bank of Iran"),
    ("another institute of a town", "Organization", "Moscow Aviation Institute", "Moscow Energy Institute"),
    ("the same name in another trade", "Company", "Crystalord Systems Ltd", "Crystalord Ltd"),
    ("vowel of English in kana", "Organization", "Bank of Tema", "タイマー・バンク"),
    ("end of a word in kana", "Organization", "Rossi Shanghai Electronics", "株式会社ロスエレクトロニクス"),
    ("acronym of four letters", "Organization", "Al-Sayed Osaka Chemicals A/S", "ASOC"),
    ("acronym of a trade", "Organization", "Demir Ningbo Plastics A/S", "DNP"),
    ("Hangul and kana", "Person", "성민 김", "キム・ジョンマン"),
    ("Korean vowel", "Person", "영숙 박", "パク・ヨンシク"),
    ("branches in two countries", "Company", "Zorkov Global Solutions II (Sweden) AB", "Zorkov Global Solutions II (Finland) AB"),
    ("a branch in a country and a form of its own", "Company", "Zorkov International S.A.R.L.", "Zorkov International de Mexico S.A. de C.V."),
    ("places alike", "Company", "Khuzestan Steel Company", "Khorasan Steel Company"),
    ("first and second of a row", "Organization", "Zorkov Trust I", "Zorkov Trust II"),
    ("another vowel of a short word", "Person", "FAWZ, Samir", "FAIZ, Samir"),
    ("another name of the same ending", "Person", "KARPENKOV, Nikolai", "KARPUKHIN, Mikalai"),
    ("another word of trade, somewhat alike", "Company", "Gazprom Invest", "GAZPROM NEFT"),
    ("two sounds in common", "Company", "Nahaja", "AO NIIEI"),
    ("a family name that is a word of trade", "Company", "Park Bangkok Ceramics K.K.", "PBK"),
    ("a name and the beginning of a town", "Company", "Chen Zorkov Electronics", "Chengdu Zorkov Electronics"),
    ("legal forms read as a person's words", "Unknown", "Santos Osaka Trading Pte. Ltd.", "ASSEGAI TRADING (PTY) LTD"),
    ("two words and a ship of other vowels", "Vessel", "Tara Das", "TARADIS"),
    ("a man and his father, changed places", "Person", "Babakov, Aleksandr Mikhailovich", "Mikhail Aleksandrovich Babakov"),
    ("zh that is no d", "Person", "DYUKOV, Aleksandr Valeryevich", "Aleksandr Zhukov"),
    ("four sounds, one of them another", "Person", "Abdul Rahman Makki", "Al-Faqih, Abd al-Rahman"),
    ("a long vowel that ends one of two", "Person", "Hussein Muhammad", "حسین محمدی"),
    ("two consonants with other vowels in kana", "Person", "アーミル・カマール・シャリーフ", "Ammar Sharif"),
    ("letters of one class, none the same", "Company", "Tango", "Zhangge"),
    ("a z that is no t", "Company", "Atila", "Azalea"),
    ("letters of one class, few the same", "Organization", "Hitech Corporation", "Yatec"),
    ("letters of one class, a vowel for two", "Company", "Okean", "Aukcion LLC"),
    ("three consonants and no vowel in kana", "Organization", "ソボル", "Север"),
    ("a vowel that begins one word in kana", "Person", "アンドレイ・グリエフ", "Uglov, Andrei Aleksandrovich"),
    ("a vowel that begins one name in kana", "Organization", "ロアシン・フィナンシャル・コーポレーション", "OJSC Ilyushin Finance"),
    ("a vowel that begins two words, one in kana", "Organization", "Atar, Mussa", "タマース・カンパニー"),
    ("n in kana, no article", "Person", "Abd al-Nasr, Hajji", "アブドゥラ・アンショリ"),
    ("two words in kana with other vowels", "Person", "アンドレイ・グリエフ", "アンドレイ・ゴロホフ"),
    ("another character, of the same sound but for a letter", "Organization", "株式会社ペンザ電気技術科学研究所", "株式会社電子技術科学研究所"),
    ("letters of one class, the first the same", "Organization", "El Kazaoui", "Katy"),
    ("a Japanese reading with other vowels", "Person", "香織 佐藤", "Sidiki"),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "one", "two"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_the_same_name_otherwise_written_matches(schema: str, one: str, two: str) -> None:
    found = compare_names(one, two, schema)
    assert found.match, found
    assert compare_names(two, one, schema).score == pytest.approx(found.score, abs=0.02)


@pytest.mark.parametrize(("schema", "one", "two"), [case[1:] for case in OTHER], ids=[case[0] for case in OTHER])
def test_another_name_does_not_match(schema: str, one: str, two: str) -> None:
    found = compare_names(one, two, schema)
    assert not found.match, found
    assert found.score < THRESHOLD


def test_a_name_whose_own_words_meet_stays_in_sight_below_the_threshold() -> None:
    trade = compare_names("Saksouk Exchange", "Saksouk Company for Logistics", "Company").score
    other = compare_names("Saksouk Exchange", "Katrangi Exchange", "Company").score
    assert 0.6 <= trade < THRESHOLD
    assert other < 0.5


def test_common_names_of_the_world_say_less_than_rare_ones() -> None:
    common = compare_names("Andrew Johnson", "Andre Aaron Johnson", "Person").score
    rare = compare_names("Andrew Zorkovian", "Andre Aaron Zorkovian", "Person").score
    assert common < THRESHOLD <= rare


def test_below_the_threshold_a_rare_word_keeps_a_name_in_sight() -> None:
    common = compare_names("KHAN, Salim", "KHAN, Zubair", "Person").score
    rare = compare_names("ZORKOVIAN, Salim", "ZORKOVIAN, Zubair", "Person").score
    assert common + 0.1 < rare < THRESHOLD
    of_many_firms = compare_names("Atlas Doviz", "Atlas Leasing", "Company").score
    of_one = compare_names("Zorkovian Doviz", "Zorkovian Leasing", "Company").score
    assert of_many_firms + 0.02 < of_one < THRESHOLD
    across = compare_names("ゾルコフ・ボリス", "ZORKOV, Nikita", "Person").score
    assert across < 0.5


def test_tricks_are_told() -> None:
    assert "mixed_script" in {e.feature for e in compare_names("Vlаdimir Рutin", "Vladimir Putin", "Person").evidence}
    assert "hidden_characters" in {e.feature for e in compare_names("Pu\u200btin", "Putin", "Person").evidence}
    assert "leet" in {e.feature for e in compare_names("Ig0r Sech1n", "Igor Sechin", "Person").evidence}


def test_a_generic_word_weighs_less_than_a_name_and_a_legal_form_still_less() -> None:
    name = compare_names("Zorkovian Trading LLC", "Mirandor Trading LLC", "Company").score
    trade = compare_names("Zorkovian Trading LLC", "Zorkovian Shipping LLC", "Company").score
    form = compare_names("Zorkovian Trading LLC", "Zorkovian Trading GmbH", "Company").score
    assert name < trade < form


def test_evidence_names_the_words() -> None:
    found = compare_names("Vladimir Putun", "Vladimir Putin", "Person")
    assert any(e.feature == "word" and e.query == "putun" and e.entry == "putin" for e in found.evidence)
    assert all(e.effect for e in found.evidence)


def test_two_words_and_one_are_not_one_by_a_few_sounds() -> None:
    assert compare_names("Feyha Soylu", "Faizullah", "Person").score < THRESHOLD
    assert compare_names("Abu Zaid", "Abouzid", "Person").score >= THRESHOLD
