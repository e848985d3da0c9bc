"""A Confluent-compatible schema registry (Confluent, Apicurio's ccompat, Karapace, Redpanda).

A schema never changes behind its id, so each is fetched once. An id that the registry does not know is the record's
fault (EventError); a registry that does not answer, or answers as no registry does, is not (UnreachableError): the
stream holds and nothing is lost.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from typing import Any
from urllib.parse import quote

import fastavro
import httpx

from sekisho.errors import EventError, SchemaError, UnreachableError
from sekisho.settings import SchemaRegistry
from sekisho.wire import contracts, tls

_MEDIA = "application/vnd.schemaregistry.v1+json"

#: An unknown id is asked for again after this long (seconds): it may be registered meanwhile.
_FORGET_UNKNOWN_S = 10.0
_LAST_ID = 2**31 - 1
#: Ids kept, known and unknown each; a hostile publisher can name four thousand million.
_MAX_IDS = 10_000
#: Schemas that one schema may refer to, itself included.
_MAX_REFERENCES = 64


class Registry:
    """A client for one registry; threads may share it. Called with an id it gives the parsed writer's schema."""

    def __init__(
        self,
        url: str,
        *,
        username: str | None = None,
        password: str | None = None,
        token: str | None = None,
        verify: ssl.SSLContext | None = None,
        timeout_s: float = 5.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """``username`` with ``password``, or a bearer ``token``; ``verify`` for https with authorities of one's own."""
        self.url = url.rstrip("/")
        headers = {"Accept": f"{_MEDIA}, application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.Client(
            auth=(username, password or "") if username else None,
            verify=verify or True,
            timeout=timeout_s,
            transport=transport,
            headers=headers,
        )
        self._schemas: dict[int, Any] = {}
        self._unknown: dict[int, float] = {}
        self._ids: dict[tuple[str, str], int] = {}

    @classmethod
    def from_settings(cls, settings: SchemaRegistry) -> Registry | None:
        """The registry of the settings; none where no URL is set."""
        if settings.url is None:
            return None
        password, token = (s.get_secret_value() if s else None for s in (settings.password, settings.token))
        return cls(
            settings.url,
            username=settings.username,
            password=password,
            token=token,
            verify=tls.for_registry(settings),
            timeout_s=settings.timeout_s,
        )

    # -- reading ------------------------------------------------------------------------------------------------

    def schema(self, schema_id: int) -> Any:
        """The schema behind ``schema_id``, parsed. Raises EventError for an unknown id or one that is not Avro."""
        known = self._schemas.get(schema_id)
        if known is not None:
            return known
        # Ids are signed: asked for a larger one, a registry answers as it does to a wrong URL, and we would hold for ever.
        if schema_id > _LAST_ID or self._unknown.get(schema_id, 0.0) > time.monotonic():
            raise self._no_such_id(schema_id)
        try:
            answer = self._request("GET", f"/schemas/ids/{schema_id}", missing=(40403,))
        except SchemaError as error:
            raise EventError(str(error), reason="unknown_schema") from None
        if answer is None:
            if len(self._unknown) >= _MAX_IDS:
                self._unknown.clear()
            self._unknown[schema_id] = time.monotonic() + _FORGET_UNKNOWN_S
            raise self._no_such_id(schema_id)
        parsed = self._parsed(schema_id, answer)
        if len(self._schemas) >= _MAX_IDS:
            self._schemas.clear()
        self._schemas[schema_id] = parsed
        return parsed

    __call__ = schema

    async def fetch(self, schema_id: int) -> Any:
        """The same without keeping the event loop; worth it only where the id is not known yet."""
        known = self._schemas.get(schema_id)
        return known if known is not None else await asyncio.to_thread(self.schema, schema_id)

    def _no_such_id(self, schema_id: int) -> EventError:
        return EventError(
            f"schema id {schema_id} is not in the registry at {self.shown}; register the writer's schema there, "
            "or point the producer at this registry, then replay",
            reason="unknown_schema",
        )

    def _parsed(self, schema_id: int, answer: dict[str, Any]) -> Any:
        if answer.get("schemaType", "AVRO") != "AVRO":
            raise EventError(f"schema id {schema_id} is not an Avro schema; publish Avro or JSON", reason="schema")
        named: dict[str, Any] = {}
        try:
            self._refer(answer, named, [])
            return fastavro.parse_schema(json.loads(answer["schema"]), named_schemas=named)
        except UnreachableError:
            raise
        except Exception as error:
            raise EventError(
                f"schema id {schema_id} cannot be parsed as Avro ({type(error).__name__})", reason="schema"
            ) from None

    def _refer(self, answer: dict[str, Any], named: dict[str, Any], seen: list[tuple[str, int]]) -> None:
        """Parse what the schema refers to into ``named``, the deepest first."""
        for reference in answer.get("references") or ():
            at = (reference["subject"], int(reference["version"]))
            if at in seen:
                continue
            seen.append(at)
            if len(seen) > _MAX_REFERENCES:
                raise ValueError("too many references")
            inner = self._request(
                "GET", f"/subjects/{quote(at[0], safe='')}/versions/{at[1]}", missing=(40401, 40402, 40403)
            )
            if inner is None:
                raise ValueError("a reference is missing")
            self._refer(inner, named, seen)
            fastavro.parse_schema(json.loads(inner["schema"]), named_schemas=named)

    # -- writing ------------------------------------------------------------------------------------------------

    def output_id(self, topic: str, contract: str) -> int:
        """The id under which we write ``contract`` to ``topic``. Raises SchemaError where it is not registered."""
        known = self._ids.get((topic, contract))
        if known is None:
            found = self.id_of(subject(topic), contracts.newest(contract).text)
            if found is None:
                raise SchemaError(
                    f"{contract} is not registered as {subject(topic)} at {self.shown}; run `sekisho schemas register`"
                )
            known = self._ids[topic, contract] = found
        return known

    def id_of(self, subject_name: str, text: str) -> int | None:
        """The id of a schema under a subject; nothing where it is not registered there."""
        answer = self._request("POST", f"/subjects/{quote(subject_name, safe='')}", {"schema": text}, (40401, 40403))
        return None if answer is None else int(answer["id"])

    def register(self, subject_name: str, text: str) -> int:
        """Register a schema and return its id; registering again gives the same. Raises SchemaError if refused."""
        answer = self._request("POST", f"/subjects/{quote(subject_name, safe='')}/versions", {"schema": text})
        assert answer is not None
        return int(answer["id"])

    def set_compatibility(self, subject_name: str, level: str) -> None:
        """``level`` is the registry's word: BACKWARD_TRANSITIVE, FULL_TRANSITIVE …"""
        self._request("PUT", f"/config/{quote(subject_name, safe='')}", {"compatibility": level})

    def compatibility(self, subject_name: str) -> str | None:
        """The subject's own level; nothing where none is set."""
        answer = self._request("GET", f"/config/{quote(subject_name, safe='')}", missing=(40401, 40408))
        return None if answer is None else str(answer.get("compatibilityLevel") or answer.get("compatibility"))

    def subjects(self) -> list[str]:
        """Every subject; what `doctor` asks to see whether the registry is one."""
        response = self._answer("GET", "/subjects")
        try:
            names = response.json()
        except ValueError:
            names = None
        if not response.is_success or not isinstance(names, list):
            raise self._refused("GET", "/subjects", response)
        return [str(name) for name in names]

    # -- HTTP ---------------------------------------------------------------------------------------------------

    def _request(
        self, method: str, path: str, body: dict[str, Any] | None = None, missing: tuple[int, ...] = ()
    ) -> dict[str, Any] | None:
        """The registry's JSON object; nothing for an error code of ``missing``."""
        response = self._answer(method, path, body)
        data = _object(response)
        if response.is_success and data is not None:
            return data
        code = data.get("error_code") if data is not None else None
        if response.status_code == 404 and code in missing:
            return None
        if data is not None and response.status_code in (409, 422):
            raise SchemaError(f"the registry at {self.shown} refuses the schema: {data.get('message', code)}")
        raise self._refused(method, path, response)

    def _refused(self, method: str, path: str, response: httpx.Response) -> UnreachableError:
        hint = {
            401: "set SEKISHO_SCHEMA_REGISTRY__USERNAME and __PASSWORD, or __TOKEN",
            403: "the user may not do this there",
            404: "is the URL complete? Apicurio serves this under /apis/ccompat/v7",
        }.get(response.status_code, "see the registry's log")
        return UnreachableError(
            f"the registry at {self.shown} answers {method} {path} with HTTP {response.status_code}: {hint}"
        )

    def _answer(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": _MEDIA} if content is not None else None
        try:
            return self._http.request(method, self.url + path, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise UnreachableError(
                f"the registry at {self.shown} does not answer ({type(error).__name__}); "
                "check SEKISHO_SCHEMA_REGISTRY__URL and that it runs"
            ) from None
        except (httpx.InvalidURL, UnicodeError):
            raise UnreachableError("SEKISHO_SCHEMA_REGISTRY__URL is not a URL; write http://host:port/path") from None

    @property
    def shown(self) -> str:
        """The address without a password that somebody wrote into it."""
        scheme, found, rest = self.url.partition("://")
        return f"{scheme}{found}{rest.rpartition('@')[2]}"

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Registry:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def subject(topic: str) -> str:
    """The subject of a topic's values (TopicNameStrategy, what Confluent's serialisers do by default)."""
    return f"{topic}-value"


def _object(response: httpx.Response) -> dict[str, Any] | None:
    try:
        data = response.json()
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
