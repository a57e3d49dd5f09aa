"""The log of one job: records, warnings and the traceback, all in the rule's own log file."""

import errno
import logging
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path

from workflow.lib.errors import ReviewError

FULL = "the disk has no room left; make some and run again: nothing half-written stays"
DISK = dict.fromkeys((errno.ENOSPC, errno.EDQUOT), FULL)
DISK[errno.EACCES] = "may not be opened; see who owns it and its folder, and what they allow"
DISK[errno.EROFS] = "the disk can only be read; run the review in a folder that can be written"


@contextmanager
def logged(path):
    """Send log records and warnings to `path`; on failure write the reason there and to stderr.

    An error that the library raises on purpose is told in its own words, and so is a disk without
    room; any other comes with its traceback, because then the fault is ours.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=path,
        filemode="w",
        level=logging.INFO,
        format="%(levelname)s %(message)s",
        force=True,
    )
    logging.captureWarnings(True)
    try:
        yield
    except ReviewError as error:
        logging.error("%s", error)
        print(f"\n{error}\n", file=sys.stderr, flush=True)
        sys.exit(1)
    except Exception as error:
        words = DISK.get(error.errno) if isinstance(error, OSError) else None
        if words is None:
            logging.error("%s", traceback.format_exc())
            raise
        logging.raiseExceptions = False  # the log may be on the same disk
        logging.error("%s: %s", error.filename or path, words)
        print(f"\n{error.filename or path}: {words}\n", file=sys.stderr, flush=True)
        sys.exit(1)
    finally:
        logging.captureWarnings(False)
        logging.shutdown()
