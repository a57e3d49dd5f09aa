"""A made-up review: four raw exports of n records, and which records are of one work.

Everything here is made up: titles, persons, journals, numbers. The exports look as those of
PubMed (nbib), Embase (RIS), the Cochrane Library (CSV) and Web of Science (plain text) do, with the
noise of real ones: accents lost, subtitles left out, abbreviations, spelling, slips of the pen,
missing DOIs, other pages, other forms of initials; and with works that look alike and are not:
errata, retraction notices, abstracts of conferences, parts, updates, companions, protocols.
"""

import csv
import io
import random
from dataclasses import dataclass, field, replace

from tests.projects.records_words import (
    CONDITIONS,
    DESIGNS,
    FAMILIES,
    GIVEN,
    INTERVENTIONS,
    JOURNALS,
    OUTCOMES,
    POPULATIONS,
    SWAPS,
    TEMPLATES,
    TWINS,
)

DATABASES = ("pubmed", "embase", "central", "wos")
SHARE = {"pubmed": 0.6, "embase": 0.65, "central": 0.35, "wos": 0.5}  # of works in each database
FILES = {
    "pubmed": "pubmed.nbib",
    "embase": "embase.ris",
    "central": "central.csv",
    "wos": "wos.txt",
}
NAMES = {
    "pubmed": ("MEDLINE", "PubMed"),
    "embase": ("Embase", "Embase.com"),
    "central": ("CENTRAL", "Cochrane Library"),
    "wos": ("Web of Science", "Web of Science Core Collection"),
}
SIBLINGS = (  # works made from another one -> share of all works
    *(("erratum", 0.02), ("retraction", 0.005), ("abstract", 0.05), ("part", 0.015)),
    *(("update", 0.015), ("companion", 0.03), ("protocol", 0.01), ("letter", 0.01)),
)


@dataclass(frozen=True, slots=True)
class Work:
    """One made-up publication."""

    key: str
    title: str
    subtitle: str
    authors: tuple[tuple[str, str], ...]  # family, given names
    year: int
    journal: tuple[str, str]  # full, abbreviated
    volume: str
    issue: str
    first: str
    last: str
    doi: str
    kind: str = "article"
    in_pubmed: bool = True
    pmid: str = ""


@dataclass(slots=True)
class MadeUp:
    """The exports, the rows of sources.csv, and the work of each record."""

    exports: dict[str, bytes]  # file name -> content
    sources: list[dict]
    works: dict[str, str] = field(default_factory=dict)  # record id (source:accession) -> work
    kinds: dict[str, str] = field(default_factory=dict)  # work -> kind


def made_up_review(n, seed=1, planted=()) -> MadeUp:
    """A made-up review of exactly `n` records in four exports; the same for the same seed.

    `planted` are works that have to be found, each in a database or several; the others are drawn.
    """
    chance = random.Random(seed)
    copies = {name: [] for name in DATABASES}
    truth, kinds, count, number = {}, {}, 0, 0
    while count < n:
        own = [planted[number]] if number < len(planted) else family_of(number, chance)
        for place, work in enumerate(own):
            pmid = str(30_000_000 + 10 * number + place) if work.in_pubmed else ""
            work, kinds[work.key] = replace(work, pmid=pmid), work.kind
            for name in databases_of(work, chance)[: n - count]:
                accession = ACCESSIONS[name](work, len(copies[name]))
                copies[name].append((accession, work))
                truth[f"{name}:{accession}"] = work.key
                count += 1
        number += 1
    for rows in copies.values():
        chance.shuffle(rows)
    for name in DATABASES[1:]:
        rest = [work for _, work in copies[name]]
        copies[name] = [
            (accession, blurred(work, chance, rest)) for accession, work in copies[name]
        ]
    exports = {FILES[name]: WRITERS[name](copies[name], chance) for name in DATABASES}
    return MadeUp(
        exports, [source_row(name, len(copies[name])) for name in DATABASES], truth, kinds
    )


def source_row(name, expected):
    """A row of sources.csv."""
    database, platform = NAMES[name]
    return {
        "source": name,
        "file": FILES[name] if expected else "",
        "database": database,
        "platform": platform,
        "kind": "database",
        "date": "2024-03-15",
        "strategy": "made up: (cryoneurolysis OR cryoablation) AND pain",
        "expected": str(expected),
        "note": "made up",
    }


