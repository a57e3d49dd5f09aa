"""Packing a run: copies in a folder, and a zip file that has the same bytes each time."""

import csv
import io
import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

import yaml

from workflow.lib.errors import InputError
from workflow.lib.files.fingerprint import file_sha256
from workflow.lib.files.manifest import LISTED, PROJECT, place_of, visible_files
from workflow.lib.files.tables import write_text

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file knows: times of now would differ
TEXT = (".csv", ".json", ".md", ".yaml", ".yml", ".txt", ".qmd", ".bib", ".css", ".lua", ".log")
CITED = ("title", "authors", "date-released", "license")  # what a crate needs of CITATION.cff
README = """# {title}: one run, as an RO-Crate

- `ro-crate-metadata.json`: every file, every job with what it read and made (Provenance Run Crate 0.5).
- `lineage.json`: for every printed number its cells, the file that holds it, and all jobs on the way.
- `results/manifest.json`: every file with its sum, the configuration as used, the versions of the software.
- `data/raw/`, `config.yaml`, `Snakefile`, `workflow/`, `report/`: what the run was made of.
- `results/`: what it made; the report is `results/report/index.html`.

To run it again (Python 3.11 or newer with venv, and make): `rm -r results; make report`.
"""
ROWS, LINES, WIDE = (
    5,
    30,
    160,
)  # of a preview: rows of a table, lines of a text, characters of a cell


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of one file: kind is table, text, image or none."""

    kind: str
    rows: tuple = ()  # of cells, header first
    text: str = ""
    more: int = 0  # rows or lines that are left out
    content: bytes = b""  # of an image


def files_of(manifest, folder="."):
    """Path in the crate -> where the file lies, for all files of a run and the logs of its jobs."""
    places = {
        name: place_of(part, name, folder) for part in LISTED for name in sorted(manifest[part])
    }
    logs = {job["log"]: Path(folder) / job["log"] for job in manifest["jobs"]}
    return places | {name: place for name, place in logs.items() if place.is_file()}


def citation_file():
    """CITATION.cff of the review if it has one, else that of the project with the workflow."""
    own = Path("CITATION.cff")
    return own.as_posix() if own.is_file() else (PROJECT / own).as_posix()


def read_citation(path):
    """The record in a CITATION.cff.

    Raises
    ------
    InputError
        If it lacks what a crate must say: licence, authors, date and title.
    """
    record = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    problems = [
        f"{path}, {key}: missing; the crate needs it" for key in CITED if not record.get(key)
    ]
    if problems:
        raise InputError(problems)
    return record


def described(files):
    """Path -> sum and size of each file, as a crate names them; sizes are text there."""
    return {
        name: {"sha256": file_sha256(place), "contentSize": str(Path(place).stat().st_size)}
        for name, place in files.items()
    }


def copy_files(files, target):
    """Copy files to their paths below `target`."""
    for name, place in files.items():
        path = Path(target) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(place, path)


def tables_of(outputs):
    """Name in the bundle -> path of each table of a run: its folder and name in one."""
    paths = [path for path in outputs if path.endswith(".csv")]
    return {"_".join(Path(path).parts[1:]): path for path in sorted(paths)}


def lay_out(crate, folder, tables):
    """Copy the crate, the report and the tables to their places in the folder of the bundle."""
    crate, folder = Path(crate), Path(folder)
    copy_files({p.relative_to(crate).as_posix(): p for p in visible_files(crate)}, folder / "crate")
    copies = {f"tables/{name}": crate / path for name, path in tables.items()}
    copy_files(copies | {"report.html": crate / "results/report/index.html"}, folder)


def rule_texts(folder):
    """Name -> text of every rule in the rule files of `folder`, as it stands there."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path(folder).glob("*.smk"))]
    blocks = [block for text in texts for block in re.split(r"^(?=rule )", text, flags=re.M)[1:]]
    return {block[len("rule ") :].partition(":")[0]: block.strip() for block in blocks}


def preview(path):
    """The Preview of a file, short enough to read."""
    path = Path(path)
    if path.suffix == ".svg":
        return Preview("image", content=path.read_bytes())
    if path.suffix not in TEXT and path.name != "SHA256SUMS":
        return Preview("none")
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".csv":
        table = list(csv.reader(io.StringIO(text)))
        rows = tuple(tuple(_short(cell) for cell in row) for row in table[: ROWS + 1])
        return Preview("table", rows=rows, more=max(0, len(table) - ROWS - 1))
    lines = text.splitlines()
    shown = "\n".join(_short(line) for line in lines[:LINES])
    return Preview("text", text=shown, more=max(0, len(lines) - LINES))


def _short(text):
    return text if len(text) <= WIDE else f"{text[:WIDE]}..."


def write_sums(folder):
    """Write SHA256SUMS of all files below `folder` into it, for `sha256sum -c`."""
    folder = Path(folder)
    paths = sorted(visible_files(folder))
    lines = [f"{file_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths]
    write_text("".join(lines), folder / "SHA256SUMS")


def write_zip(folder, path, *, inside):
    """Write all files below `folder` to the zip file `path`, below the folder `inside`.

    Entries are sorted and have one fixed time and mode, so that equal files give equal bytes.
    """
    folder, path = Path(folder), Path(path)
    draft = path.with_name(f".{path.name}.draft")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(visible_files(folder)):
            entry = zipfile.ZipInfo(f"{inside}/{file.relative_to(folder).as_posix()}", EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            entry.create_system = 3  # Unix, whatever the machine
            archive.writestr(entry, file.read_bytes())
    draft.replace(path)
