"""One run at a time in one folder: a lock that the system drops when its holder dies."""

import fcntl
from pathlib import Path

from workflow.lib.errors import InputError

_HELD = []  # an open file keeps the lock; it is closed, and the lock dropped, with the process


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