ACCESSIONS = {
    "pubmed": lambda work, place: work.pmid,
    "embase": lambda work, place: f"L{2_000_000_000 + place}",
    "central": lambda work, place: f"CN-{1_000_000 + place:08}",
    "wos": lambda work, place: f"WOS:{place:015}",
}


def databases_of(work, chance):
    """The databases that hold a work; at least one."""
    found = [
        name
        for name in DATABASES
        if chance.random() < SHARE[name] and (name != "pubmed" or work.in_pubmed)
    ]
    return found or ["embase"]


# --- works


def family_of(number, chance):
    """One work, and for some a work that looks like it."""
    work = new_work(number, chance)
    draw, works = chance.random(), [work]
    for kind, share in SIBLINGS:
        if draw < share:
            return [*works, *MAKERS[kind](work, chance)]
        draw -= share
    return works


def new_work(number, chance):
    """A work on its own."""
    parts = {
        "intervention": chance.choice(INTERVENTIONS),
        "condition": chance.choice(CONDITIONS),
        "outcome": chance.choice(OUTCOMES),
        "population": chance.choice(POPULATIONS),
    }
    title = chance.choice(TEMPLATES).format(**parts)
    first = chance.randint(1, 1900)
    return Work(
        key=f"work-{number}",
        title=title[0].upper() + title[1:],
        subtitle=chance.choice(DESIGNS) if chance.random() < 0.6 else "",
        authors=tuple(person(chance) for _ in range(chance.randint(1, 8))),
        year=chance.randint(1990, 2023),
        journal=chance.choice(JOURNALS),
        volume=str(chance.randint(1, 90)),
        issue=str(chance.randint(1, 12)),
        first=str(first),
        last=str(first + chance.randint(1, 14)),
        doi=f"10.5555/made.up.{number}" if chance.random() < 0.85 else "",
    )


def person(chance):
    """A made-up person."""
    given = " ".join(chance.sample(GIVEN, chance.choice((1, 1, 2))))
    family = chance.choice(FAMILIES)
    return (f"{family}-{chance.choice(FAMILIES)}" if chance.random() < 0.03 else family, given)


def sibling(work, kind, **changes):
    """A work made from another, with a key of its own."""
    return replace(work, key=f"{work.key}-{kind}", kind=kind, **changes)


def erratum(work, chance):
    """The notice of an error, in a later issue."""
    lead = chance.choice(("Erratum: {}", "Correction to: {}", "Erratum to '{}'", "{} (erratum)"))
    return [
        sibling(
            *(work, "erratum"),
            title=lead.format(work.title),
            year=work.year + chance.choice((0, 0, 1)),
            **own_place(work, chance),
        )
    ]


def retraction(work, chance):
    """The notice of a retraction."""
    lead = chance.choice(
        ("Retraction: {}", "Retraction notice to '{}'", "Notice of retraction: {}")
    )
    year = work.year + chance.randint(1, 3)
    return [sibling(work, "retraction", title=lead.format(work.title), year=year,
                    **own_place(work, chance))]  # fmt: skip


def own_place(work, chance):
    """Pages and DOI that are not those of the other work."""
    first = str(int(work.first) + chance.randint(20, 300)) if work.first.isdigit() else "901"
    doi = f"{work.doi}.n" if work.doi and chance.random() < 0.6 else ""
    return {"first": first, "last": first, "doi": doi}


def abstract(work, chance):
    """The abstract of a conference, before the paper."""
    page = f"S{chance.randint(1, 400)}"
    year = work.year - chance.choice((0, 1, 1, 2))
    doi = f"10.5555/suppl.{year}" if chance.random() < 0.2 else ""  # one of the whole supplement
    changes = {"subtitle": ""} if chance.random() < 0.5 else {}
    place = {"journal": chance.choice(JOURNALS), "volume": str(chance.randint(1, 90))}
    if chance.random() < 0.3:  # a supplement of the journal that prints the paper
        place = {"journal": work.journal, "volume": work.volume}
    kind = "abstract" if chance.random() < 0.85 else "untold abstract"  # the type says Article
    return [
        sibling(
            *(work, kind), year=year, doi=doi, in_pubmed=False, issue="Suppl. 1", first=page, last=page,
            **place, **changes,
        )
    ]  # fmt: skip


