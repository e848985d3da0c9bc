"""References of Japanese law to the customs tariff, read from the sentence itself.

``関税率表第二二・〇四項（第二二〇四・三〇号を除く。）及び第八四〇九・九一号（…に限る。）に該当するもの（四万円を超えるものに限る。）``:
headings (項), subheadings (号) and chapters (類), what is left out, a limit in yen, and conditions that no code expresses.
"""

from __future__ import annotations

import re

import msgspec

from sekisho.goods import hs

_DIGITS = str.maketrans({**{kanji: str(at) for at, kanji in enumerate("〇一二三四五六七八九")}, "・": ""})
_REFERENCE = re.compile(r"第([〇一二三四五六七八九・]+)(類|項|号)")
_LENGTH = {"類": 2, "項": 4, "号": 6}
_YEN = re.compile(r"([一二三四五六七八九十百]+)万円を超える")
_ONLY_REFERENCES = re.compile(r"(?:第[〇一二三四五六七八九・]+[類項号]|から|まで|及び|並びに|又は|、)+を除く。?")


class Reference(msgspec.Struct, frozen=True):
    """One sentence: codes (digits, prefixes), codes left out, the limit in yen, and its wording where that says more."""

    codes: tuple[str, ...]
    excluded: tuple[str, ...]
    yen_above: int | None
    condition: str | None


def read(sentence: str) -> list[Reference]:
    """The references of a sentence: first the unconditional ones together, then each that has a condition of its own."""
    plain: list[str] = []
    excluded: list[str] = []
    conditional: list[tuple[list[str], str]] = []
    whole: str | None = None
    yen: int | None = None
    last: list[str] = []
    for outside, bracket in _pieces(sentence):
        if outside:
            plain.extend(_codes(outside))
            # A bracket behind a reference qualifies that one, or all that the last 並びに joins; behind もの, everything.
            _, group, tail = outside.rpartition("並びに")
            last = _codes(tail)[0 if group else -1 :] if outside[-1] in "類項号" else []
            continue
        if limit := _YEN.search(bracket):
            yen = _number(limit.group(1)) * 10_000
            if not re.fullmatch(r"[一二三四五六七八九十百]+万円を超えるものに限る。?", bracket):
                whole = bracket
        elif _ONLY_REFERENCES.fullmatch(bracket):
            excluded.extend(_codes(bracket))
        elif bracket.endswith(("限る。", "限る", "除く。", "除く")):
            if last:
                del plain[-len(last) :]
                conditional.append((last, bracket))
            else:
                whole = bracket
    found = []
    if plain:
        found.append(Reference(tuple(dict.fromkeys(plain)), tuple(dict.fromkeys(excluded)), yen, whole))
    for codes, bracket in conditional:
        found.append(Reference(tuple(codes), tuple(x for x in dict.fromkeys(excluded)), yen, bracket))
    return found


def _pieces(sentence: str) -> list[tuple[str, str]]:
    """The sentence cut into ``(text, "")`` outside and ``("", text)`` inside of outermost brackets."""
    pieces: list[tuple[str, str]] = []
    depth, start = 0, 0
    for at, char in enumerate(sentence):
        if char == "（":
            if depth == 0:
                pieces.append((sentence[start:at], ""))
                start = at + 1
            depth += 1
        elif char == "）" and depth:
            depth -= 1
            if depth == 0:
                pieces.append(("", sentence[start:at]))
                start = at + 1
    pieces.append((sentence[start:], ""))
    return [piece for piece in pieces if any(piece)]


def _codes(text: str) -> list[str]:
    found: list[str] = []
    end, through = 0, False
    for match in _REFERENCE.finditer(text):
        code = match.group(1).translate(_DIGITS)
        between = text[end : match.start()]
        end = match.end()
        if len(code) != _LENGTH[match.group(2)]:
            continue
        if through and between.strip("、") == "から" and found:
            first = found[-1]
            found.extend(known for known in sorted(hs.known()) if len(known) == len(code) and first < known <= code)
        else:
            found.append(code)
        through = True
    return found


def _number(kanji: str) -> int:
    value = {kanji: at for at, kanji in enumerate("〇一二三四五六七八九")}
    total, current = 0, 0
    for char in kanji:
        if char == "十":
            total, current = total + (current or 1) * 10, 0
        elif char == "百":
            total, current = total + (current or 1) * 100, 0
        else:
            current = value[char]
    return total + current
