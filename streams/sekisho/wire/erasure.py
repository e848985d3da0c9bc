"""Whether a record of Kafka speaks of a person or of a reference that is to be erased.

Records come in every format that a publisher may send, whole or broken, so they are looked through as text: UTF-8, with
the escapes of JSON and XML undone, in one Unicode form and case. A reference must stand there as a whole; a person's name
is found wherever it stands. Spellings are not guessed: each is given.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator

import msgspec

from sekisho.errors import InputError
from sekisho.wire.framing import Headers, pairs

#: A shorter name would be found in half of all records (characters).
MIN_NAME = 3

#: Chinese, Japanese and Korean names are short; two characters say as much as ten letters.
_SHORT_SCRIPTS = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\u3040-\u30ff]{2}")

_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


class Wanted(msgspec.Struct, frozen=True):
    """What is to be erased: business references, and names of persons in the spellings given."""

    references: frozenset[str]
    #: folded
    persons: tuple[str, ...]

    @classmethod
    def of(cls, references: tuple[str, ...], persons: tuple[str, ...]) -> Wanted:
        """Raises InputError where a name is too short to mean somebody."""
        folded = tuple(fold(person) for person in persons)
        for name, person in zip(folded, persons, strict=True):
            if len(name) < MIN_NAME and not _SHORT_SCRIPTS.search(name):
                raise InputError(f"{person!r} is too short to mean one person; give the whole name")
        if any(not reference.strip() for reference in references):
            raise InputError("a reference is empty")
        return cls(frozenset(references), folded)

    def meets(self, key: bytes | None, value: bytes | None, headers: Headers = None, said: Iterable[str] = ()) -> bool:
        """Whether the record has one of them in its key, its value or a header.

        ``said`` are the references that could be read from the value: in Avro, where a text has its length before it
        and the next one behind it, no look at the bytes can tell where a reference ends.
        """
        if (key is not None and key.decode("utf-8", "replace") in self.references) or not self.references.isdisjoint(
            said
        ):
            return True
        parts = [part for part in (key, value, *(content for _, content in pairs(headers))) if part]
        return any(self._in(text) for part in parts for text in _texts(part))

    def _in(self, text: str) -> bool:
        if any(reference in text and _stands_alone(reference, text) for reference in self.references):
            return True
        if not self.persons:
            return False
        folded = fold(text)
        return any(person in folded for person in self.persons)


def fold(text: str) -> str:
    """One form and case, white space joined."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _texts(part: bytes) -> Iterator[str]:
    """``part`` as text; once more with escapes undone, where it has any. Avro is bytes between texts: those are marks."""
    text = part.decode("utf-8", "replace")
    yield text
    if "\\u" in text:
        yield _ESCAPES.sub(_unescaped, text)
    if "&" in text:
        yield html.unescape(text)


def _unescaped(found: re.Match[str]) -> str:
    return str(json.loads(f'"{found[0]}"'))


def _stands_alone(reference: str, text: str) -> bool:
    """``SHP-1`` is not in ``SHP-12``."""
    return re.search(rf"(?<![\w-]){re.escape(reference)}(?![\w-])", text) is not None
