"""The XML schemas that messages are held to, where some are given: one a version, told apart by their namespace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree

from sekisho.errors import EventError, InputError
from sekisho.wire.safe_xml import local, namespace


class Xsds:
    """Schemas by target namespace."""

    def __init__(self, schemas: dict[str, etree.XMLSchema]) -> None:
        self._schemas = schemas

    @property
    def namespaces(self) -> list[str]:
        return sorted(self._schemas)

    def check(self, message: etree._Element) -> tuple[str, ...]:
        """Hold ``message`` (or the Document around it) to the schema of its namespace; a note where there is none.

        Raises EventError with the line; what libxml2 says of a fault quotes the document, so it is not told.
        """
        parent = message.getparent()
        document = parent if parent is not None and local(parent) == "Document" else message
        schema = self._schemas.get(namespace(document))
        if schema is None:
            return (
                f"no XML schema is given for {namespace(document) or 'a message without a namespace'}: not validated",
            )
        if schema.validate(document):
            return ()
        log: Any = schema.error_log
        first = log[0]
        raise EventError(
            f"the XML does not fit its schema (line {first.line}, {first.type_name.removeprefix('SCHEMAV_')})",
            reason="xml",
        )


def load_xsds(path: Path) -> Xsds:
    """The schema in the file ``path``, or those in the folder (``*.xsd``). Raises InputError where there is none."""
    files = sorted(path.glob("*.xsd")) if path.is_dir() else [path]
    if not files:
        raise InputError(
            f"there is no *.xsd in {path}; put the schemas of your messages there, or unset input.pacs_xsd"
        )
    schemas: dict[str, etree.XMLSchema] = {}
    for file in files:
        name, schema = _load(file)
        if name in schemas:
            raise InputError(f"{file}: there are two XML schemas for {name or 'no namespace'}; keep one")
        schemas[name] = schema
    return Xsds(schemas)


def _load(file: Path) -> tuple[str, etree.XMLSchema]:
    try:
        tree = etree.parse(str(file), etree.XMLParser(no_network=True, resolve_entities=False))
        return tree.getroot().get("targetNamespace") or "", etree.XMLSchema(tree)
    except (OSError, etree.LxmlError) as error:
        raise InputError(f"{file} cannot be used as an XML schema: {error}") from None
