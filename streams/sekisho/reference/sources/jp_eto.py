"""Japan's Export Trade Control Order: Appended Table 2-3, from the consolidated texts of e-Gov (Markdown).

Items 1-2 and 2 of Table 2-3 are defined by text and parameters (METI Ordinance 15/2022), items 2-2 and 3 by codes of the
customs tariff. Each consolidated text of the ordinance is one version: in force from its date until the next version at
hand. Amendments between two texts at hand are not known to it; ``load`` takes as many texts as there are.

Dates: items 2(46) to 2(85) were announced on 2023-01-27 and came into force on 2023-02-03. Items 1 and 2(1) to 2(31) hold
from 2022-03-18, 2(32) to 2(45) from 2022-05-20 and 1-2 from 2022-10-07 by the account of METI and the dates of the amending
orders; items 2-2 and 3 from the first text at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from sekisho.errors import InputError
from sekisho.model import ControlCode, GoodsItem, Money, Period
from sekisho.reference.loaded import LoadedList
from sekisho.reference.sources import goods_terms, jp_substances, jp_tariff
from sekisho.reference.sources.goods_terms import Entry

TABLE_2_3 = "jp-eto-2-3"
TABLE_1 = "jp-eto-1"

_ENFORCED = re.compile(r'^\s*enforced_at:\s*"?(\d{4}-\d{2}-\d{2})', re.MULTILINE)
_ARTICLE = re.compile(r"^\*\*第([一二三四五六七八九十百]+)条\*\*[\u3000 ]*(.*)$")
_ITEM = re.compile(r"別表第二の三第([一二三]号(?:の二)?)(（[０-９]+）|[\u30a0-\u30ff])に掲げる貨物")
_ROW = {"一号の二": "1-2", "二号": "2", "二号の二": "2-2", "三号": "3"}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９（）", "0123456789()")
_KANJI_ROWS = [
    "一",
    "二",
    "三",
    "三の二",
    "四",
    "五",
    "六",
    "七",
    "八",
    "九",
    "一〇",
    "一一",
    "一二",
    "一三",
    "一四",
    "一五",
]
TABLE_1_ROWS = dict(zip(_KANJI_ROWS, ["1", "2", "3", "3-2", *map(str, range(4, 16))], strict=True))

#: Chemical precursors: the one item whose list of substances grew.
PRECURSORS = "1-2(イ)"

ANNOUNCED_2023 = date(2023, 1, 27)
IN_FORCE_2023 = date(2023, 2, 3)
_FIRST = date(2022, 3, 18)
_ADVANCED = date(2022, 5, 20)
_PRECURSORS = date(2022, 10, 7)

ACT = "Export Trade Control Order (輸出貿易管理令, Cabinet Order 378 of 1949)"
_ORDINANCE = "METI Ordinance 15 of 2022 (令和四年経済産業省令第十五号)"


def load_2_3(orders: Iterable[Path], ordinances: Iterable[Path], goods_ordinances: Iterable[Path] = ()) -> LoadedList:
    """Table 2-3 from the texts of the order (for its titles) and those of the ordinance (one a version).

    The Goods Ordinance names the substances of Table 1, which item 1 takes in.

    Numbers of item 2 are those of the text of 2023-02-03. Item 2-2 was renumbered on 2023-04-07 and 2025-01-23: where a
    number got another title, its later meaning is an item of its own, ``2-2(ニ)@2023-04-07``.
    """
    words = goods_terms.read(TABLE_2_3)
    by_day = sorted((enforced(path), _titles(path.read_text(encoding="utf-8"))) for path in orders)
    versions = sorted((enforced(path), _articles(path.read_text(encoding="utf-8"))) for path in ordinances)
    if not versions or not by_day:
        raise InputError("Table 2-3 needs a text of the Export Trade Control Order and one of METI Ordinance 15/2022")
    # The order's text of that day or the next one at hand has the numbers of the ordinance's version.
    titled = [(day, next((t for on, t in by_day if on >= day), by_day[-1][1]), found) for day, found in versions]
    _, titles, by_text = next((one for one in titled if one[0] == IN_FORCE_2023), titled[-1])
    substances = _of_table_1(goods_ordinances)
    items = [_item_1(titles, words.get("1"), substances)]
    items += [_by_parameters(item_id, text, titles, words) for item_id, text in by_text if item_id[:2] in {"1-", "2("}]
    articles = [(day, dict(found)[PRECURSORS]) for day, _, found in titled]
    items = [_with_substances(item, articles) if item.item_id == PRECURSORS else item for item in items]
    items += _by_hs(titled)
    source = "e-Gov 324CO0000000378, 504M60000400015"
    return LoadedList(TABLE_2_3, "goods", versions[-1][0].isoformat(), source, tuple(items))


def enforced(path: Path) -> date:
    found = _ENFORCED.search(path.read_text(encoding="utf-8")[:4000])
    if found is None:
        raise InputError(f"{path}: no `enforced_at` in its head: not a consolidated text of e-Gov")
    return date.fromisoformat(found.group(1))


def _articles(text: str) -> list[tuple[str, str]]:
    """``(item id, wording)`` of each article of the ordinance that defines goods of Table 2-3."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if article := _ARTICLE.match(line):
            named = _ITEM.search(article.group(2))
            item_id = _item_id(*named.groups()) if named else ""
            found.append((item_id, [article.group(2)]))
        elif line.startswith(("## ", "**別表")):
            found.append(("", []))
        elif found and line.strip():
            found[-1][1].append(line.rstrip())
    return [(item_id, "\n".join(lines)) for item_id, lines in found if item_id]


