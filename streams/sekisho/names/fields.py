"""Names that share their field with something else: an address, another name, an account, the words of a bill of lading.

``GAZPROM NEFT PJSC, 3-5 POCHTAMTSKAYA STR``, ``ABC LOGISTICS C/O JSC REMDIZEL``, ``/DE89… BANK MELLI IRAN``. Such a field is no
name as a whole, so no entry is near it; each name that it may hold is another reading of it. So are the names that brackets
make of one (``forms``). A field that is longer than some names with their addresses is a text besides, which is searched for the
names that stand anywhere in it.
"""

# ruff: noqa: SIM905 - words read better as a text
from __future__ import annotations

import re
from itertools import islice
from typing import Final

from sekisho.names.forms import bracketed
from sekisho.names.parse import parse
from sekisho.names.ships import ship_names
from sekisho.names.text import unescaped
from sekisho.names.tokens import CONTENT, GENERIC, LEGAL, NUMBER, PLACE

#: What a field that holds more than a name has: a sign, a word, or a legal form with something behind it.
_SIGNS: Final = frozenset("0123456789/\n\r;|@")
_TELLING: Final = frozenset(
    "or dba aka fka fbo ffc fao attn attention messrs care behalf account formerly as order known notify branch sucursal filial filiale "
    "zweigstelle zweigniederlassung succursale agency office dob born passport pp vat tin acct via through represented acting dept "
    "department division warehouse estate and ip ип".split()
)
_FORMS: Final = frozenset(
    "ltd limited llc inc corp corporation gmbh plc jsc pjsc ojsc oao ooo zao pao fze fzco bv ag srl spa".split()
)
_TELLING_IN_OTHER_SCRIPTS: Final = tuple("気付 支 営業 事業 出張 本 部 課 分行 филиал Филиал ФИЛИАЛ".split())
#: Between two names.
_BETWEEN: Final = re.compile(
    r"(\s*[\n\r;|]\s*|\s*気付\s*|\s+(?:c/o|care of|d/?b/?a|doing business as|t/a|trading as|a/?k/?a|also known as|f/?k/?a|"
    r"formerly(?: known as)?|o/b(?:/?o)?|on behalf of|f/?b/?o|for account of|a/c(?: of)?|attn|attention|fao|and/or|or|"
    r"(?:(?:and|also) )?notify(?: (?:party|address))?)[\s:.]+)",
    re.IGNORECASE,
)
_NO_HEAD: Final = frozenset(["or", "and/or"])
#: Before a name: an account, the number of a line (MT option F), a form of address, the words of an order bill.
_BEFORE: Final = re.compile(
    r"(?:/\S*\d\S*\s+|\d/\s*|[A-Z]{2}\d{2}[A-Z0-9]{10,30}\s+|"
    r"(?:messrs|m/s|c/o|attn|attention|fao|d/?b/?a|t/a|(?:to )?(?:the )?order of|(?:on|in) behalf of|(?:for )?(?:the )?account of|"
    r"(?:the )?(?:estate|warehouse|office|premises|plant|factory) of|represented by|self\s*/|mr\.? (?:and|&) mrs|ip|ип)\b[\s.:]*)",
    re.IGNORECASE,
)
#: Where an address or a branch begins behind a name.
_BEHIND: Final = re.compile(
    r",\s*(?=[^,]*\d)|(?:,\s*|\s+-\s+)(?=[^,]*\b(?:branch|sucursal|filiale?|zweigstelle|zweigniederlassung|succursale|agency|"
    r"head office|филиал)\b)|[\s,]+(?=(?:p\.?\s?o\.?\s?box|postfach|ul|ulitsa|prospekt|prosp|shosse|ул|улица|пр|просп|проспект|шоссе|"
    r"rue|via|calle|avenida|jalan|jl|unit|suite|room|flat|floor|level|bldg|building|plot|block)\b\.?\s[^,]*\d)|(?<=\w)[\s,　]+(?=\S*\d\S*\s+\S|[^\x00-\x7f]\S*\d)",
    re.IGNORECASE,
)
#: A name up to its legal form, where at least two words follow.
_FORM: Final = re.compile(
    r"(\S+(?:\s+\S+)*?\s+(?:co\.?,?\s*ltd|company limited|limited|ltd|llc|inc|corp|corporation|gmbh|plc|p?jsc|ojsc|fze|fzco|bv|b\.v|ag|"
    r"pte\.?\s*ltd|pvt\.?\s*ltd|srl|s\.r\.l|spa|s\.p\.a))\b\.?[\s,]+\S+\s+\S",
    re.IGNORECASE,
)
#: A number behind a name: a customer's, of an account, of a register, a telephone's. Plants and ships have shorter ones.
_NUMBERED: Final = re.compile(
    r"[\s,;]+\(?(?:(?:a/?c|acc(?:oun)?t|customer|cust|client|id|inn|kpp|ogrn|reg|tel|phone|vat|no|nr|инн|кпп|огрн|тел|р/с)\b[\s.:#№]*){0,3}"
    r"[#№]?(?:\+?\d[\d/-]{4,19}|\+\d[\d\s()/-]{4,24})\)?$",
    re.IGNORECASE,
)
#: A plant or a military unit has a number of so many digits at most.
_UNIT: Final = 5
#: What is said behind a name, of him or of his money: nothing of it is the name.
_SAID: Final = re.compile(
    r"(?<![\s,;(])[\s,;(]+(?:(?:d\.?o\.?b|date of birth|born|passport|national id|tin|ein|vat|inn|kpp|ogrn|lei|imo|e-?mail|swift|bic|iban)\b"
    r"(?=[^,]*[\d@])"
    # what a firm may be called by (Orion Contract Logistics 24/7 Ltd), unless its number follows
    r"|(?:pp|id|tax|reg|l/c|lc|p/?o|ref|contract|invoice|inv|tel|phone|mob|fax|a/c|acct?|account)\b"
    r"(?=[\s.:#№-]*(?:(?:no|nr|num|number|id|code|ref|dd|dated|of)\b[\s.:#№-]*){0,3}[^\s,]*\d)"
    r"|\S+@\S+|(?:www\.|https?:)\S+|(?:in )?(?:usd|eur|rub|gbp|jpy|cny|aed)\s+(?:a/c|acct|account)\b"
    r"|as (?:agents?|carriers?|principals?|owners?|charterers?|trustees?|managers?|brokers?)\b|(?:via|through)\s|(?:represented|rep) by\b"
    r"|acting (?:for|through|by|as|on)\b|in liquidation\b)",
    re.IGNORECASE,
)
_WAYS: Final = frozenset(["via", "through"])
#: A part of a firm behind its name, with the town that it may be in.
_PART: Final = re.compile(
    r"\s+(?:(?P<town>\S+)\s+)?(?:branch|head office|(?:representative|rep|liaison|regional|registered|sales|accounts?|purchasing|"
    r"procurement|finance|export|import|logistics) (?:office|department|dept|division)|department|dept|division|warehouse)\b\.?$",
    re.IGNORECASE,
)
#: The same in Japanese: a branch, whose town may be written with it, and a department.
_PART_IN_JAPANESE: Final = re.compile(
    r"(?P<branch>支店|支社|営業所|事業所|出張所|本店|本社)?[\s\u3000]*(?P<office>(?:経理|財務|総務|営業|購買|調達|資材|物流|輸出|輸入|輸出入|貿易|業務|管理|海外|国際)"
    r"(?:事業)?(?:本部|部|課|室))?(?:[\s\u3000]*(?:御中|様))?$"
)
#: Characters of a town that is written with its branch.
_TOWN: Final = (2, 3)
#: Between two people who share an account.
_AND: Final = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
#: A legal form with the code of a country behind it.
_FORM_AND_CODE: Final = re.compile(
    r"\b(?:ltd|limited|llc|inc|corp|gmbh|plc|p?jsc|[ozp]ao|ooo|fze|fzco|bv|ag|srl|spa)\.?(?P<code>[\s,]+[A-Z]{2})$",
    re.IGNORECASE,
)
#: Whom an order bill may name instead of a name.
_NOBODY: Final = frozenset(
    ["shipper", "consignee", "consignor", "bank", "issuing bank", "holder", "bearer", "seller", "buyer", "applicant"]
)
#: No standard gives a name more characters (ISO 20022: Max140Text); where there are more, another name may follow a comma.
_NAME: Final = 140
#: A longer field is a text as well. So much of what stands between two signs is looked at for a name before an address, for the
#: patterns take more than twice the time for twice the characters.
_LONGEST: Final = 300
#: A hostile field must not buy a search for each of its pieces: behind so many, names are met in the text alone.
_APART: Final = 100
#: What would cost such a pattern the square of its length.
_GAPS: Final = re.compile(r"[^\S\n\r]{2,}")
#: Places of a field where an address may begin behind a name ("AL-ASSAD, BASHAR 12 HIGH STREET, DAMASCUS").
_CUTS: Final = 3
#: How alike a name must be that stands in the midst of addresses, and the words of which it must have two.
_AS_LISTED: Final = 0.99
_NAMING: Final = frozenset([CONTENT, GENERIC, PLACE, NUMBER])
#: A name that is written without spaces has so many characters at least.
_UNSPACED: Final = 4


