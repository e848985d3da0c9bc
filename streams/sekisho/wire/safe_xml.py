"""XML from strangers: no document type, no entities, no network, bounded size and depth.

Entity expansion, external entities and their kin all need a DOCTYPE, so one is refused before anything is parsed. The
check is on bytes; therefore only encodings in which it cannot be written another way are read.
"""

from __future__ import annotations

import re

from lxml import etree

from sekisho.errors import EventError
from sekisho.wire.framing import UTF8_BOM

#: libxml2's own limit (without ``huge_tree``) is 256 levels; ISO 20022 needs about 15.
MAX_DEPTH = 64

_DECLARATION = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._\-]+)[\"']")
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1"})


def parse(value: bytes) -> etree._Element:
    """The root element. Raises EventError for what is not well-formed, is hostile or is in another encoding."""
    value = refuse_hostile(value)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(value, parser)
    except etree.XMLSyntaxError as error:
        # Its message quotes the document; the place is enough.
        line, column = error.position
        raise EventError(f"the XML is not well-formed (line {line}, column {column})", reason="xml") from None
    except (ValueError, LookupError) as error:
        raise EventError(f"the XML cannot be read ({type(error).__name__})", reason="xml") from None
    if root is None:
        raise EventError("the XML has no element", reason="xml")
    return root


def refuse_hostile(value: bytes) -> bytes:
    """``value`` where it may be given to a parser, without what stands before its first element. Raises EventError."""
    value = value.removeprefix(UTF8_BOM).lstrip()
    declared = _DECLARATION.match(value[:200])
    if b"\x00" in value or (declared is not None and declared[1].lower() not in _ENCODINGS):
        raise EventError("the XML is not in UTF-8", reason="xml")
    if b"<!DOCTYPE" in value or b"<!ENTITY" in value:
        raise EventError("the XML has a document type or entities; ISO 20022 has none, so it is refused", reason="xml")
    return value


def local(element: etree._Element) -> str:
    """The tag without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """The namespace of the tag; nothing where it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def text_of(element: etree._Element) -> str:
    """The element's own text, white space joined."""
    return " ".join((element.text or "").split())
