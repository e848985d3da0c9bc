"""Where a party or bank has its seat: what ties a payment to the law of a country."""

from __future__ import annotations

import re

from sekisho.model import Party

_BIC = frozenset({"BIC", "BICFI", "SWIFT"})
#: A bank's number in a national clearing system, under the system's code of ISO 20022, which begins with its country:
#: USABA, USPID, GBDSC, JPZGN.
_CLEARING = "CLEARING:"
_SYSTEM = re.compile(r"[A-Z]{5}")
#: ISO 13616: the shortest IBAN (Norway) has 15 characters, the longest allowed 34.
_IBAN = range(15, 35)


def seats(party: Party, country: str | None) -> set[str]:
    """The country it names, that of its BIC or clearing system, and that of the bank which keeps its account, by its IBAN.

    A branch in New York of a bank in Frankfurt has both; a firm in Berlin may keep its account in London.
    """
    found = {country} if country else set()
    for identifier in party.identifiers:
        scheme = identifier.scheme.upper()
        if scheme in _BIC and len(identifier.value) in {8, 11, 12}:
            # ISO 9362: the fifth and sixth character; with twelve it is a terminal's address in a SWIFT MT message.
            found.add(identifier.value[4:6].upper())
        elif scheme.startswith(_CLEARING) and _SYSTEM.fullmatch(system := scheme.removeprefix(_CLEARING)):
            found.add(system[:2])
    if party.account and (kept_in := _iban_country(party.account)):
        found.add(kept_in)
    return found


def _iban_country(account: str) -> str | None:
    """ISO 13616: the first two letters, where the check digits agree; any other account number tells nothing."""
    if len(account) > 2 * _IBAN.stop:
        return None
    number = "".join(account.split()).upper()
    if len(number) not in _IBAN or not (number.isascii() and number.isalnum()):
        return None
    if not (number[:2].isalpha() and number[2:4].isdigit()):
        return None
    return number[:2] if int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1 else None
