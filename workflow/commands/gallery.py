"""make gallery: build every review under reviews/ and one page with all of them, results/gallery/index.html."""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from workflow.commands.rebuild import PROJECT, snakemake
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.check import read_raw
from workflow.lib.files.settings import read_settings
from workflow.lib.files.tables import read_json, read_record, read_rows, write_text
from workflow.lib.render.gallery import entry, page

REVIEWS, PAGE = Path("reviews"), Path("results/gallery/index.html")
LAST_LINES = 25  # of a run that failed


def main(words=None) -> None:
    """Build the reviews, two at a time, and write the page; it names those that fail, and so does the end."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("names", nargs="*", help="reviews to build; all of them if none is named")
    parser.add_argument("--jobs", type=int, default=2, help="reviews that are built at a time")
    parser.add_argument("--directory", type=Path, default=PROJECT, help="where reviews/ is")
    given = parser.parse_args(words)
    try:
        names = chosen(given.directory, given.names)
        failed = build(given.directory, names, jobs=given.jobs)
        built = [name for name in names if name not in failed]
        text = page(*read_gallery(given.directory, built), failed=failed)
        write_text(text, given.directory / PAGE)
    except (ReviewError, OSError) as error:
        sys.exit(str(error))
    print(f"{len(built)} of {len(names)} reviews; open {given.directory / PAGE}")
    if failed:
        sys.exit("\n".join(f"reviews/{name} failed:\n{said}" for name, said in failed.items()))


def chosen(root, names=()):
    """The names of the reviews to build, in order of their folders.

    Raises
    ------
    InputError
        If there is none, or for names that are no reviews.
    """
    known = sorted(path.parent.name for path in (root / REVIEWS).glob("*/config.yaml"))
    unknown = [name for name in names if name not in known]
    if unknown or not known:
        there = ", ".join(known) or "none"
        which = ", ".join(unknown) or "no review"
        raise InputError(
            [f"{root / REVIEWS}: {which}; a review is a folder with a config.yaml; there: {there}"]
        )
    return [name for name in known if name in names] if names else known


def build(root, names, *, jobs=2):
    """Run the workflow in the folder of each review, `jobs` of them at a time with one core each.

    Returns the name of every review that failed, with the last lines of its run; it keeps no other.
    """
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        runs = list(pool.map(lambda name: _run(root / REVIEWS / name), names))
    done = zip(names, runs, strict=True)
    return {name: _last(run.stdout) for name, run in done if run.returncode}


def _run(folder):
    """The finished run of one review."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return snakemake("--cores", "1", review=folder.resolve(), environment=environment)


def _last(text):
    return "\n".join(text.splitlines()[-LAST_LINES:])


def read_gallery(root, names):
    """(entries, name -> forest plot) of reviews that have been built."""
    folders = {name: root / REVIEWS / name for name in names}
    entries = [entry_of(name, folder, folder / "results") for name, folder in folders.items()]
    forests = {}
    for name, folder in folders.items():
        primary = config_of(folder)["headline"]["primary"]
        forests[name] = (folder / f"results/figures/forest_{primary}.svg").read_bytes()
    return entries, forests


def entry_of(name, folder, results):
    """The entry of one review from its folder and its results."""
    config = config_of(folder)
    studies = read_raw(folder / "data/raw/studies.csv", "studies")
    return entry(
        name,
        config=config,
        model=read_record(results / f"models/{config['headline']['primary']}.json", "model"),
        claims=_claims(folder, results),
        numbers=read_json(results / "numbers.json"),
        label=next(r["slab"] for r in studies if r["study"] == config["review"]["study"]),
    )


def _claims(folder, results):
    """The audited claims; what the review itself says of one stays where the audit asks for no more."""
    own = {row["id"]: row["missing"] for row in read_raw(folder / "data/raw/claims.csv", "claims")}
    audited = read_rows(results / "audit/claims.csv", "claims_audit")
    return [row | {"missing": row["missing"] or own[row["claim"]]} for row in audited]


def config_of(folder):
    """The configuration of the review in a folder."""
    return read_settings(folder / "config.yaml")


if __name__ == "__main__":
    main()
