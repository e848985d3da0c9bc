"""Logs: text or JSON lines on stderr, without payloads or secrets.

What an event says may be personal data, so a log line names coordinates (topic, partition, offset),
ids and error classes; the content is in the alert or the dead letter, where access is governed.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from typing import Any, Literal, TextIO

from sekisho.errors import SekishoError

#: Keys that ``extra=`` may add to a JSON line. Coordinates and our own words; never content.
FIELDS = (
    "topic",
    "partition",
    "offset",
    "index",
    "reason",
    "error_class",
    "list_id",
    "sequence",
    "reference_hash",
    "worker",
    "events",
    "seconds",
    "traceparent",
)
#: Libraries that are chatty at INFO: they would drown what an operator looks for.
_QUIET = ("aiokafka", "faust", "mode", "httpx", "httpcore", "aiohttp.access", "asyncio")
#: Libraries that write requests, responses and records at DEBUG: events as they came, passwords and tokens among them.
_TALKATIVE = ("aiokafka", "kafka", "faust", "httpx", "httpcore")


class _Formatter(logging.Formatter):
    """Tells where an error came from, and of its message only what is our own."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name that logging calls
        """Frames and class of each error in the chain. What a library's error says may quote what it was given."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            said = f": {error}" if isinstance(error, SekishoError) else ""
            name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
            lines.insert(0, f"{frames}\n{name}{said}".lstrip("\n"))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n-- and then --\n".join(lines)


class JsonFormatter(_Formatter):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message, known extras, and the stack of an error."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _utc(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        if record.exc_info:
            line["stack"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(_Formatter):
    """``2023-01-27T03:00:00.000Z WARNING sekisho.agents: message (topic=… partition=…)``."""

    def format(self, record: logging.LogRecord) -> str:
        known = " ".join(f"{name}={getattr(record, name)}" for name in FIELDS if hasattr(record, name))
        text = f"{_utc(record)} {record.levelname} {record.name}: {record.getMessage()}"
        if known:
            text += f" ({known})"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


def configure(
    level: str = "INFO",
    format: Literal["text", "json"] = "text",  # noqa: A002
    *,
    stream: TextIO | None = None,
) -> None:
    """Send every log record to stderr (or ``stream``). Libraries speak from WARNING on, unless ``level`` is DEBUG: then
    from INFO on where their DEBUG would tell what is in a record or a request."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if format == "json" else TextFormatter())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel("DEBUG" if level == "DEBUG" else max(logging.WARNING, root.level))
    # kafka-python tells every attempt to connect at ERROR and raises in the end; commands tell that one error.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    for name in _TALKATIVE if level == "DEBUG" else ():
        logging.getLogger(name).setLevel(logging.INFO)


def _utc(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
