"""Probes: the parts of an event by which a change of the reference set can reach it, each with a hash that is kept.

An event that waits for its ship is not decoded again for every new list. The hashes of its names, identifiers, texts and
goods are kept beside it, and what a change does not reach under one hash it reaches under none of the same hash: names
and goods repeat, so most open events are passed over by looking at a few numbers.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator

import msgspec

from sekisho.model import GoodsLine, Shipment, event_type
from sekisho.model.event import Event
from sekisho.names.identifiers import imo_numbers
from sekisho.screening.look_up import kind_of

_DIGIT = re.compile(r"\d")
#: Names and goods repeat; a hash that is remembered takes a seventh of the time (about 250 bytes each).
REMEMBERED = 16_384


class NameProbe(msgspec.Struct, frozen=True):
    """A party or vessel by its name. Whatever else is known of it can only move a score, not lead to an entry."""

    name: str
    kind: str


class IdentifierProbe(msgspec.Struct, frozen=True):
    scheme: str
    value: str


class TextProbe(msgspec.Struct, frozen=True):
    """A free text. Its digits are no part of the hash: invoice numbers make every text another."""

    text: str


class GoodsProbe(msgspec.Struct, frozen=True):
    line: GoodsLine


class NoGoodsProbe(msgspec.Struct, frozen=True):
    """An event that names no goods: what it does not say may be anything."""

    kind: str


Probe = NameProbe | IdentifierProbe | TextProbe | GoodsProbe | NoGoodsProbe


def probes(event: Event) -> Iterator[tuple[int, Probe]]:
    """Each with its hash (64 bits, the same in every process and version); some may come twice."""
    for party in event.parties:
        kind = kind_of(party)
        yield name_hash(party.name, kind), NameProbe(party.name, kind)
        for one in party.identifiers:
            yield _hash("id", one.scheme, one.value), IdentifierProbe(one.scheme, one.value)
    lines: tuple[GoodsLine, ...] = ()
    texts = [*event.deal_references, *event.extra.values()]
    if isinstance(event, Shipment):
        lines = event.goods
        transport = event.transport
        if transport is not None and transport.vessel_name:
            yield name_hash(transport.vessel_name, "Vessel"), NameProbe(transport.vessel_name, "Vessel")
            for number in imo_numbers(transport.vessel_name):
                yield _hash("id", "IMO", number), IdentifierProbe("IMO", number)
        if transport is not None and transport.vessel_imo_number:
            number = transport.vessel_imo_number
            yield _hash("id", "IMO", number), IdentifierProbe("IMO", number)
        if event.end_use:
            texts.append(event.end_use)
    else:
        texts += event.remittance_information
    for text in texts:
        if text.strip():
            yield _hash("text", _DIGIT.sub("0", text)), TextProbe(text)
    for line in lines:
        codes = [part for code in line.control_codes for part in (code.regime, code.code)]
        yield _hash("goods", line.description, line.hs_code or "", *codes), GoodsProbe(line)
    if not lines:
        kind = event_type(event)
        yield _hash("no goods", kind), NoGoodsProbe(kind)


def name_hash(name: str, kind: str) -> int:
    """Of a NameProbe."""
    return _hash("name", name, kind)


@functools.lru_cache(REMEMBERED)
def _hash(*parts: str) -> int:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
