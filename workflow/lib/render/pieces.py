"""All pieces that the report includes: file name -> markdown."""

import re

from workflow.lib.render import audit_tables
from workflow.lib.render import flow_section as flow
from workflow.lib.render import report_tables as tables
from workflow.lib.render import review_sentences as sentences
from workflow.lib.render.abstract import abstract
from workflow.lib.render.answer import answer
from workflow.lib.render.diagnostic_figures import diagnostic_figures, drawn
from workflow.lib.render.examined_table import examined_table
from workflow.lib.render.example_banner import EXAMPLE_WORDS, example_banner
from workflow.lib.render.facts import num
from workflow.lib.render.forensics_table import forensics_table
from workflow.lib.render.history_section import history_section
from workflow.lib.render.journal import how_to_cite, statements
from workflow.lib.render.markdown import escape_markdown as esc
from workflow.lib.render.markdown import without_entities
from workflow.lib.render.methods_sentences import methods_sentences
from workflow.lib.render.pool_sentences import alternative, base_of, guard_rails, paragraph
from workflow.lib.render.search_sentences import search_section
from workflow.lib.render.shortcodes import fill_numbers, ids_in
from workflow.lib.render.summary import summary

CITATION = re.compile(r"\[(@[\w;@ ]+)\]")


def pieces(facts):
    """File name -> markdown for results/sentences/, the provenance of what they print included."""
    found = {
        "lead.md": "\n".join(filter(None, (example_banner(facts), sentences.lead(facts)))),
        "answer.md": answer(facts, _forest(facts, facts.headline("primary"))),
        "status.md": sentences.status(facts),
        "summary.md": summary(facts),
        "abstract.md": abstract(facts),
        "statements.md": statements(facts),
        "cite.md": how_to_cite(facts),
        "claims.md": "\n\n".join(
            (tables.claims_table(facts), sentences.claims_sentence(facts), search_section(facts))
        ),
        "flow.md": _flow(facts),
        "characteristics.md": tables.characteristics_table(facts),
        "narrated.md": f"{_told(facts)}\n\n{tables.narrated_table(facts)}",
        "assumptions.md": tables.assumptions_table(facts),
        "forensics.md": forensics_table(facts),
        "cleaning_log.md": tables.cleaning_table(facts),
        "results.md": _results(facts),
        "history.md": history_section(facts),
        "limits.md": sentences.limits(facts),
        "methods.md": f"{methods_sentences(facts)}\n\n{tables.methods_table(facts)}",
        "inputs.md": audit_tables.inputs_table(facts),
        "sources.md": audit_tables.sources_table(facts),
        "quotes.md": audit_tables.quotes_table(facts),
        **{f"{name}.md": text for name, text in facts.books.items()},
    }
    printed = dict.fromkeys(number for text in found.values() for number in ids_in(text))
    ids = sorted(printed | dict.fromkeys(facts.used))
    return found | {"provenance.md": audit_tables.provenance_table(facts, ids)}


def _told(facts):
    """Sentences about the studies that are not pooled, without the words that head their section."""
    return sentences.narrated_sentences(facts).removeprefix("**Told, not pooled.** ")


def _in_order(facts):
    """Analyses as the headline names them, then the others."""
    first = [name for name in facts.config["headline"].values() if name in facts.models]
    return list(dict.fromkeys([*first, *sorted(facts.models)]))


def _results(facts):
    """One tab for each analysis."""
    tabs = "\n\n".join(_analysis(facts, name) for name in _in_order(facts))
    return f"::: {{.panel-tabset}}\n\n{tabs}\n:::\n"


def _analysis(facts, name):
    """One analysis: sentences, figure, tables; links lead to the mark at its start, which tabs leave alone."""
    model = facts.models[name]
    parts = [
        f"### {esc(model['title'])}\n\n[]{{#sec-{tables.label(name)}}}",
        guard_rails(facts, model),
        paragraph(facts, model),
        _forest_beside(facts, model),
        tables.studies_table(facts, model),
        tables.tests_table(model),
        tables.leave_one_out_table(facts, model) if model["fit"]["k"] > 1 else "",
        diagnostic_figures(facts, name),
        examined_table(facts, name),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _forest_beside(facts, model):
    """The forest plot, or where it stands: that of the primary pool is at the top of the report."""
    drawn = _forest(facts, model)
    if not drawn or model is not facts.headline("primary"):
        return drawn
    return f"Its forest plot stands beside the answer: @{_figure_id(model)}."


def _figure_id(model):
    return f"fig-forest-{tables.label(model['analysis'])}"


def _forest(facts, model):
    """The forest plot with its caption, alternative text and data; empty where none is asked for."""
    name, title = model["analysis"], esc(model["title"])
    if not facts.config["analyses"][name]["forest"]:
        return ""
    caption = f"{title}: forest plot of {_studies(model)}{_hollow(facts, name)}"
    words = f"Forest plot. {model['title']}. {alternative(facts, model)}"
    return figure(facts.numbers, f"forest_{name}", caption, words, _figure_id(model))


def _studies(model):
    """What the plot shows, for any number of studies."""
    k = model["fit"]["k"]
    if k < 2:
        return "one study, not a pool" if k else "studies of which none can be pooled"
    return f"{num(f'{base_of(model)}.k')} pooled studies"


def _hollow(facts, name):
    told = any(row["status"] == "narrated" for row in facts.effects[name])
    return "; hollow squares are told, not pooled" if told else ""


def _flow(facts):
    """The flow: where its counts come from, the diagram, the boxes one by one."""
    caption, words = "PRISMA flow of records, reports and studies", flow.flow_words(facts)
    diagram = figure(facts.numbers, "flow", caption, words, "fig-flow")
    shown = diagram if flow.is_drawn(facts) else ""
    return "\n\n".join(filter(None, (flow.flow_sentence(facts), shown, flow.flow_table(facts))))


def figure(numbers, name, caption, words, figure_id):
    """A figure; the alternative text is plain, its numbers already filled in."""
    plain = CITATION.sub(_cited, without_entities(fill_numbers(words, numbers, linked=False)))
    alt = plain.replace("\\", "").replace('"', "\u201d")
    return drawn(name, caption, alt, figure_id)


def plain_summary(facts):
    """results/summary.md: the plain summary with its numbers filled in and its citations in words."""
    text = fill_numbers(summary(facts), facts.numbers, linked=False)
    title = facts.config["review"]["title"]
    warning = EXAMPLE_WORDS if example_banner(facts) else ""
    return (
        f"# {esc(title)}: plain summary\n\n{warning}{CITATION.sub(_cited, without_entities(text))}"
    )


def _cited(match):
    return "(" + ", ".join(key.strip().removeprefix("@") for key in match[1].split(";")) + ")"