def part(work, chance):
    """Two parts of one publication, the second in place of nothing."""
    forms = chance.choice((("Part I", "Part II"), ("Part 1", "Part 2")))
    titles = [f"{work.title}. {form}" for form in forms]
    place = own_place(work, chance)
    same = {"year": work.year, "subtitle": work.subtitle}
    return [sibling(work, "part1", title=titles[0], **same, **own_place(work, chance)),
            sibling(work, "part2", title=titles[1], **same, **place)]  # fmt: skip


def update(work, chance):
    """A Cochrane review and its update: same title, other year."""
    number = chance.randint(1000, 15000)
    title = f"{chance.choice(INTERVENTIONS)} for {chance.choice(CONDITIONS)}".capitalize()
    base = {
        "title": title, "subtitle": "", "journal": JOURNALS[0], "last": "",
        "volume": "", "issue": str(chance.randint(1, 12)),
    }  # fmt: skip
    later = work.year + chance.randint(1, 6)
    code = f"CD{number:06}"
    return [
        sibling(work, "review", doi=f"10.1002/14651858.{code}", first=code, **base),
        sibling(work, "update", doi=f"10.1002/14651858.{code}.pub2", first=code, year=later,
                authors=work.authors[: max(1, len(work.authors) - 1)], **{**base, "issue": "4"}),
    ]  # fmt: skip


def companion(work, chance):
    """Another report of the same group: a word or two differ."""
    old, new = next(((a, b) for a, b in TWINS if a in work.title), ("", ""))
    title = (
        work.title.replace(old, new)
        if old
        else f"{work.title} after {chance.choice((6, 12))} months"
    )
    changes = own_place(work, chance)
    year = work.year + chance.choice((0, 0, 1))
    return [
        sibling(
            work, "companion", title=title, year=year, volume=str(int(work.volume) + 1), **changes
        )
    ]


def protocol(work, chance):
    """The protocol of a trial, before its report."""
    return [sibling(work, "protocol", subtitle="study protocol for a randomised controlled trial",
                    year=work.year - 2, journal=JOURNALS[1], volume=str(chance.randint(1, 20)),
                    **own_place(work, chance))]  # fmt: skip


def letter(work, chance):
    """Two letters under one title."""
    title = chance.choice(
        ("Letter to the editor", "Reply", "Editorial comment", "Authors' response")
    )
    base = {"title": title, "subtitle": "", "doi": ""}
    more = {"authors": (person(chance),), "first": str(chance.randint(1, 1900)), "last": ""}
    return [sibling(work, "letter1", **base), sibling(work, "letter2", **base, **more)]


MAKERS = {
    "erratum": erratum, "retraction": retraction, "abstract": abstract, "part": part,
    "update": update, "companion": companion, "protocol": protocol, "letter": letter,
}  # fmt: skip


# --- noise


def full_title(work, chance, *, lost):
    """Title and subtitle; the subtitle is left out with the probability `lost`."""
    if not work.subtitle or chance.random() < lost:
        return work.title
    mark = chance.choice((": ", ": ", ": ", " - ", ". "))
    return f"{work.title}{mark}{work.subtitle[0].upper() + work.subtitle[1:] if mark == '. ' else work.subtitle}"


def blurred(work, chance, rest):
    """The work as one database has it: a field or two missing, wrong or in another form."""
    changes = {}
    for share, change in BLURS:
        if chance.random() < share:
            changes |= change(work, chance, rest)
    return replace(work, **changes)


def wrong_doi(work, chance, rest):
    """The DOI of another work, or one with a digit too many."""
    other = chance.choice(rest)
    return {"doi": other.doi if chance.random() < 0.3 else f"{work.doi}1" if work.doi else ""}


BLURS = (  # share of records -> change
    (0.04, lambda work, chance, rest: {"first": "", "last": ""}),
    (0.04, lambda work, chance, rest: {"volume": ""}),
    (0.03, lambda work, chance, rest: {"year": work.year + chance.choice((-1, 1))}),
    (0.004, wrong_doi),
    (0.002, lambda work, chance, rest: {"pmid": chance.choice(rest).pmid}),
    (0.02, lambda work, chance, rest: {"authors": work.authors[:1]}),
    (0.01, lambda work, chance, rest: {"authors": work.authors[1:] + work.authors[:1]}),
    (
        0.005,
        lambda work, chance, rest: {"authors": tuple((g.split()[0], f) for f, g in work.authors)},
    ),
    (
        0.03,
        lambda work, chance, rest: {
            "journal": (f"{work.journal[0]} : official journal of a society",) * 2
        },
    ),
    (
        0.02,
        lambda work, chance, rest: {
            "journal": ("".join(w[0] for w in work.journal[0].split()).upper(),) * 2
        },
    ),
    (0.02, lambda work, chance, rest: {"title": f"<i>{work.title}</i>"}),
    (0.01, lambda work, chance, rest: {"title": f"{work.title} (English)"}),
    (
        0.006,
        lambda work, chance, rest: {
            "title": FOREIGN.format(work.title.split()[-1]),
            "subtitle": "",
        },
    ),
)
FOREIGN = "Über eine erfundene Behandlung und deren Ergebnisse: {}"


