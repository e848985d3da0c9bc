"""Addresses: several in one field, taken apart."""

from __future__ import annotations

import re

#: ``…, Russia; and 12 …``, ``…, Russia, and, 12 …``, ``…, Russia and 12 …``
_BETWEEN = re.compile(r"\s*;\s*(?:and\b,?\s*)?|\s*,\s*and\s*,\s*|(?<=Russia)\s+and\s+(?=\d)")


def split_addresses(text: str) -> tuple[str, ...]:
    """The addresses in ``text``, without final full stops."""
    parts = (" ".join(part.split()).rstrip(".,") for part in _BETWEEN.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))
