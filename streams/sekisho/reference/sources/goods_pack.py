"""Makes the bundled goods tables from the official texts: ``python -m sekisho.reference.sources.goods_pack DATA FOLDER``.

``DATA`` holds the files that ``FILES`` names, ``FOLDER`` receives one JSON-lines file a table. A test makes them anew and
compares: what is bundled is what the sources give.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sekisho.reference.loaded import LoadedList
from sekisho.reference.sources import chpl, jp_chip_23, jp_eto, us_ccl


def tables(data: Path) -> Iterator[LoadedList]:
    """The bundled tables, each read from its official text in ``data``."""
    law = data / "japan" / "law"
    yield jp_eto.load_2_3(law.glob("324CO*.md"), law.glob("504M*.md"), law.glob("403M*.md"))
    yield jp_chip_23.load(data / "japan" / "meti_23_semiconductor_items_2023-07-23.csv")
    yield us_ccl.load_emerging(data / "us" / "ccl.json")
    yield chpl.load(data / "goods" / "common_high_priority_list_50.csv")


def lines(table: LoadedList) -> bytes:
    """The records of a table as JSON lines, keys sorted, as they stand in the pack."""
    encode = msgspec.json.Encoder(order="sorted").encode
    return b"".join(encode(record) + b"\n" for record in table.records)


def main(data: Path, folder: Path) -> None:
    """Writes every table."""
    for table in tables(data):
        (folder / f"{table.list_id}.jsonl").write_bytes(lines(table))
        print(f"{table.list_id}: {len(table.records)} items, {len(table.rejected)} rejected", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
