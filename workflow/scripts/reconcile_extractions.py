"""Rule reconcile_extractions: two extractions in; their cells, agreement and pools, numbers and section out."""

from types import SimpleNamespace
from typing import TYPE_CHECKING

from workflow.lib.audit.double_extraction_numbers import agreement_id, double_extraction_numbers
from workflow.lib.audit.glossary import quantity_words
from workflow.lib.audit.registry import registry
from workflow.lib.files.check import read_raw
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import write_record, write_rows, write_text
from workflow.lib.render.double_extraction_section import double_extraction_section
from workflow.lib.review.agreement import agreement_rows
from workflow.lib.review.extractor_pools import pools_under
from workflow.lib.review.reconciliation import reconcile
from workflow.lib.stats import conversions
from workflow.lib.stats.effects import MEASURES
from workflow.lib.stats.icc import icc_agreement
from workflow.lib.stats.kappa import cohen_kappa
from workflow.lib.stats.wald_effects import wald_effects
from workflow.scripts.fit_model import engine_of

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

STATS = SimpleNamespace(
    conversions=conversions, measures=MEASURES, effects=wald_effects, engine=engine_of
)


def main(smk) -> None:
    given, made, config = smk.input, smk.output, smk.params.config
    rows = {"a": given.extraction_a, "b": given.extraction_b, "consensus": given.extraction}
    rows = {name: read_raw(path, "extraction") for name, path in rows.items()}
    decisions = read_raw(given.adjudication, "adjudication") if given.adjudication else []
    studies = read_raw(given.studies, "studies")
    cells = reconcile(rows["a"], rows["b"], decisions, rows["consensus"])
    agreement = agreement_rows(cells, kappa=cohen_kappa, icc=icc_agreement)
    pools = [
        {"extraction": name, **pool}
        for name, own in rows.items()
        for pool in pools_under(own, studies=studies, config=config, stats=STATS)
    ]
    pools.sort(key=lambda pool: pool["analysis"])
    cells = [{k: v for k, v in cell.items() if k != "is_open"} for cell in cells]
    write_rows(cells, made.cells, "reconciliation")
    write_rows(agreement, made.agreement, "extraction_agreement")
    write_rows(pools, made.pools, "extractor_pools")
    found = double_extraction_numbers(cells, agreement, pools, decided=bool(decisions))
    write_record(registry(found), made.numbers, "numbers")
    ids = {(quantity_words(row["what"]), row["statistic"]): agreement_id(row) for row in agreement}
    titles = {name: analysis["title"] for name, analysis in config["analyses"].items()}
    named = {"ids": ids, "titles": titles, "slabs": {row["study"]: row["slab"] for row in studies}}
    cells, agreement = _in_words(cells, "quantity"), _in_words(agreement, "what")
    write_text(double_extraction_section(cells, agreement, pools, **named), made.section)


def _in_words(rows, column):
    """The rows with the quantities of a column as a reader reads them."""
    return [row | {column: quantity_words(row[column])} for row in rows]


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
