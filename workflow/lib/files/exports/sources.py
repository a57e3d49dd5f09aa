"""All exports of a review: the files of data/raw/records that sources.csv names, one row each."""

from pathlib import Path

from workflow.lib.errors import InputError
from workflow.lib.files.collector import no_search_for_circles
from workflow.lib.files.exports.read import Export, read_export
from workflow.lib.files.fingerprint import files_in

FOLDER = "records"  # below data/raw


@no_search_for_circles()
def read_sources(folder, rows):
    """(source -> Export, problems) of the rows of sources.csv; `folder` is data/raw.

    A search that found nothing has no file and an Export without records. Every problem of every
    file is listed; a source with problems has no Export.
    """
    place = Path(folder) / FOLDER
    exports, problems, seen = {}, [], {}
    for number, row in enumerate(rows, 2):
        here = f"sources.csv, row {number} ({row['source']})"
        if row["file"] and row["file"] in seen:
            words = f"'{row['file']}' stands already in row {seen[row['file']]}; its records would count twice"
            problems.append(f"{here}, file: {words}")
            continue
        seen[row["file"]] = number
        problems += (
            _misnamed(here, row) or _missing(here, place, row) or _read(here, place, row, exports)
        )
    return exports, problems + _unnamed(place, rows)


def _misnamed(here, row):
    """A file must lie in the folder itself; none is needed where nothing was found."""
    if not row["file"]:
        if row["expected"] == 0:
            return []
        return [
            f"{here}, file: empty, though {row['expected']} records were found; name the export"
        ]
    if "/" in row["file"] or "\\" in row["file"] or row["file"].startswith("."):
        return [f"{here}, file: '{row['file']}' is not the name of a file in data/raw/{FOLDER}/"]
    return []


def _missing(here, place, row):
    if row["file"] and not (place / row["file"]).is_file():
        return [f"{here}, file: '{row['file']}' is not in data/raw/{FOLDER}/; put the export there"]
    return []


def _read(here, place, row, exports):
    """Problems of one export; it joins `exports` if it has none."""
    if not row["file"]:
        exports[row["source"]] = Export("none", "none", (), ())
        return []
    try:
        export = read_export(place / row["file"], name=f"{FOLDER}/{row['file']}")
    except InputError as error:
        return list(error.problems)
    if len(export.records) != row["expected"]:
        return [
            f"{here}, expected: {row['expected']}, but {FOLDER}/{row['file']} has {len(export.records)} "
            "records; export again, or correct the number that the database said"
        ]
    exports[row["source"]] = export
    return []


def _unnamed(place, rows):
    """Files that no row names would be records that are lost."""
    named = {row["file"] for row in rows}
    return [
        f"{FOLDER}/{path.name}: no row of sources.csv names it; add the row or delete the file"
        for path in files_in(place)
        if path.name not in named
    ]
