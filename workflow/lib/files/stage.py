"""A folder in which the report is rendered, so that side files never land beside its sources."""

import os
import shutil
from pathlib import Path

import yaml

SETTINGS = "_metadata.yml"  # read by Quarto, and by its stand-in, beside _quarto.yml
UNFINISHED = shutil.ignore_patterns(".*")  # a file that was being written when a run was killed


def stage(prose, folders, *, numbers, target, settings=None):
    """Copy the prose files, the named `folders` and the registry into a new folder `target`.

    `prose` are files below one folder called report; what lies below it keeps its place; any other is
    added to the file of its name there, as the review's own references.bib. `settings`
    are what the configuration decides on every page. The folder is filled under another name and
    moved into place, so that it is never half full; what a killed run has left is swept away.
    """
    target = Path(target)
    for left in target.parent.glob(f"{target.name}.*"):
        shutil.rmtree(left, ignore_errors=True)
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    fresh.mkdir(parents=True)
    own = [Path(path) for path in prose if "report" not in Path(path).parts]
    for path in (Path(path) for path in prose if "report" in Path(path).parts):
        place = fresh / Path(*path.parts[len(path.parts) - path.parts[::-1].index("report") :])
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    for path in own:  # references of the review join those of the report
        with (fresh / path.name).open("a", encoding="utf-8") as file:
            file.write("\n" + path.read_text(encoding="utf-8"))
    for name, folder in folders.items():
        shutil.copytree(folder, fresh / name, ignore=UNFINISHED, dirs_exist_ok=True)
    shutil.copyfile(numbers, fresh / "numbers.json")
    if settings:
        text = yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)
        (fresh / SETTINGS).write_text(text, encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.replace(target)
    return target
