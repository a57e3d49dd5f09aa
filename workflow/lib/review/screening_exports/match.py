"""Rows of an export and the review's records: matched by id, DOI, PMID or title, or told as unmatched."""

import re
import unicodedata

DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


class Finder:
    """The review's records by their ids and titles."""

    def __init__(self, records):
        """`records` are rows of the table of records; a duplicate stands for the record that was kept."""
        kept = {row["record"]: row["duplicate_of"] for row in records if row["duplicate_of"]}
        self.names = {row["record"]: _end(row["record"], kept) for row in records}
        self.keys = {"doi": {}, "pmid": {}, "title": {}, "title and year": {}}
        for row in records:
            for way, key in keys_of(row).items():
                self.keys[way].setdefault(key, set()).add(self.names[row["record"]])

    def find(self, entry):
        """(record, problem) of an Entry; the record is empty where there is a problem.

        An id decides by itself; a DOI or a PMID next, if they do not contradict each other; then the
        title, with the year where several records have the same one.
        """
        if entry.record:
            found = self.names.get(entry.record, "")
            return found, "" if found else f"no record is called '{entry.record}'"
        keys = keys_of({name: getattr(entry, name) for name in ("doi", "pmid", "title", "year")})
        by_id = {
            way: found
            for way in ("doi", "pmid")
            if (found := self.keys[way].get(keys.get(way), set()))
        }
        if by_id:
            return _single(set.intersection(*by_id.values()), by_id)
        by_title = {
            way: found
            for way in ("title and year", "title")
            if (found := self.keys[way].get(keys.get(way), set()))
        }
        if not by_title:
            return "", f"no record has its DOI, PMID or title ({short(entry.title)})"
        return _single(next(iter(by_title.values())), by_title)


def keys_of(row):
    """Way of matching -> normalised key, of what a record has."""
    title, year = normal_title(row["title"]), str(row["year"] or "").strip()[:4]
    found = {
        "doi": normal_doi(row["doi"]),
        "pmid": re.sub(r"[^0-9]", "", str(row["pmid"] or "")).lstrip("0"),
        "title": title,
        "title and year": f"{title} {year}" if title and year else "",
    }
    return {way: key for way, key in found.items() if key}


def normal_doi(text):
    """A DOI without its resolver, in lower case; empty if it is none. Rayyan may print a link behind it."""
    text = DOI.sub("", str(text or "").strip()).lower().partition(" ")[0].rstrip(".,;")
    return text if text.startswith("10.") else ""


def normal_title(text):
    """Letters and digits of a title, accents and case aside."""
    plain = unicodedata.normalize("NFKD", str(text or "")).casefold()
    return "".join(c for c in plain if c.isalnum())


def short(text):
    """The text or its beginning, in quotes."""
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}...'"


def _single(found, ways):
    """(the one record, ''), or ('', why there is not one)."""
    if len(found) == 1:
        return next(iter(found)), ""
    told = "; ".join(f"by {way} {', '.join(sorted(names))}" for way, names in ways.items())
    return "", f"matches not one record ({told}); put the record's id into a column called record"


def _end(name, kept):
    """The record that was kept in the end; the name itself in a circle, which the check refuses."""
    seen = set()
    while name in kept and name not in seen:
        seen.add(name)
        name = kept[name]
    return name