def noisy(text, chance, *, slips, spelling):
    """The text with other spellings and abbreviations, and with slips of the pen."""
    for old, new in SWAPS:
        if old in text and chance.random() < spelling:
            text = text.replace(old, new)
    if chance.random() < slips:
        for _ in range(chance.choice((1, 1, 2))):
            text = slip(text, chance)
    return text


def slip(text, chance):
    """One letter left out, doubled or exchanged with the next."""
    places = [
        place for place, one in enumerate(text[:-1]) if one.isalpha() and text[place + 1].isalpha()
    ]
    if not places:
        return text
    at = chance.choice(places)
    kind = chance.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


PLAIN = str.maketrans({"ü": "u", "ö": "o", "ä": "a", "é": "e", "è": "e", "ø": "o", "å": "a", "ñ": "n",
                       "ç": "c", "ß": "ss", "ł": "l", "š": "s", "č": "c", "í": "i", "ó": "o", "á": "a",
                       "ı": "i", "ş": "s", "ğ": "g", "Ö": "O", "Ø": "O", "Š": "S", "Ç": "C"})  # fmt: skip
GERMAN = str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae", "Ö": "Oe", "ß": "ss"})


def folded(text, chance, share):
    """The text without its accents, in one of two ways, with the probability `share`."""
    if chance.random() >= share:
        return text
    return text.translate(GERMAN if chance.random() < 0.3 else PLAIN).translate(PLAIN)


def initials(given, mark=""):
    """'JM' or 'J.M.' of given names."""
    return "".join(f"{one[0]}{mark}" for one in given.split())


def abstract_text(work):
    """A made-up abstract."""
    return (
        f"BACKGROUND: Made-up abstract of {work.key}. METHODS: We studied {work.title.lower()} in a made-up "
        f"sample. RESULTS: Nothing was found, since nothing was done. CONCLUSION: Made up. " * 2
    ).strip()


def sometimes(value, chance, share):
    """The value with the probability `share`, else nothing."""
    return value if chance.random() < share else ""


# --- exports


def write_pubmed(rows, chance):
    """The bytes of a PubMed export (nbib)."""
    records = []
    for accession, work in rows:
        types = {"erratum": "Published Erratum", "retraction": "Retraction of Publication"}
        pages = f"{work.first}-{short_last(work.first, work.last)}".strip("-")
        lines = [
            ("PMID", accession), ("OWN", "NLM"), ("STAT", "MEDLINE"), ("VI", work.volume), ("IP", work.issue),
            ("DP", f"{work.year} Mar"), ("TI", f"{full_title(work, chance, lost=0.01)}."), ("PG", pages),
            ("LID", f"{work.doi} [doi]" if work.doi and chance.random() < 0.9 else ""),
            ("AB", abstract_text(work)),
            *((tag, text) for family, given in work.authors
              for tag, text in (("FAU", f"{family}, {given}"), ("AU", f"{family} {initials(given)}"))),
            ("LA", "eng"), ("PT", types.get(work.kind, "Journal Article")), ("TA", work.journal[1]),
            ("JT", work.journal[0]), ("SO", f"{work.journal[1]}. {work.year};{work.volume}:{pages}."),
        ]  # fmt: skip
        records.append("".join(nbib_line(tag, text) for tag, text in lines if text))
    return "\n".join(records).encode()


def nbib_line(tag, text):
    """One tag of MEDLINE format, folded at 88 characters."""
    words, lines, line = text.split(" "), [], ""
    for word in words:
        if line and len(line) + len(word) > 80:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return f"{tag:<4}- " + "\n      ".join([*lines, line]) + "\n"


