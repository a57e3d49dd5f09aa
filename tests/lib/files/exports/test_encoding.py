"""workflow/lib/files/exports/encoding.py: encodings that are met, and what is no text of an export."""

import pytest

from tests.made_up_exports import EXPORTS, RIS
from workflow.lib.errors import InputError
from workflow.lib.files.exports.encoding import decode
from workflow.lib.files.exports.read import read_bytes

LATIN = "".join(c for c in RIS if ord(c) < 256)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_unicode_in_all_its_encodings_gives_the_same_records(encoding, told):
    for name, text in EXPORTS.items():
        export = read_bytes(text.encode(encoding), name)
        assert (export.records, export.encoding) == (read_bytes(text.encode(), name).records, told)


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [(LATIN, "latin-1", "latin-1"), (LATIN.replace("Nothing", "“Nothing”"), "cp1252", "cp1252")],
)
def test_eight_bits_of_western_europe_are_met(text, encoding, told):
    export = read_bytes(text.encode(encoding), "x.ris")
    assert export.encoding == told
    assert export.records == read_bytes(text.encode(), "x.ris").records


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "x: the file is empty"),
        (b" \n\n", "x: the file is empty"),
        (b"PK\x03\x04rest", "x: a zip file or workbook"),
        (b"%PDF-1.7", "x: a PDF"),
        (b"\x1f\x8b\x08", "x: a gzip file"),
        (b"00714cam a2200205 a 4500\x1e001\x1fa", "x: has the separators of a MARC file"),
        (b"TY  - JOUR\nT1  - a\x07b\n", "x, line 2: byte 0x07 is no text"),
        (
            RIS.encode()[:-60] + b"\xc3",
            "does not fit utf-8, the encoding of the rest, or the file is cut off",
        ),
        (bytes(range(128, 256)) * 20, "bytes are of no known encoding"),
        ("TY  - Привет, это не то".encode("koi8-r"), "bytes are of no known encoding"),
        (
            LATIN.replace("Nothing", "No\u201dthing").encode("cp1252") + b"\x81",
            "byte 0x81 does not fit cp1252",
        ),
        (RIS.encode("utf-16")[:-1], "does not fit utf-16"),
    ],
)
def test_what_is_no_text_of_an_export_is_refused(content, said):
    with pytest.raises(InputError) as refusal:
        decode(content, "x")
    assert said in str(refusal.value)
