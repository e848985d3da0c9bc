"""Sync: a source that fails leaves the others be, and a list that says nothing new makes no set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sekisho.errors import UnreachableError
from sekisho.reference.chain import Chain
from sekisho.reference.fetch import Download, Fetched
from sekisho.reference.loaded import LoadedList
from sekisho.reference.publish import Published
from sekisho.reference.sync import sync
from tests.reference.fake_log import Broker

NOW = datetime(2026, 1, 1, tzinfo=UTC)

SOURCES = {
    "good": (Download("https://lists.example/good", "good.jsonl"),),
    "bad": (Download("https://lists.example/bad", "bad.jsonl"),),
}


class Publisher:
    """The real steps on a broker in memory."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker

    def chain(self) -> Chain:
        return self.broker.chain()

    def publish(self, lists: Iterable[LoadedList], *, who: str, why: str) -> Published:
        return self.broker.session().publish(
            tuple(lists), who=who, why=why, force=False, limits=None, progress=None, clock=lambda: NOW
        )


def run(broker: Broker, cache: Path, names: list[str], when: datetime) -> dict[str, Any]:
    def fetch(downloads: Iterable[Download], folder: Path) -> list[Fetched]:
        (one,) = downloads
        if "bad" in one.url:
            raise UnreachableError("https://lists.example/bad does not answer")
        folder.mkdir(exist_ok=True)
        path = folder / one.name
        path.write_text("".join(f'{{"schema": "Organization", "names": [{{"text": "{name}"}}]}}\n' for name in names))
        return [Fetched(path, one.url, True, "", path.stat().st_size, when)]

    done = sync(SOURCES, cache, Publisher(broker), who="me", fetch=fetch, clock=lambda: when)  # type: ignore[arg-type]
    return {one.source: one for one in done}


def test_what_changed_is_published_and_what_failed_is_told(tmp_path: Path) -> None:
    broker = Broker()
    done = run(broker, tmp_path, ["Acme", "Zorkovian"], NOW)
    assert "does not answer" in done["bad"].error
    assert len(done["good"].changes["good"].added) == 2
    assert done["good"].published.new
    chain = broker.chain()
    (version,) = chain.versions(chain.newest_complete().hash).values()  # type: ignore[union-attr]
    assert version.published_at == NOW


@pytest.mark.parametrize(("hours", "sets"), [(1, 1), (41, 1), (43, 2)])
def test_an_unchanged_list_gets_a_new_date_now_and_then(tmp_path: Path, hours: int, sets: int) -> None:
    """A quarter of the age limit (a week where a list has none)."""
    broker = Broker()
    run(broker, tmp_path, ["Acme"], NOW)
    run(broker, tmp_path, ["Acme"], NOW + timedelta(hours=hours))
    assert len(broker.chain().accepted) == sets


def test_a_change_is_shown_before_it_is_published(tmp_path: Path) -> None:
    broker = Broker()
    run(broker, tmp_path, [f"Company {n}" for n in range(20)], NOW)
    done = run(broker, tmp_path, [f"Company {n}" for n in range(1, 21)], NOW)
    change = done["good"].changes["good"]
    assert [record.primary_name for record in change.added] == ["Company 20"]
    assert [record.primary_name for record in change.removed] == ["Company 0"]
    assert len(broker.chain().accepted) == 2
