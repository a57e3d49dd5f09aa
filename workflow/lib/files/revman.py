"""Reading a RevMan 5 file (.rm5): XML with the data of every analysis and the results that RevMan stored."""

from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from workflow.lib.errors import InputError
from workflow.lib.files.foreign import Foreign, Study, content_of, one_line, repeated
from workflow.lib.files.revman_outcomes import outcomes_of
from workflow.lib.files.revman_settings import KINDS

ROOT_TAG = "COCHRANE_REVIEW"
READ_SECTIONS = {"COVER_SHEET", "STUDIES_AND_REFERENCES", "ANALYSES_AND_DATA"}
OTHER = "OTHER_OUTCOME"
LEFT_OUT = "there are no numbers in a table of text"


def read_rm5(path) -> Foreign:
    """The review in a RevMan 5 file.

    Raises
    ------
    InputError
        If the file is no whole RevMan 5 file, or a number in it cannot be read; every problem is
        listed with its comparison, outcome, study and attribute.
    """
    path = Path(path)
    root = _root(path)
    problems, notes = [], []
    studies, duplicates = _studies(root)
    problems += [f"{path.name}, STUDY ID: '{one}' stands there twice" for one in duplicates]
    known = {study.id: study for study in studies}
    outcomes = []
    for comparison in root.iterfind("./ANALYSES_AND_DATA/COMPARISON"):
        found = outcomes_of(comparison, known)
        outcomes += found.outcomes
        problems += [f"{path.name}, {text}" for text in found.problems]
        notes += found.notes
    notes += _unread(root)
    problems += [f"{path.name}, {text}" for text in repeated(outcomes)]
    if not outcomes and not problems:
        problems = [f"{path.name}: no analysis with data in it; nothing to import"]
        problems += notes
    if problems:
        raise InputError(problems)
    return Foreign(
        *(path.name, f"RevMan {root.get('REVMAN_VERSION', '5')}".strip()),
        one_line(root.findtext("./COVER_SHEET/TITLE")) or path.stem,
        one_line(root.get("DOI") or root.get("ID") or ""),
        *(tuple(studies), tuple(outcomes), tuple(notes)),
    )


def _root(path):
    """The root element; entities are never expanded and nothing outside the file is read."""
    content = content_of(path)
    if content.startswith(b"PK\x03\x04"):
        raise InputError(
            [f"{path.name}: a zip file, not RevMan 5 XML; unpack it and name the .rm5 file in it"]
        )
    try:
        root = fromstring(content)
    except DefusedXmlException as error:
        what = type(error).__name__
        raise InputError(
            [f"{path.name}: declares XML entities or outside files ({what}); these are never read"]
        ) from None
    except (ParseError, ValueError, LookupError) as error:
        raise InputError(
            [f"{path.name}: not well-formed XML ({error}); the file is damaged or cut off there"]
        ) from None
    if root.tag != ROOT_TAG:
        raise InputError(
            [f"{path.name}: its root is <{root.tag[:60]}>, not <{ROOT_TAG}>: no RevMan 5 file"]
        )
    return root


def _studies(root):
    """(studies, ids that stand there twice) of the file."""
    found, seen = [], Counter()
    for group in root.iterfind("./STUDIES_AND_REFERENCES/STUDIES/*"):
        for study in group.iter("STUDY"):
            name = one_line(study.get("ID"))
            seen[name] += 1
            year = one_line(study.get("YEAR")).strip(".")
            found.append(
                Study(
                    *(name, one_line(study.get("NAME")) or name),
                    int(year) if year.isdecimal() and 1800 <= int(year) <= 2200 else None,
                    group.tag == "INCLUDED_STUDIES",
                )
            )
    return found, [name for name, count in seen.items() if count > 1]


def _unread(root):
    """One note each for sections, outcome types and tags that are not read."""
    sections = [child.tag for child in root if child.tag not in READ_SECTIONS]
    notes = [f"not read, no data of analyses: {', '.join(dict.fromkeys(sections))}"]
    notes = notes if sections else []
    inside = Counter(
        child.tag
        for comparison in root.iterfind("./ANALYSES_AND_DATA/COMPARISON")
        for child in comparison
        if child.tag not in {*KINDS, "NAME"}
    )
    for tag, count in inside.items():
        reason = LEFT_OUT if tag == OTHER else "unknown to this reader"
        notes.append(f"not imported: {count} x <{tag}>: {reason}")
    return notes
