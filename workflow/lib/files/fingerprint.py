"""SHA-256 sums: of the library, so that editing it reruns the rules, and of files."""

import hashlib
import re
from pathlib import Path

WORKFLOW = Path(__file__).parents[2]
SUMS = "SHA256SUMS"
REFERENCES = "references.bib"
FOLDERS = ("records", "instruments")  # below data/raw, sealed with all their files
SUM_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def file_sha256(path):
    """The SHA-256 sum of a file, in hex."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def library_sha256():
    """One sum over every file of workflow/lib and workflow/schemas: their names and contents."""
    total = hashlib.sha256()
    for folder in ("lib", "schemas"):
        for path in sorted((WORKFLOW / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(path.relative_to(WORKFLOW).as_posix().encode() + b"\0")
                total.update(file_sha256(path).encode() + b"\n")
    return total.hexdigest()[:16]


def sealed_sums(folder):
    """File name -> sum, as written in SHA256SUMS of `folder`; empty if there is none to be read."""
    path = Path(folder) / SUMS
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    found = [SUM_LINE.fullmatch(line.strip()) for line in lines]
    return {line[2]: line[1] for line in found if line}


def raw_files(folder):
    """The tables of a raw folder and the files of its FOLDERS; other files there are documentation."""
    folder = Path(folder)
    tables = sorted(path for path in folder.glob("*.csv") if path.is_file())
    return tables + [path for name in FOLDERS for path in files_in(folder / name)]


def files_in(folder):
    """Files of a folder, by name; hidden ones are none."""
    paths = Path(folder).glob("*")
    return sorted(path for path in paths if path.is_file() and not path.name.startswith("."))


def raw_sums(folder):
    """Name below the raw folder -> sum of each file that is sealed, as it is now."""
    return {p.relative_to(folder).as_posix(): file_sha256(p) for p in raw_files(folder)}


def seal_text(folder):
    """The SHA256SUMS text for the files that are there now."""
    return "".join(f"{total}  {name}\n" for name, total in raw_sums(folder).items())


def seal_problems(folder):
    """Every file that differs from its sum, is missing or is not sealed, with what to do."""
    sealed, found = sealed_sums(folder), raw_sums(folder)
    cure = "if the edit is intended, `make seal` shows it cell by cell and seals it"
    changed = [
        f"{name}: differs from its sum in {SUMS} (expected {sealed[name][:12]}, found {found[name][:12]}); {cure}"
        for name in sorted(found)
        if name in sealed and sealed[name] != found[name]
    ]
    missing = [
        f"{name}: named in {SUMS} but not there" for name in sorted(sealed) if name not in found
    ]
    new = [f"{name}: has no sum in {SUMS}; {cure}" for name in sorted(found) if name not in sealed]
    return changed + missing + new


def prose_files():
    """Sources of the report: the review's own folder `report/` if it has one, else the generic one.

    The review's own references.bib, beside its config.yaml, comes first: it joins that of the report.
    """
    own, sources = Path("report"), Path(REFERENCES)
    folder = own if own.is_dir() else WORKFLOW.parent / "report"
    found = sorted(path.as_posix() for path in folder.rglob("*") if path.is_file())
    return [REFERENCES, *found] if sources.is_file() else found


def prose_texts(paths=None):
    """Texts of the report's pages among `paths`, or among the sources of this review's report."""
    paths = prose_files() if paths is None else paths
    return [Path(path).read_text(encoding="utf-8") for path in paths if path.endswith(".qmd")]
