"""The log of one job: records, warnings and the traceback, all in the rule's own log file."""

import logging
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path

from workflow.lib.errors import ReviewError


@contextmanager
def logged(path):
    """Send log records and warnings to `path`; on failure write the reason there and to stderr.

    An error that the library raises on purpose is told in its own words; any other comes with
    its traceback, because then the fault is ours.
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
    except Exception:
        logging.error("%s", traceback.format_exc())
        raise
    finally:
        logging.captureWarnings(False)
        logging.shutdown()