def _item_id(row: str, number: str) -> str:
    return f"{_ROW[row]}({number.translate(_FULL_WIDTH).strip('()')})"


def _titles(text: str) -> dict[str, str]:
    """Item id to the wording of the order, for Table 2-3."""
    start = text.index("**別表第二の三**")
    end = text.find("**別表第", start + 10)
    titles: dict[str, str] = {}
    row = ""
    for line in text[start : end if end > 0 else len(text)].splitlines():
        if top := re.match(r"- (一|一の二|二|二の二|三)[\u3000 ](.*)", line):
            row = {"一": "1", "一の二": "1-2", "二": "2", "二の二": "2-2", "三": "3"}[top.group(1)]
            titles[row] = top.group(2).strip()
        elif row and (sub := re.match(r"  - (（[０-９]+）|[\u30a0-\u30ff])[\u3000 ](.*)", line)):
            titles[f"{row}({sub.group(1).translate(_FULL_WIDTH).strip('()')})"] = sub.group(2).strip()
    return titles


def _of_table_1(goods_ordinances: Iterable[Path]) -> list[str]:
    """Every substance that one of the texts names, in their order."""
    texts = sorted((enforced(path), path.read_text(encoding="utf-8")) for path in goods_ordinances)
    return list(dict.fromkeys(name for _, text in texts for name in jp_substances.of_table_1(text)))


def _with_substances(item: GoodsItem, versions: list[tuple[date, str]]) -> GoodsItem:
    """Item 1-2(イ) with the substances of its first version, and a period for those that each later one added."""
    known: set[str] = set()
    periods, terms = list(item.validity), dict(item.terms)
    for at, (day, article) in enumerate(versions):
        names = [name for name in jp_substances.of_2_3(article) if name not in known]
        known.update(names)
        if at == 0:
            terms |= jp_substances.terms(names)
        elif names:
            terms |= jp_substances.terms(names, day)
            periods.append(Period(from_=day, announced=ANNOUNCED_2023 if day == IN_FORCE_2023 else None))
    return msgspec.structs.replace(item, validity=tuple(periods), terms=terms, parameters=versions[-1][1])


def _item_1(titles: dict[str, str], entry: Entry | None, substances: list[str]) -> GoodsItem:
    entry = entry or Entry("Goods of Appended Table 1, rows 1 to 15")
    rows = tuple(ControlCode(TABLE_1, row) for row in TABLE_1_ROWS.values())
    return GoodsItem(
        table_id=TABLE_2_3,
        item_id="1",
        title={"ja": titles["1"], "en": entry.title},
        validity=(Period(from_=_FIRST),),
        legal_basis=f"{ACT} Appended Table 2-3 item 1",
        control_codes=(ControlCode(TABLE_2_3, "1"), *rows),
        terms={**entry.terms, **jp_substances.terms(substances)},
        parameters=titles["1"],
    )


def _by_parameters(item_id: str, wording: str, titles: dict[str, str], words: dict[str, Entry]) -> GoodsItem:
    entry = words.get(item_id, Entry(""))
    if item_id.startswith("1-2"):
        period = Period(from_=_PRECURSORS, hs_codes=entry.hs_codes)
    else:
        number = int(item_id[2:-1])
        start = _FIRST if number <= 31 else _ADVANCED if number <= 45 else IN_FORCE_2023
        announced = ANNOUNCED_2023 if number > 45 else None
        period = Period(from_=start, announced=announced, hs_codes=entry.hs_codes)
    title = titles.get(item_id, wording.partition("\n")[0])
    return GoodsItem(
        table_id=TABLE_2_3,
        item_id=item_id,
        title={"ja": title, **({"en": entry.title} if entry.title else {})},
        validity=(period,),
        legal_basis=f"{ACT} Appended Table 2-3 item {item_id}; {_ORDINANCE}",
        control_codes=(ControlCode(TABLE_2_3, item_id),),
        terms=entry.terms,
        parameters=wording,
    )


