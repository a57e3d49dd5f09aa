"""make verify-lineage: change every cell and decision in turn; what moves must be named, what is named must move.

Nothing of the review is written: every pass is made in a temporary folder. TABLE=<file> keeps a
table of all changes and what each did.
"""

import argparse
import signal
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from workflow.commands.perturbed import read_review, together
from workflow.commands.rebuild import require_review
from workflow.commands.verify import tell
from workflow.lib.audit.perturbation.survey import Survey
from workflow.lib.audit.perturbation.table import change_rows, report_lines
from workflow.lib.errors import ReviewError
from workflow.lib.files.tables import write_rows

WORKERS = 2
PACKAGE = 4  # packages of changes that a worker takes at once
EVERY = 10.0  # seconds between lines of progress where nobody watches
LOST = "a worker process ended; the machine may be out of memory. Try --workers 1"
_WORKER = {}  # the Review of a worker process


def main(words=None) -> None:
    """Print what was tried and what is false; end with 1 if a lineage is false."""
    wanted = _parser().parse_args(words)
    try:
        survey, outcomes = verify_lineage(wanted.directory, workers=wanted.workers)
        if wanted.table:
            write_rows(change_rows(outcomes), wanted.table, "perturbations")
    except (ReviewError, OSError) as error:
        sys.exit(str(error))
    except BrokenProcessPool:
        sys.exit(LOST)
    except KeyboardInterrupt:
        sys.exit("\nstopped; nothing was written")
    violations = survey.violations()
    tell(report_lines(survey, violations), "The lineage of every number, tried out")
    sys.exit(1 if violations else 0)


def _parser():
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument(
        "--directory", type=Path, default=Path(), help="folder of the review (default: here)"
    )
    words.add_argument("--table", type=Path, help="CSV file for all changes and what each did")
    words.add_argument("--workers", type=int, default=WORKERS, help="processes (default: 2)")
    return words


def verify_lineage(review, *, workers=WORKERS):
    """(Survey, outcomes) of every change of the review in a folder."""
    require_review(review)
    with TemporaryDirectory(prefix="verify-lineage-", ignore_cleanup_errors=True) as folder:
        whole = read_review(review, Path(folder) / "whole")
        changes, outcomes = tuple(whole.changes()), []
        survey = Survey(whole.base, changes)
        progress = Progress(len(changes))
        with ProcessPoolExecutor(
            workers,
            mp_context=get_context("spawn"),  # a fork would share the threads of the sums
            initializer=_begin,
            initargs=(str(review.resolve()), folder),
        ) as pool:
            try:
                for found in pool.map(_attempt, together(changes), chunksize=PACKAGE):
                    outcomes += found
                    for outcome in found:
                        survey.add(outcome)
                    progress.tell(len(outcomes))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        progress.end()
    return survey, outcomes


def _begin(review, folder):
    """In a worker: the review with its own folder for passes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops
    _WORKER["review"] = read_review(review, mkdtemp(dir=folder))


def _attempt(changes):
    return _WORKER["review"].attempt_each(changes)


class Progress:
    """One line that says how far it is: rewritten on a terminal, else written from time to time."""

    def __init__(self, count):
        """`count` changes are to be tried."""
        self.count, self.start, self.last = count, time.monotonic(), 0.0
        self.watched = sys.stderr.isatty()

    def tell(self, done):
        """`done` changes have been tried."""
        now = time.monotonic()
        if done < self.count and now - self.last < (0.2 if self.watched else EVERY):
            return
        self.last = now
        line = f"{done} of {self.count} changes tried, {now - self.start:.0f} s"
        print(line, end="\r" if self.watched else "\n", file=sys.stderr, flush=True)

    def end(self):
        """Leave the line as it is."""
        if self.watched:
            print(file=sys.stderr)


if __name__ == "__main__":
    main()
