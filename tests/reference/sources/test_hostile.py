"""Files that were cut, glued, flipped and filled with rubbish: a list, or a plain error that names the file; nothing else."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import SekishoError
from sekisho.reference.load import load_paths
from tests.reference.sources.test_formats import BAN, SDN, XML

CSL = (
    "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,start_date,end_date,standard_order,"
    "license_requirement,license_policy,call_sign,vessel_type,gross_tonnage,gross_registered_tonnage,vessel_flag,vessel_owner,"
    "remarks,source_list_url,alt_names,citizenships,dates_of_birth,nationalities,places_of_birth,source_information_url,ids\n"
    '"1","Entity List (EL) - Bureau of Industry and Security","","","","Acme","","1 Road, CN","85 FR 1","2020-12-23","","",'
    '"x","y","","","","","","","","u","Akme; Acmé","","","","","u",""\n'
)
DPL = (
    '"Name"\t"Street_Address"\t"City"\t"State"\t"Country"\t"Postal_Code"\t"Effective_Date"\t"Expiration_Date"\t'
    '"Standard_Order"\t"Last_Update"\t"Action"\t"FR_Citation"\n'
    '"I. ASH"\t"1 ROAD"\t"TOWN"\t"TX"\t""\t"75159"\t"06/19/2003"\t"06/29/2056"\t"Y"\t"2007-01-31"\t"UPDATED"\t"68 F.R. 38290"\n'
)
UN = (
    '<?xml version="1.0"?><CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>'
    "<FIRST_NAME>ERIC</FIRST_NAME><REFERENCE_NUMBER>CDi.001</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON>"
    "<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Ric; Rico</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL></INDIVIDUALS>"
    "<ENTITIES></ENTITIES></CONSOLIDATED_LIST>"
)
UK = json.dumps(
    {
        "last_updated": "2026-08-04", "date_designated": "2012-06-29", "unique_id": "AFG0001", "regime_name": "x",
        "names": {"names": [{"name6": "ACME", "name_type": "Primary Name"}]}, "individual_entity_ship": "Entity",
        "addresses": {"addresses": [{"address_line1": "1 Road", "address_country": "France"}]},
    }
) + "\n"  # fmt: skip
FTM = '{"id": "a", "schema": "Company", "caption": "Acme", "properties": {"name": ["Acme"], "country": ["ru"]}}\n'
OWN = '{"entry_id": "1", "schema": "Organization", "names": [{"text": "Zorkovian Dynamics"}]}\n'
OWN_CSV = "name,aliases,schema,listed_on\nAcme,Akme; Acmé,Organization,2024-01-01\n"
SHORT = json.dumps(
    {
        "citation": "U.S. Consolidated Screening List", "entryCount": 1,
        "tables": {"sources": ["Entity List (EL) - BIS"], "urls": ["u"], "programmes": [], "licencePolicies": [], "licenceRequirements": []},
        "entries": [{"n": "Acme", "a": ["Akme"], "s": 0, "c": ["CN"], "u": 0}],
    }
)  # fmt: skip

SAMPLES = {
    "sdn.csv": SDN, "sdn.xml": XML.format(count=1), "csl.csv": CSL, "dpl.txt": DPL, "un.xml": UN, "uk.jsonl": UK, "f.jsonl": FTM,
    "own.jsonl": OWN, "own.csv": OWN_CSV, "ban.txt": BAN, "screening.json": SHORT,
}  # fmt: skip


def read(name: str, content: bytes) -> int:
    """Records and rejections; 0 for an error of ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            lists = load_paths([path])
        except SekishoError as error:
            if name not in str(error) and "no list" not in str(error):
                raise AssertionError("the error does not name the file") from error
            return 0
        return sum(len(one.records) + len(one.rejected) for one in lists)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_are_read_whole(name: str) -> None:
    assert read(name, SAMPLES[name].encode()) == (3 if name == "ban.txt" else 1)


@pytest.mark.parametrize("name", SAMPLES)
@given(st.data())
@settings(max_examples=25, deadline=None)
def test_cut_glued_and_flipped(name: str, data: st.DataObject) -> None:
    content = bytearray(SAMPLES[name].encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        kind = data.draw(st.sampled_from(["cut", "insert", "flip", "double"]))
        if kind == "cut":
            del content[at : at + data.draw(st.integers(1, 40))]
        elif kind == "insert":
            content[at:at] = data.draw(
                st.binary(max_size=8) | st.sampled_from([b"\0", b'"', b"\n", b",", b"\xff\xfe", b"</", b"[{"])
            )
        elif kind == "double":
            content += content[at:]
        elif at < len(content):
            content[at] ^= 1 << data.draw(st.integers(0, 7))
    read(name, bytes(content))


@pytest.mark.parametrize("name", ["sdn.csv", "csl.csv", "dpl.txt", "own.csv", "uk.jsonl", "f.jsonl", "own.jsonl"])
@pytest.mark.parametrize(
    "rubbish", [b"x" * 150_000, b'"' + b"y" * 150_000, b"\0\0\0", b"[" * 5000, b"{" * 5000, b"\xff" * 50]
)
def test_a_line_of_rubbish_never_stops_a_list(name: str, rubbish: bytes) -> None:
    """Huge fields, quotes that never close, zero bytes, deep brackets: told as rows that were not read."""
    content = SAMPLES[name].encode() + rubbish + b"\n"
    assert read(name, content) >= 1
