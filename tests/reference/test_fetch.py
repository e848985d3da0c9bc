"""Downloads from a server that misbehaves in every way: the cache keeps the last good file, whole."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sekisho.errors import InputError, ReferenceDataError, UnreachableError
from sekisho.reference import guards
from sekisho.reference.fetch import Download, Fetched, Limits, fetch

LIST = b'{"entry_id": "1", "schema": "Organization", "names": [{"text": "Zorkovian Dynamics"}]}\n'
NEWER = LIST + b'{"entry_id": "2", "schema": "Organization", "names": [{"text": "Acme Trading"}]}\n'

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """Answers each request with the next of ``answers``; the last one stays."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[dict[str, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append({key.lower(): value for key, value in self.headers.items()})
                answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                answer(self)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/list.jsonl"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.close()


def send(content: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {
            "Content-Length": str(len(content)),
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def truncated(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(NEWER)))
    handler.end_headers()
    handler.wfile.write(NEWER[:50])


def dropped(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()
    handler.wfile = handler.rfile = open("/dev/null", "wb")  # type: ignore[assignment]  # noqa: SIM115


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then: the read timeout alone would wait for hours."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(NEWER)))
    handler.end_headers()
    try:
        for byte in NEWER:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        pass


def get(
    server: Server, cache: Path, *, name: str = "list.jsonl", pauses: list[float] | None = None, **limits: Any
) -> Fetched:
    (one,) = fetch(
        [Download(server.url, name)],
        cache,
        limits=Limits(**{"read_seconds": 2.0, **limits}),
        allow_http=True,
        sleep=(pauses if pauses is not None else []).append,
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
    )
    return one


def files(cache: Path) -> set[str]:
    return {file.name for file in cache.iterdir()}


def test_a_file_is_kept_with_its_checksum(server: Server, tmp_path: Path) -> None:
    server.answers = [send(LIST)]
    one = get(server, tmp_path)
    assert one.changed
    assert one.path.read_bytes() == LIST
    assert one.size == len(LIST)
    assert len(one.sha256) == 64
    assert files(tmp_path) == {"list.jsonl", "list.jsonl.meta.json"}


def test_an_unchanged_file_is_not_sent_again(server: Server, tmp_path: Path) -> None:
    server.answers = [send(LIST, ETag='"a"', Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT"), send(b"", 304)]
    get(server, tmp_path)
    again = get(server, tmp_path)
    assert server.requests[1]["if-none-match"] == '"a"'
    assert server.requests[1]["if-modified-since"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert not again.changed
    assert again.path.read_bytes() == LIST


def test_a_file_that_was_tampered_with_is_fetched_whole(server: Server, tmp_path: Path) -> None:
    server.answers = [send(LIST, ETag='"a"')]
    get(server, tmp_path).path.write_bytes(b"something else")
    one = get(server, tmp_path)
    assert "if-none-match" not in server.requests[1], "the tag is one of another file"
    assert one.path.read_bytes() == LIST


def test_equal_content_without_tags_is_no_change(server: Server, tmp_path: Path) -> None:
    server.answers = [send(LIST)]
    get(server, tmp_path)
    assert not get(server, tmp_path).changed


@pytest.mark.parametrize("bad", [truncated, dropped, send(b"busy", 503), send(b"", 200)])
def test_a_failed_attempt_is_followed_by_another(server: Server, tmp_path: Path, bad: Answer) -> None:
    server.answers = [bad, bad, send(LIST)]
    pauses: list[float] = []
    assert get(server, tmp_path, pauses=pauses).path.read_bytes() == LIST
    assert len(pauses) == 2
    assert pauses[1] > pauses[0] / 3, "the pauses grow (with jitter)"
    assert files(tmp_path) == {"list.jsonl", "list.jsonl.meta.json"}


@pytest.mark.parametrize("bad", [truncated, dropped, send(b"busy", 503)])
def test_when_all_attempts_fail_the_last_good_file_stays(server: Server, tmp_path: Path, bad: Answer) -> None:
    server.answers = [send(LIST)]
    get(server, tmp_path)
    server.answers = [bad]
    with pytest.raises(UnreachableError, match="after 4 attempts"):
        get(server, tmp_path)
    assert (tmp_path / "list.jsonl").read_bytes() == LIST
    assert files(tmp_path) == {"list.jsonl", "list.jsonl.meta.json"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (send(b"<!DOCTYPE html><html><body>Down for maintenance</body></html>"), "HTML with status 200"),
        (send(b"some words that are no list"), "no format recognises"),
        (send(b"gone", 404), "status 404"),
        (send(b"x" * 200_000), "more than 100000 bytes"),
        (send(gzip.compress(b"\0" * 50_000_000), Content_Encoding="gzip"), "more than 100000 bytes"),
        (send(b"??", Content_Encoding="br"), "packed its answer as br"),
        (send(b"", 302, Location="ftp://127.0.0.1/list"), "leads to ftp"),
    ],
)
def test_an_answer_that_is_no_list_is_refused(server: Server, tmp_path: Path, bad: Answer, reason: str) -> None:
    server.answers = [send(LIST)]
    get(server, tmp_path)
    server.answers = [bad]
    with pytest.raises(ReferenceDataError, match=reason):
        get(server, tmp_path, max_bytes=100_000)
    assert (tmp_path / "list.jsonl").read_bytes() == LIST
    assert files(tmp_path) == {"list.jsonl", "list.jsonl.meta.json"}


ENTRY = '{"entry_id": "%s", "schema": "Organization", "names": [{"text": "Company %s"}]}\n'


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"entry_id": "1", "schema": "Organization", "names": []}\n', "no record was read"),
        (LIST + b'{"entry_id": "2", "schema": "Organi\n', "1 of 2 rows could not be read"),
        (LIST[:-20] + b"\n", "could not be read|no record was read"),
        (
            "".join(ENTRY % (n, n) for n in range(50)).encode() + b'{"entry_id": 7}\n' * 5,
            "5 of 55 rows could not be read",
        ),
    ],
)
def test_a_list_that_cannot_be_read_does_not_replace_the_one_that_can(
    server: Server, tmp_path: Path, bad: bytes, reason: str
) -> None:
    server.answers = [send(LIST, ETag='"good"')]
    get(server, tmp_path)
    server.answers = [send(bad, ETag='"bad"')]
    with pytest.raises(ReferenceDataError, match=reason) as caught:
        get(server, tmp_path)
    assert server.url in str(caught.value)
    assert "the files in the cache stay as they are" in str(caught.value)
    assert (tmp_path / "list.jsonl").read_bytes() == LIST
    assert files(tmp_path) == {"list.jsonl", "list.jsonl.meta.json"}
    server.answers = [send(NEWER)]
    assert get(server, tmp_path).path.read_bytes() == NEWER
    assert server.requests[-1]["if-none-match"] == '"good"', "the tag of what was refused is not remembered"


def test_files_that_are_read_together_are_judged_together(server: Server, tmp_path: Path) -> None:
    """Aliases are read with the entries that stay in the cache, and entries without a row that can be read take none with them."""
    entries = b'36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA",' + b"-0- ," * 7 + b"-0- \r\n"
    aliases = b'36,12,"aka","AERO-CARIBBEAN",-0- \r\n'
    newer = aliases + b'36,13,"aka","AEROCARIBBEAN",-0- \r\n'
    family = [Download(server.url, "sdn.csv"), Download(server.url, "alt.csv")]

    def ask(*contents: bytes) -> list[bool]:
        server.answers = [send(one) for one in contents]
        return [one.changed for one in fetch(family, tmp_path, allow_http=True)]

    assert ask(entries, aliases) == [True, True]
    assert ask(entries, newer) == [False, True]
    with pytest.raises(ReferenceDataError):
        ask(b'36,"' + b'",-0- ,"CUBA",' + b"-0- ," * 7 + b"-0- \r\n", aliases)
    assert (tmp_path / "alt.csv").read_bytes() == newer
    assert (tmp_path / "sdn.csv").read_bytes() == entries


def test_how_much_may_be_unreadable_is_for_the_caller_to_say(server: Server, tmp_path: Path) -> None:
    server.answers = [send(LIST + b"{broken\n")]
    (one,) = fetch(
        [Download(server.url, "list.jsonl")], tmp_path, guard=guards.Limits(max_rejected=0.5), allow_http=True
    )
    assert one.changed


def test_a_bomb_costs_little_memory(server: Server, tmp_path: Path) -> None:
    import tracemalloc

    server.answers = [send(gzip.compress(b"\0" * 60_000_000), Content_Encoding="gzip")]
    tracemalloc.start()
    with pytest.raises(ReferenceDataError):
        get(server, tmp_path, max_bytes=10_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16_000_000


def test_a_packed_answer_that_is_asked_for_nowhere_is_read_all_the_same(server: Server, tmp_path: Path) -> None:
    server.answers = [send(gzip.compress(LIST), Content_Encoding="gzip")]
    assert get(server, tmp_path).path.read_bytes() == LIST


def test_a_packed_answer_that_is_cut_off_is_tried_again(server: Server, tmp_path: Path) -> None:
    server.answers = [send(gzip.compress(NEWER)[:-12], Content_Encoding="gzip"), send(LIST)]
    assert get(server, tmp_path).path.read_bytes() == LIST


def test_a_drip_ends_at_the_deadline(server: Server, tmp_path: Path) -> None:
    server.answers = [dripping]
    started = time.monotonic()
    with pytest.raises(UnreachableError, match="not complete within"):
        get(server, tmp_path, max_seconds=0.3, attempts=2)
    assert time.monotonic() - started < 3


def test_redirects_are_followed_but_not_in_circles(server: Server, tmp_path: Path) -> None:
    server.answers = [send(b"", 301, Location="/elsewhere"), send(LIST)]
    assert get(server, tmp_path).path.read_bytes() == LIST
    server.answers = [send(b"", 302, Location="/round")]
    with pytest.raises(ReferenceDataError, match="redirects"):
        get(server, tmp_path)


def test_a_server_may_say_how_long_to_wait_within_reason(server: Server, tmp_path: Path) -> None:
    server.answers = [send(b"", 429, Retry_After="7"), send(b"", 503, Retry_After="86400"), send(LIST)]
    pauses: list[float] = []
    get(server, tmp_path, pauses=pauses)
    assert pauses == [7.0, 120.0]


def test_plain_http_is_refused(server: Server, tmp_path: Path) -> None:
    server.answers = [send(LIST)]
    with pytest.raises(ReferenceDataError, match="only https"):
        fetch([Download(server.url, "list.jsonl")], tmp_path)
    assert server.requests == []


def test_files_of_one_source_change_together(server: Server, tmp_path: Path) -> None:
    """Other names of today would not fit the entries of yesterday."""
    both = [Download(server.url, "a.jsonl"), Download(server.url, "b.jsonl")]
    server.answers = [send(LIST)]
    fetch(both, tmp_path, allow_http=True)
    server.answers = [send(NEWER), send(b"gone", 404)]
    with pytest.raises(ReferenceDataError):
        fetch(both, tmp_path, allow_http=True)
    assert (tmp_path / "a.jsonl").read_bytes() == LIST
    assert not [name for name in files(tmp_path) if name.endswith(".part")]


@pytest.mark.parametrize("below", ["file", "file/source", "/proc/sekisho/source"])
def test_a_cache_that_cannot_be_written_is_told_before_anything_is_asked(
    server: Server, tmp_path: Path, below: str
) -> None:
    (tmp_path / "file").write_text("no folder")
    server.answers = [send(LIST)]
    with pytest.raises(InputError, match=r"no file can be kept there: .*SEKISHO_SOURCES__CACHE"):
        get(server, tmp_path / below)
    assert server.requests == []


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="not downloaded after 2 attempts"):
        fetch(
            [Download("http://127.0.0.1:9/list.jsonl", "list.jsonl")],
            tmp_path,
            limits=Limits(attempts=2),
            allow_http=True,
            sleep=lambda _: None,
        )