def _by_hs(versions: list[tuple[date, dict[str, str], list[tuple[str, str]]]]) -> list[GoodsItem]:
    """Items 2-2 and 3 with a period for each version; conditions that no code expresses make an item of their own."""
    periods: dict[str, list[Period]] = {}
    wordings: dict[str, str] = {}
    titles: dict[str, str] = {}
    for at, (day, titles_then, articles) in enumerate(versions):
        until = versions[at + 1][0] if at + 1 < len(versions) else None
        for item_id, wording in articles:
            if not item_id.startswith(("2-2(", "3(")):
                continue
            title = titles_then.get(item_id) or titles_then[item_id.partition("(")[0]]
            key = item_id if titles.get(item_id, title) == title else f"{item_id}@{day}"
            titles[key] = title
            for sentence, reference in _references(wording):
                own = f"{key}/condition" if reference.condition else key
                if reference.condition:
                    known = wordings.get(own, "")
                    wordings[own] = known if sentence in known else f"{known}\n{sentence}".strip()
                    titles[own] = title
                periods.setdefault(own, []).append(_period(day, until, reference))
    return [_hs_item(key, _joined(found), titles[key], wordings.get(key)) for key, found in periods.items()]


def _references(wording: str) -> Iterator[tuple[str, jp_tariff.Reference]]:
    """Each sentence of an article that names codes, with what it names."""
    lines = wording.splitlines()
    for at, line in enumerate(lines):
        if line.startswith("  "):
            continue
        nested = []
        for below in lines[at + 1 :]:
            if not below.startswith("  "):
                break
            nested.append(below)
        sentence = re.sub(r"^-\s*", "", line.partition("経済産業省令で定めるものは、")[2] or line)
        out = [code for below in nested for one in jp_tariff.read(below) if not one.condition for code in one.codes]
        for reference in jp_tariff.read(sentence):
            if nested and "除く" in sentence:
                reference = jp_tariff.Reference(
                    reference.codes, (*reference.excluded, *out), reference.yen_above, reference.condition
                )
            yield "\n".join((sentence, *nested)), reference


def _period(day: date, until: date | None, reference: jp_tariff.Reference) -> Period:
    limit = Money(str(reference.yen_above), "JPY") if reference.yen_above else None
    return Period(
        from_=day,
        until=until,
        hs_codes=reference.codes,
        hs_excluded=tuple(x for x in reference.excluded if any(x.startswith(code) for code in reference.codes)),
        value_below=limit,
    )


def _joined(periods: list[Period]) -> tuple[Period, ...]:
    """One period a version and limit, and one for versions that follow each other with the same codes."""
    merged: dict[tuple[object, ...], Period] = {}
    for period in periods:
        limit = period.value_below.amount if period.value_below else ""
        key = (period.from_, limit)
        if key in merged:
            known = merged[key]
            period = Period(
                from_=period.from_,
                until=period.until,
                hs_codes=tuple(dict.fromkeys((*known.hs_codes, *period.hs_codes))),
                hs_excluded=tuple(dict.fromkeys((*known.hs_excluded, *period.hs_excluded))),
                value_below=period.value_below,
            )
        merged[key] = period
    result: list[Period] = []
    for period in sorted(merged.values(), key=lambda one: one.from_):
        for at, earlier in enumerate(result):
            same = (set(earlier.hs_codes), set(earlier.hs_excluded), earlier.value_below)
            if earlier.until == period.from_ and same == (
                set(period.hs_codes),
                set(period.hs_excluded),
                period.value_below,
            ):
                result[at] = Period(
                    from_=earlier.from_,
                    until=period.until,
                    hs_codes=earlier.hs_codes,
                    hs_excluded=earlier.hs_excluded,
                    value_below=earlier.value_below,
                )
                break
        else:
            result.append(period)
    return tuple(result)


def _hs_item(key: str, periods: tuple[Period, ...], title: str, wording: str | None) -> GoodsItem:
    item_id = re.split("[/@]", key)[0]
    kind = "Industrial goods" if item_id.startswith("2-2") else "Luxury goods"
    english = f"{kind} of Appended Table 2-3 item {item_id}" + (", under a condition" if wording else "")
    return GoodsItem(
        table_id=TABLE_2_3,
        item_id=key,
        title={"ja": title, "en": english},
        validity=periods,
        legal_basis=f"{ACT} Appended Table 2-3 item {item_id}; {_ORDINANCE}",
        control_codes=() if wording else (ControlCode(TABLE_2_3, item_id),),
        parameters=wording,
    )