def others(field: str, kind: str) -> tuple[str, ...]:
    """The other names that a field may hold, for that kind of bearer: those that its brackets make of it, and those that stand in
    it beside an address or another name."""
    field = unescaped(field)
    if kind == "Vessel":
        return ship_names(field)
    found = (*bracketed(field, kind), *apart(field))
    return tuple(dict.fromkeys(found)) if found else ()


def is_text(field: str) -> bool:
    """Whether a field is too long for names with their addresses alone: a name may stand anywhere in it."""
    return len(field) > _LONGEST


def apart(field: str) -> tuple[str, ...]:
    """The names that a field may hold beside, or instead of, itself."""
    long = len(field) > _NAME
    if not is_text(field) and not _may_hold_more(field):
        return ()
    field = _GAPS.sub(" ", field)
    found: list[str] = []
    parts = _BETWEEN.split(field)
    for at in range(0, len(parts), 2):
        part, between = parts[at], parts[at - 1].strip(" .:").lower() if at else ""
        # a new line may be a street's, and who stands behind "or" is as often a thing
        begins = not at or (between[:1].isalpha() and between not in _NO_HEAD)
        if len(found) >= _APART:
            # the same piece a hundred times is one
            found = list(dict.fromkeys(found))
            if len(found) >= _APART:
                break
        part, bare = part[:_LONGEST], False
        while before := _BEFORE.match(part):
            part, bare = part[before.end() :], True
        part = part.strip(" ,;:")
        if part.casefold() in _NOBODY:
            continue
        if (bare or len(parts) > 1) and (_is_a_name(part) or (bare and len(part) >= _UNSPACED)):
            # behind a form of address one word is the whole name: M/S VOSTOKGAZPROM
            found.append(part)
        elif at and begins and _is_one_word(part):
            found.append(part)
        found.extend(_names_before(part))
        if behind_it := _NUMBERED.search(part):
            head = part[: behind_it.start()].strip(' ,"')
            digits = sum([char.isdigit() for char in behind_it.group()])
            if len(head) >= _UNSPACED and (digits > _UNIT or _has_a_word_of_its_own(head)):
                found.append(head)
        for behind in islice(_BEHIND.finditer(part), _CUTS):
            head = part[: behind.start()].strip(' ,"')
            numbered = "," not in behind.group() and part[behind.end()].isdigit()
            if (_is_a_name(head) and (not numbered or _has_a_word_of_its_own(head))) or (begins and _is_one_word(head)):
                found.append(head)
            # the town may stand before the street
            first, comma, _ = head.partition(",")
            if comma and _is_a_name(first := first.strip(' "')):
                found.append(first)
        if form := _FORM.match(part):
            found.append(form.group(1))
        if long and "," in part:
            # behind an address the next name may follow a comma
            found.extend(_firms_between_commas(part))
    return tuple([one for one in dict.fromkeys(found) if one != field])[:_APART]


