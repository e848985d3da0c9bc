"""One module a publisher: an official file in, a LoadedList out. ``FORMATS`` are asked in their order."""

from sekisho.reference.sources import (
    bis_dpl,
    csl,
    ftm,
    goods_formats,
    jp_meti_end_user,
    jp_meti_export_ban,
    jp_mof,
    ofac,
    own_files,
    uk,
    un_sc,
)
from sekisho.reference.sources.file import Format

FORMATS: tuple[Format, ...] = (
    ofac.XML,
    ofac.CSV,
    csl.CSV,
    csl.JSON,
    bis_dpl.FORMAT,
    jp_mof.FORMAT,
    jp_meti_end_user.FORMAT,
    jp_meti_export_ban.FORMAT,
    un_sc.FORMAT,
    uk.JSON,
    uk.CSV,
    *goods_formats.FORMATS,
    ftm.FORMAT,
    own_files.FORMAT,
)

__all__ = ["FORMATS"]
