"""make new NAME=...: a complete review on example rows under reviews/, which runs and says what to fill in."""

import argparse
import sys
from pathlib import Path
from string import Template

from workflow.commands.next_steps import next_steps
from workflow.commands.template import choices_of
from workflow.lib.config import check_config
from workflow.lib.config_versions import CURRENT
from workflow.lib.errors import InputError, ReviewError
from workflow.lib.files.dictionary import dictionary_text
from workflow.lib.files.fingerprint import SUMS, seal_text
from workflow.lib.files.review_folder import RAW, write_raw, write_whole
from workflow.lib.files.settings import read_settings
from workflow.lib.files.tables import write_text
from workflow.lib.files.template import write_template
from workflow.lib.review.example_kinds import (
    OUTCOMES,
    designs_of,
    kind_of,
    kind_problem,
    measures_of,
)
from workflow.lib.review.example_tables import example_tables
from workflow.lib.review.new_config import OUTCOME, template_words
from workflow.lib.review.review_name import name_problem
from workflow.lib.stats.measures.registry import MEASURES
from workflow.scripts.check_inputs import check_review

TEMPLATES = Path(__file__).parents[1] / "new_review"
PLACES = {  # template -> its place in the new review
    **{name: name for name in ("config.yaml", "README.md", "references.bib", "ci.example.yml")},
    "test_review.py": "tests/test_review.py",
}
INPUTS = {name: measure.inputs for name, measure in MEASURES.items()}


def main(words=None) -> None:
    """Write the review, or say what is wrong with its name or kind; nothing is ever overwritten."""
    asked = parser().parse_args(words)
    try:
        folder = new_folder(asked.directory, asked.name)
        kind, measure = chosen(asked, ask if sys.stdin.isatty() else None)
        write_new(folder, kind, measure)
    except (ReviewError, OSError) as error:
        sys.exit(str(error))
    except (EOFError, KeyboardInterrupt):
        sys.exit("\nNothing was written.")
    print(f"{folder}: {kind.outcome}, {kind.design}, {measure}; a review on example rows")
    print("\n".join([*next_steps(folder), f"It runs as it is: make report REVIEW={folder}"]))


def parser():
    """The options of the command."""
    found = argparse.ArgumentParser(prog="make new", description=__doc__)
    found.add_argument("name", nargs="?", default="", help="name of its folder")
    found.add_argument("--outcome", help=", ".join(OUTCOMES))
    found.add_argument("--design", help="by outcome; the usual one if it is not named")
    found.add_argument("--measure", help="effect measure; the usual one if it is not named")
    found.add_argument("--directory", default="reviews", help="where reviews are kept")
    return found


def new_folder(directory, name):
    """The folder of the new review.

    Raises
    ------
    InputError
        If the name cannot be one, or something of that name is there, in whatever letters.
    """
    problem = name_problem(name)
    if problem:
        raise InputError([problem])
    directory = Path(directory)
    known = {path.name.lower(): path for path in directory.glob("*")}
    if name.lower() in known:
        words = "is there already and is never overwritten; choose another NAME"
        raise InputError([f"{known[name.lower()]}: {words}"])
    return directory / name


def chosen(asked, question=None):
    """(kind, measure) by the flags; what they leave open is asked by `question`, or is the usual.

    Raises
    ------
    InputError
        If the combination cannot be; says what is admissible.
    """
    pick = question or (lambda words, known: known[0])
    outcome = asked.outcome or pick("Outcome", OUTCOMES)
    designs = designs_of(outcome) or ("",)
    design = asked.design or pick("Design", designs)
    kind = kind_of(outcome, design)
    known = measures_of(kind, INPUTS) if kind else ("",)
    measure = asked.measure or pick("Measure", known)
    problem = kind_problem(outcome, design, measure, INPUTS)
    if problem:
        raise InputError([problem])
    return kind, measure


def ask(words, known):
    """One of `known`, as typed; the first for an empty answer. A single choice is not asked."""
    if len(known) < 2:
        return known[0]
    return input(f"{words} ({', '.join(known)}) [{known[0]}]: ").strip() or known[0]


def write_new(folder, kind, measure):
    """Write all files of the review, checked and sealed, or none."""
    words = template_words(folder.name, kind, measure, INPUTS, version=CURRENT)

    def fill(place):
        for template, target in PLACES.items():
            text = (TEMPLATES / template).read_text(encoding="utf-8")
            write_text(Template(text).substitute(words), place / target)
        raw = place / RAW
        tables = example_tables(kind, review=words["key"], title=words["title"], outcome=OUTCOME)
        for name, rows in tables.items():
            write_raw(rows, raw / f"{name}.csv", name)
        write_text(dictionary_text(), raw / "README.md")
        write_text(seal_text(raw), raw / SUMS)
        config = place / "config.yaml"
        write_template(place / "extraction_template.xlsx", choices=choices_of(config))
        read = read_settings(config)
        check_config(read)
        check_review(raw, read)

    write_whole(folder, fill)


if __name__ == "__main__":
    main()
