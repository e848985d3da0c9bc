"""A small world with one listed organisation, one measure, and events that do and do not touch it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from sekisho.model import Measure, Name, PartyTerm, ReferenceSet, Terms
from sekisho.reference import versions
from sekisho.reference.chain import Chain
from sekisho.reference.hashing import content_hash
from sekisho.reference.loaded import LoadedList
from sekisho.wire import decode as decode_record
from sekisho.wire import encode
from tests import factories
from tests.support.stage import Stage

LISTED = "Zorkovian Dynamics"
LIST_ID = "xx-list"
MEASURES_ID = "measures-xx"


def lists(*names: str, version: str = "1", list_id: str = LIST_ID) -> list[LoadedList]:
    """A list of these organisations and the measure that freezes what touches them."""
    entities = tuple(
        factories.entity(list_id, str(number), names=(Name(name),)) for number, name in enumerate(names or (LISTED,))
    )
    measure: Measure = factories.measure(Terms(parties=PartyTerm(lists=(LIST_ID,))))
    published = datetime.now(UTC) - timedelta(days=1)
    return [
        LoadedList(
            list_id=list_id, kind="entities", version=version, source="test", records=entities, published_at=published
        ),
        LoadedList(list_id=MEASURES_ID, kind="measures", version=version, source="test", records=(measure,)),
    ]


def publish(stage: Stage, several: Sequence[LoadedList]) -> None:
    """What a publisher does, in the smallest form: records, list versions, then the set that names them."""
    publish_incomplete(stage, several, hold_back=0)()


def publish_incomplete(stage: Stage, several: Sequence[LoadedList], *, hold_back: int = 1) -> Callable[[], int]:
    """All but ``hold_back`` of the entries; the function that is returned publishes the rest."""
    topics = stage.topics
    where = {"entities": topics.entity, "goods": topics.goods, "measures": topics.measure}
    late: list[tuple[str, str, bytes]] = []
    refs = []
    for loaded in several:
        snap = versions.snapshot(loaded)
        records = [(where[loaded.kind], key, encode(record)) for key, record in snap.records.items()]
        keep = len(records) - hold_back if loaded.kind == "entities" else len(records)
        late += records[keep:]
        listed = [(topics.list_version, key, encode(bucket)) for key, bucket in snap.buckets.items()]
        listed.append((topics.list_version, snap.hash, encode(snap.version)))
        for topic, key, value in records[:keep] + listed:
            stage.publish(topic, [(key, value)])
        refs.append(snap.ref)
    chain = Chain()
    for record in stage.read(topics.reference):
        chain.feed_bytes("reference_set", record.key, record.value, decode_record)
    head = chain.head.set if chain.head else None
    if head is not None:  # what is not named is carried over from the parent
        refs += [ref for ref in head.lists if ref.list_id not in {one.list_id for one in refs}]
    one = ReferenceSet(
        sequence=head.sequence + 1 if head else 0,
        parent=content_hash(head) if head else "",
        lists=tuple(sorted(refs, key=lambda ref: ref.list_id)),
        who="test",
        why="test",
        created_at=datetime(2023, 1, 1, tzinfo=UTC),
    )
    stage.publish(topics.reference, [(content_hash(one), encode(one))])
    return lambda: sum(stage.publish(topic, [(key, value)]) for topic, key, value in late)


def shipments(count: int, *, hit_every: int = 10, prefix: str = "SHP", pad: int = 0) -> Iterator[tuple[str, bytes]]:
    """Events by key; each ``hit_every``-th names the listed organisation."""
    for number in range(count):
        reference = f"{prefix}-{number}"
        name = LISTED if number % hit_every == 0 else "Honest Trading"
        event = factories.shipment(
            event_id=f"evt-{reference}",
            shipment_reference=reference,
            parties=(factories.party(name),),
            extra={"pad": "x" * pad} if pad else {},
        )
        yield reference, msgspec.json.encode(event)


def payments(count: int, *, prefix: str = "PAY") -> Iterator[tuple[str, bytes]]:
    for number in range(count):
        reference = f"{prefix}-{number}"
        event = factories.payment(
            event_id=f"evt-{reference}",
            end_to_end_id=reference,
            message_id="M",
            parties=(factories.party("Honest Bank", "debtor_agent"),),
        )
        yield f"{reference}/M", msgspec.json.encode(event)


def decode(record: Any) -> dict[str, Any]:
    """A verdict or an alert, written as JSON."""
    value: dict[str, Any] = json.loads(record.value)
    return value


#: What may differ between two screenings of one event against one set.
CLOCKS = frozenset({"screened_at", "raised_at", "duration_us"})


def content(value: dict[str, Any]) -> str:
    return json.dumps({key: part for key, part in value.items() if key not in CLOCKS}, sort_keys=True)


def check_whole(stage: Stage, references: Iterable[str], hits: Iterable[str]) -> Counter[str]:
    """Every event has its verdict and every hit its alert; what came twice has the same ids and content.

    Returns how often each event was answered.
    """
    verdicts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in stage.read(stage.topics.verdict):
        value = decode(record)
        verdicts[value["event"]["business_reference"]].append(value)
    wanted = set(references)
    assert wanted - set(verdicts) == set(), "events without a verdict"
    assert set(verdicts) - wanted == set(), "verdicts for events that nobody sent"
    for reference, several in verdicts.items():
        assert len({content(one) for one in several}) == 1, f"{reference} was answered in two ways"
    alerts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in stage.read(stage.topics.alert):
        value = decode(record)
        alerts[value["event"]["business_reference"]].append(value)
    assert set(alerts) == set(hits), "alerts for other events than the hits"
    for reference, several in alerts.items():
        assert len({content(one) for one in several}) == 1, f"{reference} was alerted in two ways"
        assert verdicts[reference][0]["alerts"] == [several[0]["alert_id"]]
    return Counter({reference: len(several) for reference, several in verdicts.items()})
