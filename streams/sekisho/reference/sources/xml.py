"""XML with defences: no entities, no network, no document type, no unbounded trees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from sekisho.errors import InputError


def root(path: Path) -> etree._Element:
    """The parsed document. Raises InputError for what is not well-formed, or has a document type declaration.

    A list has no use for one; everything that makes XML dangerous (external entities, entity expansion) needs it.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        tree = etree.parse(str(path), parser)
    except (etree.XMLSyntaxError, OSError) as error:
        raise InputError(f"{path}: not a readable XML file: {error}") from None
    if tree.docinfo.internalDTD is not None:
        raise InputError(f"{path}: the file has a document type declaration, which no list has; it is not read")
    return tree.getroot()


def tag(element: etree._Element) -> str:
    """The local name: publishers change their namespaces."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in element:
        if tag(child) == name:
            yield child


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next(children(element, name), None)


def text(element: etree._Element | None, name: str | None = None) -> str:
    """The text of ``element``, or of its child ``name``, spaces joined; empty if there is none."""
    if element is not None and name is not None:
        element = child(element, name)
    return " ".join((element.text or "").split()) if element is not None else ""


def texts(element: etree._Element, name: str, inner: str | None = None) -> list[str]:
    """The texts of all children ``name`` (or of ``inner`` in each) that say something."""
    found = (text(one, inner) for one in children(element, name))
    return [one for one in found if one]
