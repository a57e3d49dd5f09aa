"""What a journal prints around the results: style of the references, statements, how to cite this version."""

from workflow.lib.errors import RenderError
from workflow.lib.render.markdown import escape_markdown

BUILT_IN = "author-date"  # Chicago, which pandoc and Quarto use without a file
FOLDER, SUFFIX = "csl", ".csl"
NOT_STATED = "not stated"
STATEMENTS = (
    ("Funding", "funding"),
    ("Competing interests", "competing_interests"),
    ("Data and code", "data_availability"),
)
SHORT = 12  # hex digits that tell two versions apart


def settings_of(config: dict, prose: list[str]) -> dict:
    """What config.yaml decides on every page: its title, authors and the style of the references.

    `prose` are the names of the files of the report's folder.

    Raises
    ------
    RenderError
        If the style has no file.
    """
    journal = config.get("journal", {})
    found = {"title": escape_markdown(config["review"]["title"])}
    style = journal.get("citation_style", BUILT_IN)
    if style != BUILT_IN:
        if f"{style}{SUFFIX}" not in prose:
            known = sorted(one.removesuffix(SUFFIX) for one in prose if one.endswith(SUFFIX))
            raise RenderError(
                f"config.yaml: journal.citation_style: no file report/{FOLDER}/{style}{SUFFIX}; "
                f"admissible: {', '.join([BUILT_IN, *known])}"
            )
        found["csl"] = f"{FOLDER}/{style}{SUFFIX}"
    authors = [one["name"] for one in journal.get("authors", [])]
    return found | ({"author": authors} if authors else {})


def statements(facts):
    """Authors, funding, interests and where data and code are: as config.yaml has them, or not stated."""
    journal = facts.config.get("journal", {})
    authors = "; ".join(map(_author, journal.get("authors", []))) or NOT_STATED
    lines = [f"**Authors.** {_ended(authors)}"]
    for words, key in STATEMENTS:
        lines.append(f"**{words}.** {_ended(escape_markdown(journal.get(key, NOT_STATED)))}")
    return "\n\n".join(lines) + "\n"


def _author(one):
    """Name, affiliation, ORCID and address of one author, as far as they are given."""
    more = [one[key] for key in ("affiliation", "orcid", "email") if key in one]
    return escape_markdown(", ".join([one["name"], *more]))


def _ended(text):
    return text if text.endswith(".") else f"{text}."


def how_to_cite(facts):
    """A box: who, what, which version and day, and the sum of the accepted numbers."""
    journal = facts.config.get("journal", {})
    authors = ", ".join(one["name"] for one in journal.get("authors", []))
    parts = [
        escape_markdown(authors),
        escape_markdown(facts.config["review"]["title"]),
        f"Version {escape_markdown(journal['version'])}" if "version" in journal else "",
        escape_markdown(journal.get("date", "")),
        f"Numbers `{facts.lock['sum'][:SHORT]}`" if facts.lock else "",
        f"<{journal['url']}>" if "url" in journal else "",
    ]
    cited = ". ".join(filter(None, parts))
    body = f"{cited}.\n\n{_lock_words(facts.lock)}"
    return f"::: {{.callout-note}}\n## How to cite this version\n\n{body}\n:::\n"


def _lock_words(lock):
    """Whether these are the accepted numbers, and their sum in full."""
    if not lock:
        return "No numbers are accepted yet (`make accept`), so this version has no sum of its own."
    same = "are those" if lock["equal"] else "are not all those"
    return (
        f"The numbers of this report {same} of `numbers.lock.csv`, which was accepted with the sum "
        f"`{lock['sum']}`."
    )