def _names_before(part: str) -> list[str]:
    """The names that stand in a piece before what is said of them, or before a part of a firm; and those of two people."""
    found: list[str] = []
    if said := _SAID.search(part):
        head = part[: said.start()].strip(' ,;("')
        # one word and a way may be a street's (Via Garibaldi)
        if _is_a_name(head) or (len(head) >= _UNSPACED and said.group().split()[-1].lower() not in _WAYS):
            found.append(head)
    if within := _PART.search(part):
        town = within["town"] or ""
        heads = [part[: within.end("town")] if town else part[: within.start()]]
        if any(token.kind == PLACE for token in parse(town, False)[0].tokens):
            heads.append(part[: within.start()])
        # so little as one word is the name of many a department
        found.extend(head for text in heads if _is_a_name(head := text.strip(' ,"')))
    if not part.isascii():
        found.extend(_names_before_a_part(part))
    if (form := _FORM_AND_CODE.search(part)) and part[-2:].isupper():
        found.append(part[: form.start("code")])
    both = _AND.split(part, 2)
    if len(both) == 2 and all(len(name.split()) > 1 for name in both) and not _trades(part):
        found.extend(name.strip(' ,"') for name in both)
    return found


def _names_before_a_part(text: str) -> list[str]:
    """The same in Japanese: 株式会社山田工業東京支店経理部 is three readings, for it does not say where the town begins."""
    part = _PART_IN_JAPANESE.search(text)
    if part is None or not (part["branch"] or part["office"]):
        return []
    head = text[: part.start()].rstrip()
    heads = [head]
    if part["branch"]:
        spaced = head.replace("\u3000", " ").rpartition(" ")[0]
        heads += [spaced] if spaced else [head[:-length] for length in _TOWN]
    return [one.strip() for one in heads if len(one.strip()) >= _UNSPACED]


