"""Directives that OFAC's remarks say an entry is subject to, as programmes that measures can ask for.

The non-SDN list gives a party's programme (``UKRAINE-EO13662``), and only its remarks which directive binds it: "Executive
Order 13662 Directive Determination - Subject to Directive 1". The programme then is ``EO13662 Directive 1``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_DIRECTIVE = re.compile(
    r"Executive Order (\d{5}) Directive (?:Determination|Information)\s*[-:–]?\s*Subject to Directive (\d[A-Za-z]?)\b"
)


def read(remarks: str) -> tuple[str, ...]:
    """In the order in which they stand, each once."""
    return tuple(
        dict.fromkeys(f"EO{order} Directive {number.upper()}" for order, number in _DIRECTIVE.findall(remarks))
    )


def undated(directives: Iterable[str], dated: Iterable[str]) -> bool:
    """Whether an entry is under a directive whose day it does not tell; ``dated`` are the labels of the days it tells.

    ``Effective Date (EO 14024 Directive 3)`` is the day of that directive, and of no other that the entry was under before.
    """
    told = {under.replace("EO ", "EO").casefold() for under in dated}
    return bool(told) and any(directive.casefold() not in told for directive in directives)
