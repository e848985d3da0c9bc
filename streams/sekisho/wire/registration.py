"""Registering the contracts that others use: a subject a topic, with the compatibility that we promise."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from sekisho.settings import Topics
from sekisho.wire import contracts
from sekisho.wire.compatibility import level
from sekisho.wire.registry import Registry, subject


class Registered(msgspec.Struct, frozen=True):
    """One version under one subject, with the id it has there."""

    subject: str
    contract: str
    version: int
    id: int
    compatibility: str


def topic_contracts(topics: Topics) -> dict[str, str]:
    """Topic: the contract of its values, for the topics that others read and write.

    Reference and internal topics are written in single-object encoding, apart from any registry: what a record is
    must not depend on who numbered its schema.
    """
    return {
        topics.shipment: "shipment",
        topics.payment: "payment",
        topics.alert: "alert",
        topics.verdict: "verdict",
    }


def register(registry: Registry, topics: Topics) -> Iterator[Registered]:
    """Set each subject's compatibility, then register every version, oldest first; doing so again changes nothing.

    Raises SchemaError where the registry refuses a version, UnreachableError where it does not answer.
    """
    for topic, contract in topic_contracts(topics).items():
        name, promised = subject(topic), level(contract)
        registry.set_compatibility(name, promised)
        for version in contracts.versions(contract):
            known = registry.id_of(name, version.text)
            schema_id = known if known is not None else registry.register(name, version.text)
            yield Registered(name, contract, version.number, schema_id, promised)