def _trades(text: str) -> bool:
    """Whether the words say that it is a firm."""
    return any(token.kind in (LEGAL, GENERIC) for token in parse(text, False)[0].tokens)


def _firms_between_commas(part: str) -> list[str]:
    """What stands between commas and says by its legal form that it is a firm: other words there are streets and towns."""
    pieces = [piece.strip(' "') for piece in part.split(",")]
    return [
        piece for piece in pieces if _is_a_name(piece) and not _FORMS.isdisjoint(piece.lower().replace(".", "").split())
    ]


def stands_out(name: str, score: float) -> bool:
    """Whether a listed name that the matcher finds in a field as in a free text is one there: addresses are full of streets,
    towns and persons that are called like somebody, in part or by one word."""
    return (
        score >= _AS_LISTED
        and sum([word.kind in _NAMING and len(word.fold) > 1 for word in parse(name, False)[0].tokens]) > 1
    )


def _may_hold_more(field: str) -> bool:
    """Whether to look at all: most fields hold a name alone, and each name that was never seen is asked about."""
    if not _SIGNS.isdisjoint(field):
        return True
    words = field.lower().replace(",", " ").replace(".", " ").replace(":", " ").split()
    if not _TELLING.isdisjoint(words) or not _FORMS.isdisjoint(words[1:-1]) or "&" in words:
        return True
    return not field.isascii() and any(sign in field for sign in _TELLING_IN_OTHER_SCRIPTS)


def _is_a_name(text: str) -> bool:
    """Whether a piece says enough by itself: two words, or one in a script that writes none apart."""
    return " " in text or (len(text) >= _UNSPACED and not text.isascii())


def _is_one_word(text: str) -> bool:
    """Whether it is one word, a name's own: where a name begins, it may be all of it."""
    return len(text) >= _UNSPACED and " " not in text and text.isalpha() and _has_a_word_of_its_own(text)


def _has_a_word_of_its_own(text: str) -> bool:
    """Without its number a plant is any plant: ``Aviation Repair Plant 123 in Moscow``."""
    return any(token.kind == CONTENT for token in parse(text, False)[0].tokens)
