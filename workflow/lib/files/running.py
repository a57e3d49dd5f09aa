"""One run at a time in one folder, and in folders that it may write."""

import fcntl
import os
from pathlib import Path

from workflow.lib.errors import InputError

_HELD = []  # an open file keeps the lock; it is closed, and the lock dropped, with the process


def require_writable(results):
    """Nothing, if the results and every folder in them, or the folder that they will be in, can be written.

    Raises
    ------
    InputError
        With each folder that cannot, before a job fails at it.
    """
    results = Path(results)
    there = next(one for one in (results, *results.absolute().parents) if one.exists())
    folders = [Path(place) for place, _, _ in os.walk(there)] if there == results else [there]
    problems = [
        f"{folder}: cannot be written; allow it (chmod u+w), or work in a copy of the review"
        for folder in folders
        if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK))
    ]
    if results.exists() and not results.is_dir():
        problems = [
            f"{results}: is a file, and the results need a folder of this name; move it away"
        ]
    if problems:
        raise InputError(problems)


def hold(folder):
    """Nothing; from here to its end this process is the only one that has called this for `folder`.

    Raises
    ------
    InputError
        If another living process holds the folder. One that was killed holds nothing.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    file = (Path(folder) / "one_run.lock").open("a", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        place = Path(folder).resolve().parent
        raise InputError(
            [f"{place}: another run is at work in this folder; wait until it has finished"]
        ) from None
    except OSError:  # a file system without locks: then there is no way to know
        pass
    _HELD.append(file)
