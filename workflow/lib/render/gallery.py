"""The gallery: one card or one line for each published meta-analysis that is regenerated."""

import base64
from dataclasses import dataclass
from pathlib import Path

from workflow.lib.render.bare_page import bare_page
from workflow.lib.render.facts import end_of, plural, unit_words
from workflow.lib.render.markdown import escape_html, escape_markdown, without_entities

CSS = Path(__file__).with_name("gallery.css")
TITLE = "Published meta-analyses, regenerated"
LONG = 30  # studies from which a forest plot is put into a box that scrolls
VERDICTS = {
    "consistent": "consistent",
    "contradicted": "different",
    "not_checkable": "not checkable",
}


@dataclass(frozen=True, slots=True)
class Other:
    """A claim that is not reproduced, and why."""

    sentence: str
    printed: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One review of the gallery."""

    name: str  # of its folder
    title: str
    question: str
    source: str  # label of the review that is rerun
    measure: str  # code of the effect measure
    unit: str  # as its effects are read
    method: str
    k: int
    pool: str  # title of the analysis
    result: str  # the pool with its interval
    claims: int
    reproduced: int
    others: tuple[Other, ...]


def entry(name, *, config, model, claims, numbers, label):
    """The Entry of a review from its configuration, its primary model, its audited claims and its numbers."""
    base, end = f"pooled.{model['analysis']}", end_of(model["unit"])
    text = {item: numbers[f"{base}.{item}{end}"]["text"] for item in ("beta", "ci_lb", "ci_ub")}
    level = numbers[f"{base}.level"]["text"]
    others = tuple(
        Other(claim["sentence"], claim["printed"], claim["verdict"], claim["missing"])
        for claim in claims
        if claim["verdict"] != "reproduced"
    )
    return Entry(
        name=name,
        title=config["review"]["title"],
        question=config["review"]["question"],
        source=label,
        measure=model["measure"],
        unit=unit_words(model),
        method=model["fit"]["method"],
        k=model["fit"]["k"],
        pool=model["title"],
        result=f"{text['beta']} ({level}% CI {text['ci_lb']} to {text['ci_ub']})",
        claims=len(claims),
        reproduced=len(claims) - len(others),
        others=others,
    )


def table(entries):
    """The gallery as a table in markdown, links to the folders of the reviews."""
    head = "| Review | Question | Measure | Studies | Pool | Claims reproduced |\n"
    lines = [
        f"| [{one.name}](../reviews/{one.name}/README.md) | {_plain(one.question)} | {one.unit} ({one.measure}) | "
        f"{one.k} | {_plain(one.pool)}: {one.result} | {one.reproduced} of {one.claims} |\n"
        for one in entries
    ]
    return f"{head}| --- | --- | --- | ---: | --- | ---: |\n{''.join(lines)}"


def differences(entries):
    """The claims that are not reproduced, as a list in markdown, each with the reason."""
    return "".join(
        f"- **{one.name}**, {VERDICTS[other.verdict]}. {_told(other, _plain)}\n"
        for one in entries
        for other in one.others
    )


def _told(other, safe):
    """What a claim says, what is printed and why that differs; `safe` makes text that only prints."""
    why = f"{other.why[:1].upper()}{other.why[1:]}." if other.why else ""
    said = (safe(other.sentence), f"Printed: {safe(other.printed)}.", safe(why))
    return " ".join(filter(None, said))


def _plain(text):
    """Text as markdown that only prints it."""
    return without_entities(escape_markdown(text))


def page(entries, forests, *, failed=None):
    """The gallery as one page without other files.

    `forests` maps a name to its forest plot (SVG bytes), `failed` the name of a review that could not
    be built to what its run said.
    """
    done, all_ = sum(one.reproduced for one in entries), sum(one.claims for one in entries)
    cards = "\n".join(_card(one, forests[one.name]) for one in entries)
    body = f"""<header>
<h1>{TITLE}</h1>
<p>{len(entries)} {plural(len(entries), "review")}, each from its raw table to its report by the same workflow. Of \
{all_} numbers that others have printed, <strong>{done} are reproduced</strong> to the printed digit; the others say \
why not.</p>
{_failures(failed or {})}</header>
<main>
{cards}
</main>"""
    return bare_page(TITLE, CSS.read_text(encoding="utf-8"), body)


def _failures(failed):
    """The reviews that are not on the page, each with what its run said; empty if all are."""
    if not failed:
        return ""
    e, n = escape_html, len(failed)
    said = "".join(
        f"<details><summary>reviews/{e(name)}</summary><pre>{e(text)}</pre></details>"
        for name, text in failed.items()
    )
    return (
        f'<section class="failed" role="alert"><h2>{n} {plural(n, "review")} could not be built</h2>'
        f"{said}</section>\n"
    )


def _card(one, forest):
    """One review: what it asks, what it answers, its forest plot, its claims, its report."""
    e = escape_html
    image = base64.b64encode(forest).decode("ascii")
    words = f"Forest plot of {one.title}: {one.unit} {one.result}, {one.k} studies"
    return f"""<article id="{e(one.name)}">
<h2><a href="../../reviews/{e(one.name)}/results/report/index.html">{e(one.title)}</a></h2>
<p class="source">{e(one.source)}</p>
<p class="question">{e(one.question)}</p>
<p class="result"><span>{e(one.pool)}:</span> <strong>{_held(e(one.result))}</strong></p>
<ul class="facts"><li>{e(one.unit)} ({e(one.measure)}, {e(one.method)})</li>\
<li>{one.k} {plural(one.k, "study", "studies")}</li>\
<li class="{"all" if not one.others else "some"}">{one.reproduced} of {one.claims} claims reproduced</li></ul>
<div class="forest{" long" if one.k > LONG else ""}" tabindex="0">\
<img alt="{e(words)}" src="data:image/svg+xml;base64,{image}"></div>
{_others(one)}
</article>"""


def _held(result):
    """A result whose interval does not part from its words at the end of a line."""
    return result.replace("% CI ", "%\u00a0CI\u00a0")


def _others(one):
    """What is not reproduced, folded."""
    if not one.others:
        return ""
    e, n = escape_html, len(one.others)
    lines = "".join(
        f"<li><strong>{e(VERDICTS[other.verdict])}</strong>: {_told(other, e)}</li>"
        for other in one.others
    )
    said = plural(n, "claim is", "claims are")
    return f"<details><summary>{n} {said} not reproduced: why</summary><ul>{lines}</ul></details>"
