"""Pages of the bundle for reviewers: one for each rule of the workflow and one to start from."""

import base64
import html
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from workflow.lib.render.bare_page import bare_page
from workflow.lib.render.markdown import BIDI

STYLE = Path(__file__).with_name("bundle.css")
DOCSTRING = re.compile(r'"""(.*?)"""', re.DOTALL)
MODULE = re.compile(r"^from (workflow\.lib\.[\w.]+) import (\([^)]*\)|.*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What the page of one rule shows."""

    name: str
    wiring: str  # the rule as it stands in its rule file
    script: str  # the text of workflow/scripts/<rule>.py
    jobs: tuple  # records of the manifest
    logs: dict  # id of a job -> text of its log


def esc(text):
    """Text as HTML that prints it and does nothing else; signs that turn the direction are spelled out."""
    return html.escape(BIDI.sub(lambda sign: f"<U+{ord(sign[0]):04X}>", str(text)))


def purpose(wiring):
    """What a rule is for: the first words of its docstring."""
    found = DOCSTRING.search(wiring)
    return " ".join(found[1].split()) if found else ""


def page(title, body):
    """A whole page that needs no other file."""
    return bare_page(esc(title), STYLE.read_text(encoding="utf-8"), f"<main>\n{body}\n</main>")


def rule_page(rule, *, sums, makers, previews):
    """The page of one rule: inputs with previews, code, log, outputs and how to run it again.

    `sums` has path -> SHA-256 sum, `makers` path -> rule that made it, `previews` path -> Preview.
    """
    shown = {"sums": sums, "makers": makers, "previews": previews}
    parts = [
        '<nav><a href="../index.html">All rules</a> <a href="../report.html">The report</a></nav>',
        f'<h1>{esc(rule.name)}</h1><p class="lead">{esc(purpose(rule.wiring))}</p>',
        *(_job(rule, job, shown) for job in rule.jobs),
        _code(rule, sums),
        _rerun(rule),
    ]
    return page(f"{rule.name}: one rule of the run", "\n".join(parts))


def _job(rule, job, shown):
    name = "" if job["id"].partition("/")[2] == rule.name else f": {job['id'].partition('/')[2]}"
    log = rule.logs.get(job["id"], "").strip()
    said = f"<pre>{esc(log)}</pre>" if log else '<p class="soft">The log is empty.</p>'
    return "\n".join(
        [
            f'<section id="{esc(job["id"])}"><h2>Job{esc(name)}</h2>',
            f"<h3>Inputs</h3>{_files(job['inputs'], shown, rule.name)}",
            f"<h3>Outputs</h3>{_files(job['outputs'], shown, rule.name)}",
            f"<h3>Log</h3>{said}</section>",
        ]
    )


def _files(paths, shown, rule):
    return "\n".join(_file(path, shown, rule) for path in paths) or '<p class="soft">none</p>'


def _file(path, shown, rule):
    """One file: link, sum, the rule that made it if that is another one, and its beginning."""
    maker, total = shown["makers"].get(path), shown["sums"][path]
    origin = f'made by <a href="{esc(maker)}.html">{esc(maker)}</a>; ' if maker else "given; "
    return (
        f'<div class="file"><a href="../crate/{esc(quote(path))}">{esc(path)}</a> '
        f'<span class="soft">{origin if maker != rule else ""}SHA-256 '
        f'<span class="sum" title="{esc(total)}">{esc(total[:12])}</span></span>'
        f"{_preview(path, shown['previews'].get(path))}</div>"
    )


def _preview(path, found):
    if found is None or found.kind == "none":
        return ""
    if found.kind == "image":
        data = base64.b64encode(found.content).decode()
        inner = f'<img src="data:image/svg+xml;base64,{data}" alt="{esc(path)}">'
    elif found.kind == "table":
        inner = f'<div class="scroll">{_table(found.rows)}</div>{_more(found.more, "rows")}'
    else:
        inner = f"<pre>{esc(found.text)}</pre>{_more(found.more, 'lines')}"
    return f"<details><summary>Preview</summary>{inner}</details>"


def _more(count, words):
    return f'<p class="soft">and {count} more {words}</p>' if count else ""


def _table(rows):
    """Rows of plain cells, header first."""
    if not rows:
        return '<p class="soft">empty</p>'
    head = "".join(f"<th>{esc(cell)}</th>" for cell in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{esc(cell)}</td>' for cell in row)}</tr>" for row in rows[1:]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _code(rule, sums):
    places = [place for place in _modules(rule.script) if place in sums]
    links = ", ".join(f'<a href="../crate/{esc(p)}">{esc(p)}</a>' for p in places)
    return "\n".join(
        [
            "<h2>Code</h2><h3>The rule</h3>",
            f"<pre>{esc(rule.wiring)}</pre>",
            f'<h3><a href="../crate/workflow/scripts/{esc(rule.name)}.py">The script</a></h3>',
            f"<pre>{esc(rule.script.strip())}</pre>",
            f"<p>It calls {links}.</p>" if links else "",
        ]
    )


def _modules(script):
    """Paths of the modules that a script may import: from a module, or a module from a room."""
    for name, words in MODULE.findall(script):
        path = name.replace(".", "/")
        yield f"{path}.py"
        yield from (f"{path}/{word}.py" for word in re.findall(r"\w+", words))


def _rerun(rule):
    """How to run each job of the rule alone, and to see whether it makes the same."""
    lines = ["cd crate", "make report  # once: it sets up .venv and makes everything again"]
    lines += [
        f".venv/bin/snakemake {job['outputs'][0]} --cores 2 --force --allowed-rules {rule.name}"
        for job in rule.jobs
    ]
    lines += ["cd ..", "sha256sum --check --quiet SHA256SUMS  # names what differs"]
    return f"<h2>Run it again</h2><pre>{esc(chr(10).join(lines))}</pre>"


def index_page(*, title, question, rules, tables):
    """The page to start from; `rules` has (name, purpose, count of jobs), `tables` file names."""
    steps = "".join(
        f'<tr><td><a href="rules/{esc(name)}.html">{esc(name)}</a></td>'
        f"<td>{esc(words)}</td><td>{count}</td></tr>"
        for name, words, count in rules
    )
    listed = "".join(f'<li><a href="tables/{esc(name)}">{esc(name)}</a></li>' for name in tables)
    rerun = "cd crate\nrm -r results\nmake report\ncd ..\nsha256sum --check --quiet SHA256SUMS"
    body = f"""<h1>{esc(title)}</h1>
<p class="lead">{esc(question)}</p>
<p><a href="report.html">Read the report</a>. Everything here works without a network.</p>
<h2>From raw tables to report, rule by rule</h2>
<div class="steps"><table><thead><tr><th>Rule</th><th>What it does</th><th>Jobs</th></tr></thead>
<tbody>{steps}</tbody></table></div>
<h2>Tables</h2>
<ul>{listed}</ul>
<h2>The whole run</h2>
<p><a href="crate/">crate/</a> is an RO-Crate: the raw tables, the workflow and everything that it made.
<a href="crate/lineage.json">lineage.json</a> has the way of every printed number back to its cells;
<a href="crate/results/manifest.json">manifest.json</a> has every file with its sum, the configuration as used and
the versions of the software; <a href="crate/ro-crate-metadata.json">ro-crate-metadata.json</a> says the same to
programs.</p>
<h2>Check and run again</h2>
<p><a href="SHA256SUMS">SHA256SUMS</a> has the sum of every file: <code>sha256sum --check SHA256SUMS</code>. To make
everything again (Python 3.11 or newer with venv, and make), and to see whether it is the same:</p>
<pre>{esc(rerun)}</pre>
<p>A file that differs is named. results/manifest.json differs where the machine or the software does.</p>"""
    return page(title, body)
