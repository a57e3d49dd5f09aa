"""The screening tools whose exports can be read: their columns, and the columns that are not read."""

from dataclasses import replace

from workflow.lib.review.screening_exports import asreview, covidence, rayyan
from workflow.lib.review.screening_exports.entry import Parsed
from workflow.lib.review.screening_exports.ris import as_table

TOOLS = {"covidence": covidence, "rayyan": rayyan, "asreview": asreview}
STAGES = ("title_abstract", "full_text")


def parse_export(tool, name, columns, rows, *, options, log=None):
    """The Parsed of one file of a tool, its problems and remarks with the name of the file.

    `rows` are pairs of a number, by which messages name it, and a dict of text; `log` has Rayyan's
    decisions of single members.
    """
    module, lower = TOOLS[tool], tool == "asreview"  # ASReview keeps the names of the import
    columns = [column.lower() if lower else column for column in columns]
    numbered = [
        (number, {column.lower() if lower else column: cell for column, cell in row.items()})
        for number, row in rows
    ]
    missing = [column for column in module.REQUIRED if column not in columns]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    problems = [f": column '{one}' is missing; is it an export of {tool}?" for one in missing]
    problems += [f": column '{one}' stands twice" for one in twice]
    if options.reason_column and options.reason_column not in columns:
        problems.append(f": column '{options.reason_column}' (REASON_COLUMN) is missing")
    if problems:
        return Parsed(problems=[f"{name}{problem}" for problem in problems])
    if tool == "covidence" and not options.category:
        options = replace(options, category=covidence.category_of(name))
    more = {"log": log} if tool == "rayyan" else {}
    parsed = module.parse(numbered, options, **more)
    remarks = [*parsed.remarks, *_unread(module, columns, options)]
    return Parsed(
        parsed.entries,
        [f"{name}{problem}" for problem in parsed.problems],
        [f"{name}: {remark}" for remark in remarks],
    )


def parse_references(tool, name, references, *, options, log=None):
    """The Parsed of one RIS file of a tool, with lines for rows."""
    columns, rows, found = as_table(tool, references)
    if found.problems:
        return Parsed(problems=[f"{name}{problem}" for problem in found.problems])
    lined = [(one.line, row) for one, row in zip(references, rows, strict=True)]
    return parse_export(tool, name, columns, lined, options=replace(options, unit="line"), log=log)


def _unread(module, columns, options):
    """Columns that are not read: those that the tool is known to write, and others."""
    is_used = getattr(module, "is_used", lambda column: column in module.USED)
    rest = [c for c in columns if not is_used(c) and c != options.reason_column]
    for words, found in (
        ("not read", [column for column in rest if column in module.LEFT_OUT]),
        ("unknown and not read", [column for column in rest if column not in module.LEFT_OUT]),
    ):
        if found:
            yield f"{words}: {', '.join(found)}"
