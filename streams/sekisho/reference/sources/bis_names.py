"""Names in the lists of the Bureau of Industry and Security, which name affiliates inside a parent's entry."""

from __future__ import annotations

import re

from sekisho.model import Name
from sekisho.names import forms as name_forms

_AFFILIATE = re.compile(r"^(?P<parent>.*?)\.?\s*Affiliated Entit(?:y|ies):\s*(?P<name>.+)$", re.DOTALL)


def names(name: str, aliases: list[str]) -> tuple[tuple[Name, ...], str | None]:
    """``(names, parent)``: an affiliate's own names, and the entry that it stands in, if any."""
    parent = None
    if found := _AFFILIATE.match(name):
        parent, name = name_forms.tidy(found["parent"]), found["name"]
    own = name_forms.organisation(name.strip())
    return name_forms.unique([*own, *(n for alias in aliases for n in name_forms.aliases(alias))]), parent
