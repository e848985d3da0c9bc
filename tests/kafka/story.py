"""The case of January 2023 on a broker: what has passed before a list changes, and what becomes of it.

    python -m tests.kafka.story                 on an Apache Kafka, else on the embedded broker

From 20 January on shipments and payments are screened against a set that lacks what Japan announced on the 27th: 49
organisations on the export-ban list, 36 people and 3 organisations whose assets it froze, 40 more kinds of goods. Then the
set of the 27th is published; on the night to 3 February it comes into force; at last one organisation is taken off. What
the law says of every shipment and payment on each of these days stands here by hand, not by our engine.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from deploy.kafka.broker import ApacheKafka, missing
from sekisho.agents.embedded import EmbeddedBroker
from sekisho.cli import rescreen
from sekisho.model import ControlCode, Entity, GoodsItem, GoodsLine, Party, Payment, Shipment
from sekisho.reference import bundled
from sekisho.reference.guards import Limits
from sekisho.reference.loaded import LoadedList
from sekisho.reference.publish import Publisher
from sekisho.wire import decode
from tests import factories
from tests.support.stage import Stage, WorkerProcess, until
from tests.support.turned_clock import WORKER_BY_CLOCK, TurnedClock

ANNOUNCED = date(2023, 1, 27)
EXPORT_BAN, FROZEN, GOODS = "jp-meti-export-ban-russia", "jp-mof-asset-freeze", "jp-eto-2-3"

BEFORE = datetime(2023, 1, 26, 3, tzinfo=UTC)
#: eleven in the morning in Tokyo
MORNING_OF_THE_27TH = datetime(2023, 1, 27, 2, tzinfo=UTC)
EVE = datetime(2023, 2, 2, 14, 59, 50, tzinfo=UTC)
#: midnight in Tokyo
THE_3RD = datetime(2023, 2, 2, 15, tzinfo=UTC)
LATER = datetime(2023, 2, 6, tzinfo=UTC)

#: Titles of three of the 40 items speak of goods that other items held before; their goods are called something plainer.
PLAINER = {"2(67)": "Fittings of stainless steel", "2(74)": "Spindle cartridges", "2(77)": "MIG welding sets"}

#: Listed under the export ban since 15 March 2022; on the 27th its assets were frozen as well.
BANNED_BEFORE = "JSC Irkut Corporation"

#: Seconds until a killed worker's partitions go to another.
SESSION = {"SEKISHO_KAFKA__SESSION_TIMEOUT_S": "6", "SEKISHO_KAFKA__HEARTBEAT_INTERVAL_S": "1"}


class Case(NamedTuple):
    """One shipment or payment, and what the law says of it: before, on the 27th, from 3 February on."""

    reference: str
    about: str
    event: Shipment | Payment
    law: tuple[str, str, str]


def new_on_the_27th(one: LoadedList) -> list[Any]:
    """What a bundled list has only since 27 January 2023."""
    if one.list_id in (EXPORT_BAN, FROZEN):
        return [e for e in one.records if isinstance(e, Entity) and e.listed_on == ANNOUNCED]
    if one.list_id == GOODS:
        return [i for i in one.records if isinstance(i, GoodsItem) and i.validity[0].announced == ANNOUNCED]
    return []


def sets() -> tuple[list[LoadedList], list[LoadedList]]:
    """The lists before the 27th, and those that were published on it."""
    before, after = [], []
    for one in bundled.lists():
        new = new_on_the_27th(one)
        kept = tuple(record for record in one.records if record not in new)
        if kept:
            before.append(msgspec.structs.replace(one, records=kept, version=f"{one.version} before"))
        if new:
            after.append(one)
    return before, after


def cases() -> list[Case]:
    """Everything that passes, in the order in which it does."""
    lists = {one.list_id: one for one in bundled.lists()}
    found: list[Case] = []
    banned = new_on_the_27th(lists[EXPORT_BAN])
    frozen = new_on_the_27th(lists[FROZEN])
    organisations = [entity for entity in frozen if entity.schema == "Organization"]
    for entity in banned:
        found += _three(f"BAN-{entity.entry_id}", "to one of the 49", entity.primary_name, held=True)
    for entity in organisations:
        three = _three(f"FRZ-{entity.entry_id}", "to one of the 3", entity.primary_name, held=False)
        if entity.primary_name == BANNED_BEFORE:
            three = [one._replace(about="to one of the 3, banned in 2022", law=("prohibited",) * 3) for one in three]
        found += three
    for entity in frozen:
        banned_before = entity.primary_name == BANNED_BEFORE
        payment = factories.payment(
            event_id=f"evt-PAY-{entity.entry_id}",
            event_time=factories.utc("2023-01-24T05:00"),
            end_to_end_id=f"PAY-{entity.entry_id}",
            message_id="M",
            settlement_date=date(2023, 2, 10),
            parties=(
                Party("debtor", "Nakamura Trading Co., Ltd.", country="JP"),
                Party("creditor", entity.primary_name),
            ),
        )
        found.append(
            Case(
                f"PAY-{entity.entry_id}/M",
                "pays one of the 39",
                payment,
                ("review" if banned_before else "clear", "prohibited", "prohibited"),
            )
        )
    for item in new_on_the_27th(lists[GOODS]):
        code = item.control_codes[0]
        line = GoodsLine(
            1, PLAINER.get(item.item_id, item.title["en"]), control_codes=(ControlCode(code.regime, code.code),)
        )
        found += _three(f"GDS-{item.item_id}", "one of the 40 items", "OOO Rassvet", held=True, line=line)
    found += others()
    return found


def _three(name: str, about: str, consignee: str, *, held: bool, line: GoodsLine | None = None) -> list[Case]:
    """Booked for after the start, booked for before it, and on its way. ``held``: the measure forbids it from its start."""
    forbidden = "prohibited" if held else "review"
    return [
        Case(
            f"{name}-LATE",
            f"{about}, booked for 10 February",
            shipment(f"{name}-LATE", consignee, line, export_date=date(2023, 2, 10)),
            ("clear", forbidden, forbidden),
        ),
        Case(
            f"{name}-SOON",
            f"{about}, booked for 30 January",
            shipment(f"{name}-SOON", consignee, line, export_date=date(2023, 1, 30)),
            ("clear", "review", forbidden),
        ),
        Case(
            f"{name}-AWAY",
            f"{about}, under way",
            shipment(f"{name}-AWAY", consignee, line, status="in_transit", export_date=date(2023, 1, 22)),
            ("clear", "review", "review"),
        ),
    ]


def others(count: int = 120) -> Iterator[Case]:
    """Plain trade, and what is no longer open: nothing of it may be alerted."""
    clear = ("clear", "clear", "clear")
    for number in range(count):
        to = ("RU", "DE", "KZ")[number % 3]
        name = ("OOO Rassvet", "Hamburger Textil GmbH", "Almaty Trade LLP")[number % 3]
        yield Case(f"OTH-{number}", "plain trade", shipment(f"OTH-{number}", name, None, import_country=to), clear)
        yield Case(
            f"OTP-{number}/M",
            "plain payments",
            factories.payment(
                event_id=f"evt-OTP-{number}",
                event_time=factories.utc("2023-01-23T05:00"),
                end_to_end_id=f"OTP-{number}",
                message_id="M",
                settlement_date=date(2023, 1, 30),
                parties=(Party("debtor", "Nakamura Trading Co., Ltd.", country="JP"), Party("creditor", name)),
                remittance_information=(f"Invoice {number} textiles",),
            ),
            clear,
        )
    banned = new_on_the_27th(next(one for one in bundled.lists() if one.list_id == EXPORT_BAN))
    for entity, status in itertools.product(banned[:5], ("delivered", "cancelled")):
        reference = f"END-{entity.entry_id}-{status}"
        yield Case(
            reference,
            f"{status} before the 27th",
            shipment(reference, entity.primary_name, None, status=status, export_date=date(2023, 1, 10)),
            clear,
        )


def shipment(reference: str, consignee: str, line: GoodsLine | None, **fields: Any) -> Shipment:
    return factories.shipment(
        **{
            "event_id": f"evt-{reference}",
            "event_time": factories.utc("2023-01-23T05:00"),
            "shipment_reference": reference,
            "import_country": "RU",
            "export_date": date(2023, 2, 10),
            "parties": (
                Party("shipper", "Nakamura Trading Co., Ltd.", country="JP"),
                Party("consignee", consignee),
            ),
            "goods": (line or GoodsLine(1, "Cotton T-shirts, knitted", hs_code="610910"),),
            **fields,
        }
    )


class Told(NamedTuple):
    """What the topics say of a reference now."""

    verdict: str
    trigger: str
    supersedes: str | None
    #: status and trigger of every alert record of it, in their order
    alerts: tuple[tuple[str, str], ...]


class Story:
    """Tells it on a broker; ``say`` takes each line for people."""

    def __init__(self, stage: Stage, say: Callable[[str], None]) -> None:
        self.stage = stage
        self.say = say
        self.clock = TurnedClock(stage.folder / "clock")
        self.cases = cases()
        before, self.lists_of_the_27th = sets()
        self.publisher = Publisher(
            stage.topics, {"bootstrap_servers": stage.bootstrap_servers}, limits=Limits(max_shrink=1)
        )
        stage.environment |= {
            "STORY_CLOCK": str(stage.folder / "clock"),
            "SEKISHO_WORKER__AS_OF": "now",
            "SEKISHO_OUTPUT__ENCODING": "json",
            "SEKISHO_REFERENCE__REQUIRED_LISTS": json.dumps([one.list_id for one in before]),
            **SESSION,
        }
        self.clock.turn_to(BEFORE)
        stage.create_topics()
        self.publisher.publish(before, who="story", why="the law before the 27th", clock=self.clock)

    def worker(self) -> WorkerProcess:
        return self.stage.worker(program=WORKER_BY_CLOCK)

    def pass_by(self) -> None:
        """Everything is published and answered."""
        topics = self.stage.topics
        for case in self.cases:
            topic = topics.shipment if isinstance(case.event, Shipment) else topics.payment
            self.stage.producer.send(topic, key=case.reference.encode(), value=msgspec.json.encode(case.event))
        self.stage.producer.flush()
        until(lambda: self.stage.count(topics.verdict) >= len(self.cases), "every event is answered")
        until(
            lambda: self.stage.committed(topics.shipment) + self.stage.committed(topics.payment) == len(self.cases),
            "and committed",
        )

    def publish_the_27th(self) -> int:
        """The set of the 27th is active at its publisher's; its sequence."""
        self.clock.turn_to(MORNING_OF_THE_27TH)
        done = self.publisher.publish(
            self.lists_of_the_27th, who="story", why="the notices of 27 January 2023", clock=self.clock
        )
        return done.accepted.set.sequence

    def foreseen(self) -> dict[str, str]:
        """Alert id: verdict, of what `sekisho backtest` says that the lists of the 27th would raise or change."""
        folders = {EXPORT_BAN: "entities", FROZEN: "entities", GOODS: "goods"}
        files = [str(bundled.FOLDER / folder / f"{name}.jsonl") for name, folder in folders.items()]
        command = [str(Path(sys.executable).with_name("sekisho")), "backtest", "--json", "--traffic", "open"]
        command += ["--examples", "0", "--as-of", ANNOUNCED.isoformat()]
        for file in files:
            command += ["--lists", file]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
        ran = subprocess.run(
            command, env={**clean, **self.stage.environment}, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        return {line["alert_id"]: line["after"]["verdict"] for line in lines if line.get("after")}

    def raised(self, sequence: int) -> dict[str, str]:
        """Alert id: verdict, of what the set of that sequence has raised or changed."""
        records = [json.loads(record.value) for record in self.stage.read(self.stage.topics.alert)]
        return {
            one["alert_id"]: one["verdict"]
            for one in records
            if one["engine"]["reference_sequence"] == sequence and one["trigger"] == "reference"
        }

    def take_off(self, name: str) -> int:
        """Publish the export-ban list without ``name``."""
        (ban,) = [one for one in self.lists_of_the_27th if one.list_id == EXPORT_BAN]
        records = tuple(r for r in ban.records if not (isinstance(r, Entity) and r.primary_name == name))
        one = msgspec.structs.replace(ban, records=records, version="without one")
        return self.publisher.publish(
            [one], who="story", why=f"{name} is taken off", clock=self.clock
        ).accepted.set.sequence

    def progress(self) -> dict[str, Any]:
        """``shipment/3``: its newest progress record."""
        found = {}
        for record in self.stage.read(self.stage.topics.progress):
            found[record.key.decode()] = decode("progress", record.value)
        return found

    def rescreened(self, sequence: int) -> bool:
        """Whether all partitions have been held against the set."""
        done = self.progress()
        return len(done) == 2 * self.stage.partitions and all(one.sequence == sequence for one in done.values())

    def made_up(self, moment: datetime) -> bool:
        """Whether midnights up to ``moment`` have been made up for all partitions."""
        return all(one.calendar_to >= moment for one in self.progress().values())

    def told(self) -> dict[str, Told]:
        """By reference. Of several records the newest counts, as design §4 tells them apart."""
        verdicts: dict[str, dict[str, Any]] = {}
        for record in self.stage.read(self.stage.topics.verdict):
            one = json.loads(record.value)
            reference = one["event"]["business_reference"]
            if reference not in verdicts or _age(one) >= _age(verdicts[reference]):
                verdicts[reference] = one
        alerts: dict[str, dict[tuple[str, str, str], tuple[str, str]]] = {}
        for record in self.stage.read(self.stage.topics.alert):
            one = json.loads(record.value)
            # What came twice (a worker was killed) is one record: the same alert, status and set.
            key = (one["alert_id"], one["status"], str(one["engine"]["reference_sequence"]) + one["trigger"])
            alerts.setdefault(one["event"]["business_reference"], {})[key] = (one["status"], one["trigger"])
        return {
            reference: Told(
                one["verdict"], one["trigger"], one["supersedes"], tuple(alerts.get(reference, {}).values())
            )
            for reference, one in verdicts.items()
        }

    def differences(self, day: int) -> list[str]:
        """Where the topics say something else than the law of ``day`` (0 before, 1 on the 27th, 2 from 3 February on)."""
        told = self.told()
        found = []
        for case in self.cases:
            says = told[case.reference].verdict if case.reference in told else "nothing"
            if says != case.law[day]:
                found.append(f"{case.reference}: {case.about}: the law says {case.law[day]}, the topics say {says}")
        return found

    def changes(self, day: int) -> Mapping[str, int]:
        """How many references the law of ``day`` treats otherwise than that of the day before it, by what they are."""
        counts: dict[str, int] = {}
        for case in self.cases:
            if case.law[day] != case.law[day - 1]:
                what = f"{case.about}: {case.law[day - 1]} → {case.law[day]}"
                counts[what] = counts.get(what, 0) + 1
        return counts


def _age(verdict: dict[str, Any]) -> tuple[int, int, str]:
    engine = verdict["engine"]
    return verdict["event"]["offset"], engine["reference_sequence"], engine["known_at"]


def tell(stage: Stage, say: Callable[[str], None], *, kill: bool) -> Story:
    """The whole story; raises AssertionError where the topics say something else than the law."""
    story = Story(stage, say)
    first, second = story.worker().wait_ready(), story.worker().wait_ready()
    story.pass_by()
    say(f"20–26 January   {len(story.cases)} shipments and payments pass, screened against the law of that week")
    expect(story, 0)

    foreseen = story.foreseen()
    sequence = story.publish_the_27th()
    began = time.monotonic()
    if kill:
        # Its own metrics tell it sooner than the topic, which is read until nothing comes.
        until(
            lambda: first.metric("sekisho_alerts_total", trigger="reference") > 0, "rescreening has begun", pause_s=0.0
        )
        first.kill()
        left = [key for key, one in story.progress().items() if one.sequence < sequence]
        say(
            f"27 January      a worker is killed (-9) in the middle of rescreening: {len(left)} partitions are not done"
        )
        assert left, "it was killed in the middle"
    until(lambda: story.rescreened(sequence), "every open event is held against the set of the 27th")
    say(f"27 January      the set of that day reaches what has passed within {time.monotonic() - began:.1f} s:")
    for what, count in story.changes(1).items():
        say(f"                {count:4} {what}")
    expect(story, 1)
    told = story.told()
    for case in story.cases:
        records: tuple[tuple[str, str], ...] = ()
        if case.law[1] != "clear":
            records = (
                (("new", "reference"),) if case.law[0] == "clear" else (("new", "event"), ("updated", "reference"))
            )
        assert told[case.reference].alerts == records, f"{case.reference}: {told[case.reference]}"

    assert story.raised(sequence) == foreseen, "the back-test foresaw something else"
    say(
        f"                {len(foreseen)} alerts in all, each foreseen by `sekisho backtest` before the set was published"
    )

    third = story.worker().wait_ready() if kill else first
    before = story.told()
    story.clock.turn_to(EVE)
    time.sleep(1)
    assert story.told() == before, "nothing happens before midnight"
    story.clock.turn_to(THE_3RD)
    until(lambda: story.made_up(THE_3RD), "midnight has been made up")
    say("3 February      midnight in Tokyo, and the notices are in force:")
    for what, count in story.changes(2).items():
        say(f"                {count:4} {what}")
    expect(story, 2)
    told = story.told()
    for case in story.cases:
        if case.law[2] != case.law[1]:
            assert told[case.reference].trigger == "calendar", f"{case.reference}: {told[case.reference]}"
            assert told[case.reference].alerts[-1] == ("updated", "calendar"), (
                f"{case.reference}: {told[case.reference]}"
            )

    story.clock.turn_to(LATER)
    (ban,) = [one for one in story.lists_of_the_27th if one.list_id == EXPORT_BAN]
    gone = new_on_the_27th(ban)[0]
    sequence = story.take_off(gone.primary_name)
    until(lambda: story.rescreened(sequence), "every open event is held against the list without it")
    say(f"6 February      {gone.primary_name} is taken off:")
    taken = {f"BAN-{gone.entry_id}-{when}" for when in ("LATE", "SOON", "AWAY")}
    for reference in sorted(taken):
        one = story.told()[reference]
        say(f"                {reference}: {one.verdict}, its alert is {one.alerts[-1][0]}")
        assert one.verdict == "clear", f"{reference}: {one}"
        assert one.supersedes, f"{reference}: {one}"
        assert one.alerts[-1] == ("closed", "reference"), f"{reference}: {one}"
    status = rescreen.look(stage.settings())
    assert status.done, f"`sekisho rescreen status` says otherwise: {status}"
    assert status.active == sequence
    opened = sum(count for (kind, _), count in rescreen.counted(stage.settings()).items() if kind == "shipment")
    wanted = sum(isinstance(case.event, Shipment) and not case.reference.startswith("END-") for case in story.cases)
    say(f"                {opened} shipments are open, each held against reference set {status.active}")
    assert opened == wanted
    left = [line for line in story.differences(2) if line.split(":")[0] not in taken]
    assert not left, "\n".join(left)
    assert second.alive()
    assert third.alive()
    return story


def expect(story: Story, day: int) -> None:
    left = story.differences(day)
    assert not left, f"{len(left)} of {len(story.cases)} differ:\n" + "\n".join(left[:20])


def main() -> int:
    def say(text: str) -> None:
        print(text, flush=True)

    reason = missing()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="story-", ignore_cleanup_errors=True)))
        if reason is None:
            servers = stack.enter_context(ApacheKafka(folder / "kafka")).bootstrap_servers
        else:
            say(f"on the embedded broker, and no worker is killed: {reason}\n")
            servers = stack.enter_context(EmbeddedBroker()).bootstrap_servers
        stage = Stage(servers, folder, embedded=reason is not None)
        try:
            tell(stage, say, kill=reason is None)
        except AssertionError as error:
            print(f"\nthe story went otherwise: {error}", file=sys.stderr)
            return 1
        finally:
            stage.close()
    say("\nEvery verdict was what the law says on that day.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
