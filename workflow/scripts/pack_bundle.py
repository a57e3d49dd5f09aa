"""Rule pack_bundle: the crate in, one zip file for reviewers out."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from workflow.lib.files.bundle import lay_out, preview, rule_texts, tables_of, write_sums, write_zip
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, write_text
from workflow.lib.render.rule_page import RuleFacts, index_page, purpose, rule_page

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def facts_of(rule, wiring, manifest, crate):
    """What the page of one rule shows."""
    jobs = tuple(job for job in manifest["jobs"] if job["rule"] == rule)
    script = (crate / f"workflow/scripts/{rule}.py").read_text(encoding="utf-8")
    logs = {job["id"]: (crate / job["log"]).read_text(encoding="utf-8") for job in jobs}
    return RuleFacts(rule, wiring, script, jobs, logs)


def main(smk) -> None:
    crate, manifest = Path(smk.input.crate), read_record(smk.input.manifest, "manifest")
    sums = manifest["code"] | manifest["inputs"] | manifest["outputs"]
    makers = {path: job["rule"] for job in manifest["jobs"] for path in job["outputs"]}
    names, wiring = list(dict.fromkeys(makers.values())), rule_texts(crate / "workflow/rules")
    previews = {path: preview(crate / path) for path in sums}
    rules = [facts_of(name, wiring[name], manifest, crate) for name in names]
    tables, review = tables_of(manifest["outputs"]), manifest["config"]["review"]
    with TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(crate, folder, tables)
        for rule in rules:
            page = rule_page(rule, sums=sums, makers=makers, previews=previews)
            write_text(page, folder / f"rules/{rule.name}.html")
        listed = [(rule.name, purpose(rule.wiring), len(rule.jobs)) for rule in rules]
        words = {"title": review["title"], "question": review["question"]}
        write_text(index_page(**words, rules=listed, tables=tables), folder / "index.html")
        write_sums(folder)
        write_zip(folder, smk.output.bundle, inside="review")


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