def short_last(first, last):
    """'30' for 123 to 130, as MEDLINE shortens pages."""
    if len(first) != len(last) or first == last:
        return last if first != last else ""
    same = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(last) - 1
    )
    return last[same:]


def write_embase(rows, chance):
    """The bytes of an Embase export (RIS, CRLF)."""
    records = []
    for accession, work in rows:
        title = noisy(full_title(work, chance, lost=0.04), chance, slips=0.06, spelling=0.2)
        types = {"erratum": "Erratum", "retraction": "Erratum", "abstract": "Conference Abstract"}
        journal = work.journal[chance.random() < 0.2]
        lines = [
            ("TY", "JOUR"), ("M3", types.get(work.kind, "Article")), ("Y1", str(work.year)),
            ("VL", work.volume), ("IS", work.issue), ("SP", work.first), ("EP", work.last),
            ("T1", folded(title, chance, 0.2)), ("JF", journal),
            ("DO", sometimes(work.doi, chance, 0.8)), ("U2", accession), ("C5", sometimes(work.pmid, chance, 0.5)),
            *(("A1", folded(f"{family}, {initials(given, '.')}", chance, 0.3)) for family, given in work.authors),
            ("N2", abstract_text(work)), ("LA", "English"),
        ]  # fmt: skip
        text = "".join(f"{tag}  - {value}\r\n" for tag, value in lines if value)
        records.append(f"{text}ER  - \r\n\r\n")
    return "".join(records).encode()


def write_central(rows, chance):
    """The bytes of a Cochrane Library export (CSV with a byte order mark)."""
    text = io.StringIO()
    names = ["Cochrane Review ID", "Author(s)", "Title", "Source", "Year", "Volume", "Issue", "Pages", "DOI",
             "Publication Type", "Abstract"]  # fmt: skip
    writer = csv.DictWriter(text, names, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    for accession, work in rows:
        title = noisy(full_title(work, chance, lost=0.04), chance, slips=0.04, spelling=0.25)
        title = title.upper() if chance.random() < 0.03 else title
        persons = "; ".join(
            folded(f"{family} {initials(given)}", chance, 0.5) for family, given in work.authors
        )
        types = {"abstract": "Conference proceeding", "erratum": "Erratum"}
        values = (
            accession, "" if chance.random() < 0.01 else persons, title,
            work.journal[chance.random() < 0.6], work.year + (chance.random() < 0.04),
            sometimes(work.volume, chance, 0.95), work.issue, f"{work.first}-{work.last}".strip("-"),
            sometimes(work.doi, chance, 0.5), types.get(work.kind, "Journal article"), abstract_text(work),
        )  # fmt: skip
        writer.writerow(dict(zip(names, values, strict=True)))
    return text.getvalue().encode("utf-8-sig")


def write_wos(rows, chance):
    """The bytes of a Web of Science export (plain text with a byte order mark)."""
    records = []
    for accession, work in rows:
        title = noisy(full_title(work, chance, lost=0.02), chance, slips=0.04, spelling=0.15)
        title = title.title() if chance.random() < 0.3 else title
        types = {
            "abstract": "Meeting Abstract",
            "erratum": "Correction",
            "retraction": "Retraction",
        }
        persons = [
            folded(f"{family}, {initials(given)}", chance, 0.6) for family, given in work.authors
        ]
        number = chance.random() < 0.04  # an article number where others print pages
        place = [("AR", f"e{work.first}9")] if number else [("BP", work.first), ("EP", work.last)]
        lines = [
            ("PT", "J"), ("AU", "\n   ".join(persons)), ("TI", title), ("SO", work.journal[0].upper()),
            ("LA", "English"), ("DT", types.get(work.kind, "Article")), ("AB", abstract_text(work)),
            ("PY", str(work.year)), ("VL", work.volume), ("IS", work.issue), *place,
            ("DI", sometimes(work.doi, chance, 0.85)), ("UT", accession),
            ("PM", sometimes(work.pmid, chance, 0.4)),
        ]  # fmt: skip
        text = "".join(f"{tag} {value}\n" for tag, value in lines if value)
        records.append(f"{text}ER\n\n")
    head = "\ufeffFN Clarivate Analytics Web of Science\nVR 1.0\n"
    return f"{head}{''.join(records)}EF\n".encode()


WRITERS = {
    "pubmed": write_pubmed,
    "embase": write_embase,
    "central": write_central,
    "wos": write_wos,
}
