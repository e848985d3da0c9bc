"""Names that share their field with something else: an address, another name, an account, the words of a bill of lading.

``GAZPROM NEFT PJSC, 3-5 POCHTAMTSKAYA STR``, ``ABC LOGISTICS C/O JSC REMDIZEL``, ``/DE89… BANK MELLI IRAN``. Such a field is no
name as a whole, so no entry is near it; each name that it may hold is another reading of it. So are the names that brackets
make of one (``forms``).
"""

from __future__ import annotations

import re
from typing import Final

from sekisho.names.forms import bracketed

#: Whether a field can hold more than a name at all: most cannot, and are not looked at further.
_MAY: Final = re.compile(
    r"[\d/\n\r;|]|\b(?:or|dba|aka|fka|fbo|ffc|fao|attn|attention|messrs|care of|on behalf|for account|formerly|trading as|"
    r"doing business|order of|also known|branch|sucursal|filiale?|zweigstelle|zweigniederlassung|succursale|agency|head office)\b|"
    r"気付|支店|филиал|分行|\b(?:ltd|limited|llc|inc|corp|gmbh|plc|p?jsc|ojsc|fze|bv|ag|srl|spa)\b\.?,?\s+\S",
    re.IGNORECASE,
)
#: Between two names.
_BETWEEN: Final = re.compile(
    r"\s*[\n\r;|]\s*|\s*気付\s*|\s+(?:c/o|care of|d/?b/?a|doing business as|t/a|trading as|a/?k/?a|also known as|f/?k/?a|"
    r"formerly(?: known as)?|o/b(?:/?o)?|on behalf of|f/?b/?o|for account of|a/c(?: of)?|attn|attention|fao|and/or|or)[\s:.]+",
    re.IGNORECASE,
)
#: Before a name: an account, the number of a line (MT option F), a form of address, the words of an order bill.
_BEFORE: Final = re.compile(
    r"(?:/\S*\d\S*\s+|\d/\s*|[A-Z]{2}\d{2}[A-Z0-9]{10,30}\s+|"
    r"(?:messrs|m/s|c/o|attn|attention|fao|d/?b/?a|t/a|(?:to )?(?:the )?order of)\b[\s.:]*)",
    re.IGNORECASE,
)
#: Where an address or a branch begins behind a name.
_BEHIND: Final = re.compile(
    r",\s*(?=[^,]*\d)|(?:,\s*|\s+-\s+)(?=[^,]*\b(?:branch|sucursal|filiale?|zweigstelle|zweigniederlassung|succursale|agency|"
    r"head office|филиал)\b)|(?<=\w)[\s,　]+(?=\S*\d)",
    re.IGNORECASE,
)
#: A name up to its legal form, where at least two words follow.
_FORM: Final = re.compile(
    r"(\S+(?:\s+\S+)*?\s+(?:co\.?,?\s*ltd|company limited|limited|ltd|llc|inc|corp|corporation|gmbh|plc|p?jsc|ojsc|fze|fzco|bv|b\.v|ag|"
    r"pte\.?\s*ltd|pvt\.?\s*ltd|srl|s\.r\.l|spa|s\.p\.a))\b\.?[\s,]+\S+\s+\S",
    re.IGNORECASE,
)
#: Whom an order bill may name instead of a name.
_NOBODY: Final = frozenset(
    ["shipper", "consignee", "consignor", "bank", "issuing bank", "holder", "bearer", "seller", "buyer", "applicant"]
)
#: A longer field is no name with an address but a text; it is searched for as it stands (characters).
_LONGEST: Final = 300
#: A hostile field must not buy a search for each of its pieces.
_READINGS: Final = 16
_APART: Final = 8
#: A name that is written without spaces has so many characters at least.
_UNSPACED: Final = 4


def others(field: str, kind: str) -> tuple[str, ...]:
    """The other names that a field may hold, for that kind of bearer: those that its brackets make of it, and those that stand in
    it beside an address or another name."""
    found = (*bracketed(field, kind), *apart(field))
    return tuple(dict.fromkeys(found))[:_READINGS] if found else ()


def apart(field: str) -> tuple[str, ...]:
    """The names that a field may hold beside, or instead of, itself."""
    if len(field) > _LONGEST or _MAY.search(field) is None:
        return ()
    found: list[str] = []
    parts = _BETWEEN.split(field)
    for part in parts:
        bare = False
        while before := _BEFORE.match(part):
            part, bare = part[before.end() :], True
        part = part.strip(" ,;:")
        if part.casefold() in _NOBODY:
            continue
        if (bare or len(parts) > 1) and _is_a_name(part):
            found.append(part)
        if (behind := _BEHIND.search(part)) and _is_a_name(head := part[: behind.start()].strip(' ,"')):
            found.append(head)
            # the town may stand before the street
            first, comma, _ = head.partition(",")
            if comma and _is_a_name(first := first.strip(' "')):
                found.append(first)
        if form := _FORM.match(part):
            found.append(form.group(1))
    return tuple([one for one in dict.fromkeys(found) if one != field])[:_APART]


def _is_a_name(text: str) -> bool:
    """Whether a piece says enough by itself: two words, or one in a script that writes none apart."""
    return " " in text or (len(text) >= _UNSPACED and not text.isascii())
