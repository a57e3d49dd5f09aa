"""Several files of a folder replaced together: after a kill it has all old ones, or `finish` gives it all new ones."""

import shutil
import tempfile
from pathlib import Path

STAGED = ".accept."  # begins the name of a folder that is being filled
READY = ".accept.ready"  # the folder when it is whole: from here on only the new files count


def replace_together(folder, fill):
    """Replace files in `folder` by those that `fill(staged folder)` writes, all of them or none.

    They are written in full in a folder beside their places, which is renamed, in one step of the
    system, when it is whole. A kill before that leaves the old files; a kill after it leaves new
    files of which some are not yet in their places, and `finish` moves these.
    """
    folder = Path(folder)
    finish(folder)
    for left in folder.glob(f"{STAGED}*"):
        shutil.rmtree(left, ignore_errors=True)
    staged = Path(tempfile.mkdtemp(dir=folder, prefix=STAGED))
    try:
        fill(staged)
        staged.rename(folder / READY)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    finish(folder)


def is_pending(folder):
    """Whether a command that was killed has left new files that are not yet in their places."""
    return (Path(folder) / READY).is_dir()


def finish(folder):
    """Names of the new files that were moved into their places, which a killed command had left."""
    if not is_pending(folder):
        return []
    folder, ready = Path(folder), Path(folder) / READY
    names = sorted(path.name for path in ready.iterdir())  # the lock after what tells of it
    for name in names:
        (ready / name).replace(folder / name)
    ready.rmdir()
    return names
