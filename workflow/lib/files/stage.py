"""A folder in which the report is rendered, so that side files never land beside its sources."""

import os
import shutil
from pathlib import Path


def stage(prose, folders, *, numbers, target):
    """Copy the prose files, the named `folders` and the registry into a new folder `target`.

    `prose` are files below one folder called report; what lies below it keeps its place. The
    folder is filled under another name and moved into place, so that it is never half full.
    """
    target = Path(target)
    fresh = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for path in map(Path, prose):
        place = fresh / Path(*path.parts[len(path.parts) - path.parts[::-1].index("report") :])
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    for name, folder in folders.items():
        shutil.copytree(folder, fresh / name, dirs_exist_ok=True)
    shutil.copyfile(numbers, fresh / "numbers.json")
    shutil.rmtree(target, ignore_errors=True)
    fresh.replace(target)
    return target
