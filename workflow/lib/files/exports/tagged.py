"""Exports in lines of tags: RIS, MEDLINE (nbib) and the plain text of Web of Science.

One reader for the three, because each line must be told by its number and none may be lost: the
packages for RIS and nbib drop records without an end, repeated tags and unknown ones without a
word. The tests compare this reader with them on files that all three can read.
"""

import re
from dataclasses import dataclass

from workflow.lib.files.exports.record import Draft

NEARLY = re.compile(r"\s{0,3}(TY|ER|PT)\b[\s-]*")  # a line that begins or ends a record


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the lines of one format are built."""

    line: re.Pattern  # groups: tag, value
    more: re.Pattern  # group: the rest of a value that runs on; not for RIS, where any line may
    start: str  # tag that begins a record
    end: str  # tag that ends one; empty where a blank line does
    last: str  # tag that every whole record has near its end; empty if there is none
    head: tuple[str, ...] = ()  # tags that stand outside records
    close: str = ""  # tag without which the file is cut off
    one_per_line: tuple[str, ...] = ()  # tags whose lines that run on are values of their own
    heading: re.Pattern = re.compile(r"(?!)")  # lines between records that hold nothing of one


def read_tagged(text, grammar, report):
    """Drafts of all records of a text; their values are by tag. Problems go into the report."""
    reader = _Reader(grammar, report)
    for number, line in enumerate(text.split("\n"), 1):
        reader.take(number, line)
    reader.finish()
    return reader.drafts


class _Reader:
    """The state between two lines."""

    def __init__(self, grammar, report):
        self.grammar, self.report = grammar, report
        self.drafts, self.draft, self.tag, self.closed = [], None, "", not grammar.close
        self.marks, self.number = (grammar.start, grammar.end, grammar.close), 0

    def take(self, number, line):
        """One line of the file."""
        self.number = number
        if found := self.grammar.line.fullmatch(line):
            tag, value = found.groups("")
            self._tagged(tag.strip(), value.strip())
        elif line.strip():
            self._runs_on(line)
        elif not self.grammar.end and self.draft is not None:  # a blank line ends the record
            self._ended(whole=True)

    def finish(self):
        """The end of the file."""
        if self.draft is not None:
            self._ended(whole=not self.grammar.end)
        if not self.closed:
            words = "is missing; the file is cut off or was not saved whole; export it again"
            self.report.problem(self.number, self.grammar.close, words)

    def _tagged(self, tag, value):
        grammar = self.grammar
        if self.draft is not None and tag not in self.marks:  # most lines
            self.tag = tag
            self.draft.values.setdefault(tag, []).append(value)
        elif tag == grammar.close:
            self.closed = True
        elif tag == grammar.start:
            if self.draft is not None:
                self._ended(whole=not grammar.end)
            self.draft, self.tag = Draft(self.number), tag
            self.draft.add(tag, value)
        elif tag == grammar.end and self.draft is not None:
            self._ended(whole=True)
        elif tag not in grammar.head:
            self._outside(f"{tag} {value}")

    def _runs_on(self, line):
        """A line without a tag: the rest of the value before it."""
        found = self.grammar.more.fullmatch(line)
        if self.draft is None:
            if not self.grammar.heading.fullmatch(line):
                self._outside(line)
        elif NEARLY.fullmatch(line):
            self._odd(
                line, "looks like the end or the beginning of a record but is not spaced as one"
            )
        elif not found:
            self._odd(line, "has neither a tag nor the spaces of a value that runs on")
        elif self.tag in self.grammar.one_per_line:
            self.draft.values[self.tag].append(found[1].strip())
        else:
            values = self.draft.values.setdefault(self.tag, [""])
            values[-1] = f"{values[-1]} {found[1].strip()}".strip()

    def _outside(self, line):
        start = self.grammar.start
        words = f"stands before any {start}, so it belongs to no record; restore the export"
        self._odd(line, words)

    def _odd(self, line, words):
        self.report.problem(self.number, "whole line", f"'{line.strip()[:40]}' {words}")

    def _ended(self, *, whole):
        draft, grammar = self.draft, self.grammar
        if not whole:
            words = f"the record has no {grammar.end}; the file is cut off or damaged there"
            self.report.problem(draft.line, grammar.start, words)
        elif grammar.last and grammar.last not in draft.values:
            words = (
                f"the record has no {grammar.last}, which ends each; the file is cut off or damaged"
            )
            self.report.problem(draft.line, grammar.start, words)
        self.drafts.append(draft)
        self.draft, self.tag = None, ""
