"""Records of an XML export as small trees, each with its line: no entity is expanded, no link followed."""

import io
import re
from xml.etree.ElementTree import Element
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
DOCTYPE = re.compile(r"<!DOCTYPE\s+[\w:.-]+(?:\s+(?:PUBLIC|SYSTEM)[^\[\]<>]*)?>")
DEEPEST = 100  # elements within elements; an export has about ten


class _Gives(ContentHandler):
    """Hands over each element of the given names as a tree, with its line."""

    def __init__(self, names, take, unread):
        super().__init__()
        self.names, self.take, self.unread = names, take, unread
        self.stack, self.depth = [], 0
        self.left_at = 0  # the depth of an element that is being left out
        self.root, self.locator = "", None

    def setDocumentLocator(self, locator):  # noqa: N802
        self.locator = locator

    def startElement(self, name, attrs):  # noqa: N802
        self.root, self.depth = self.root or name, self.depth + 1
        if self.depth > DEEPEST:
            where = self.locator.getLineNumber()
            raise SAXParseException(f"more than {DEEPEST} elements inside one another, line {where}",
                                    None, self.locator)  # fmt: skip
        if self.left_at or not (self.stack or name in self.names):
            return
        if self.stack and name in self.unread:
            self.left_at = self.depth
            return
        element = Element(name, dict(attrs))
        if self.stack:
            self.stack[-1].append(element)
        else:
            self.line = self.locator.getLineNumber()
        self.stack.append(element)

    def endElement(self, name):  # noqa: N802
        self.depth -= 1
        if self.left_at:
            if self.depth < self.left_at:
                self.left_at = 0
        elif self.stack:
            element = self.stack.pop()
            if not self.stack:
                self.take(self.line, element)

    def characters(self, content):
        if not self.stack or self.left_at:
            return
        element = self.stack[-1]
        if len(element):
            element[-1].tail = (element[-1].tail or "") + content
        else:
            element.text = (element.text or "") + content


def read_trees(text, names, take, report, unread=()):
    """Call `take(line, element)` for each element of these names; what is no XML is a problem.

    Elements within them that are named in `unread` are left out.

    The name of a DTD, as PubMed writes it, is left out, so that nothing can follow it; one with
    declarations inside is refused.
    """
    bare = DECLARATION.sub("", text, count=1)
    bare = DOCTYPE.sub(lambda match: "\n" * match[0].count("\n"), bare, count=1)
    parser, handler = make_parser(), _Gives(names, take, unread)
    parser.setContentHandler(handler)
    try:
        parser.parse(io.BytesIO(bare.encode("utf-8", "replace")))
    except SAXParseException as error:
        words = f"{error.getMessage()}; the file is cut off or damaged there; export it again"
        report.problem(error.getLineNumber(), "XML", words)
    except DefusedXmlException as error:
        kind = type(error).__name__.removesuffix("Forbidden").lower()
        words = f"declares {kind} of its own, which no export needs; export the records again"
        report.problem(handler.locator.getLineNumber() if handler.locator else 1, "XML", words)


def words_of(element, path):
    """The text of the first element at `path` and of all that lies in it; empty if there is none."""
    found = element.find(path)
    return "" if found is None else "".join(found.itertext()).strip()
