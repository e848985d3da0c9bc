"""Logs: one line a record, machine-readable when asked, and nothing of an event's content."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from sekisho import logs
from sekisho.errors import EventError


@pytest.fixture(autouse=True)
def restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_json_lines_carry_coordinates_and_drop_content() -> None:
    stream = io.StringIO()
    logs.configure("INFO", "json", stream=stream)
    logging.getLogger("sekisho.x").warning(
        "refused", extra={"topic": "t", "partition": 3, "offset": 41, "payload": "Ivan Petrov"}
    )
    line = json.loads(stream.getvalue())
    assert (line["topic"], line["partition"], line["offset"]) == ("t", 3, 41)
    assert line["level"] == "WARNING"
    assert line["time"].endswith("Z")
    assert "Ivan" not in stream.getvalue()


def test_a_stack_is_one_json_line() -> None:
    stream = io.StringIO()
    logs.configure("INFO", "json", stream=stream)
    try:
        raise ValueError("wrong")
    except ValueError:
        logging.getLogger("sekisho").exception("failed")
    assert stream.getvalue().count("\n") == 1
    assert json.loads(stream.getvalue())["stack"].endswith("ValueError")


def test_text_names_the_coordinates() -> None:
    stream = io.StringIO()
    logs.configure("INFO", "text", stream=stream)
    logging.getLogger("sekisho").info("held", extra={"reason": "no reference set"})
    assert stream.getvalue().rstrip().endswith("INFO sekisho: held (reason=no reference set)")


def test_libraries_are_quiet_unless_asked() -> None:
    stream = io.StringIO()
    logs.configure("INFO", "text", stream=stream)
    logging.getLogger("aiokafka.consumer").info("chatter")
    logging.getLogger("kafka.net").error("each attempt")
    assert stream.getvalue() == ""
    logs.configure("DEBUG", "text", stream=stream)
    logging.getLogger("aiokafka.consumer").info("chatter")
    assert "chatter" in stream.getvalue()


@pytest.mark.parametrize(
    "library",
    ["aiokafka.producer.producer", "aiokafka.conn", "kafka.net.connection", "faust.topics", "httpx", "httpcore"],
)
def test_no_library_tells_records_and_requests_whatever_the_level(library: str) -> None:
    stream = io.StringIO()
    logs.configure("DEBUG", "text", stream=stream)
    logging.getLogger("sekisho.x").debug("ours")
    logging.getLogger(library).debug("Sending (key=%r value=%r)", b"SHP-1", b"Ivan Petrov")
    assert "ours" in stream.getvalue()
    assert "Petrov" not in stream.getvalue()


def test_configuring_twice_does_not_say_things_twice() -> None:
    stream = io.StringIO()
    logs.configure("INFO", "text", stream=stream)
    logs.configure("INFO", "text", stream=stream)
    logging.getLogger("sekisho").info("once")
    assert stream.getvalue().count("once") == 1


@pytest.mark.parametrize("format_", ["text", "json"])
def test_the_stack_of_an_error_quotes_no_payload(format_: Literal["text", "json"]) -> None:
    stream = io.StringIO()
    logs.configure("INFO", format_, stream=stream)
    account = "DE89370400440532013000"
    try:
        try:
            int(account)
        except ValueError as error:
            raise KeyError(account) from error
    except KeyError:
        logging.getLogger("sekisho.test").exception("could not be screened")
    text = stream.getvalue()
    assert account not in text
    assert "ValueError" in text
    assert "KeyError" in text
    assert "test_logs.py" in text
    try:
        raise EventError("the record is empty")
    except EventError:
        logging.getLogger("sekisho.test").exception("x")
    assert "the record is empty" in stream.getvalue()
