"""Rule summarise_collection: pools and diagnoses of all parts in; what they say together out."""

from typing import TYPE_CHECKING

from workflow.lib.audit.readings import printed
from workflow.lib.audit.registry import text_of
from workflow.lib.config_measures import RATIOS
from workflow.lib.figures.collection import draw_collection
from workflow.lib.figures.style import figure_bytes
from workflow.lib.files.collection.listing import (
    as_arrays,
    listed_columns,
    remove_pages,
    review_rows,
    write_listing,
)
from workflow.lib.files.collection.parts import each_part
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_bytes, write_rows, write_text
from workflow.lib.render.collection_page import index_page
from workflow.lib.review.collection.listing import index_facts, index_words, listing_of
from workflow.lib.review.collection.summary import (
    Counted,
    disagreement_rows,
    distribution_rows,
    model_rows,
    summary_rows,
)

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

MOST = 100_000  # meta-analyses that the page lists one by one; of more it lists the reviews
METAS = (
    *("k", "tau2", "I2", "pval", "largest_weight", "egger_pval", "pi_includes_null"),
    *("significant", "disagree", "opposite"),
)
PRINTED = {True: printed("log "), False: printed("")}
POOLS = ("model", "pval", "beta", "tau2", "pi_lb", "ci_lb", "ci_ub")


def counted_of(given, level):
    """The sums over all parts, one part in memory at a time."""
    counted = Counted(level)
    parts = zip(each_part(given.meta_analyses, METAS), each_part(given.pools, POOLS), strict=True)
    for metas, pools in parts:
        if len(metas):
            counted.add(as_arrays(metas, METAS), as_arrays(pools, POOLS))
    return counted


def effect_text(measure, value):
    """An effect as it is read: the ratio behind a logarithm, or two decimals."""
    return PRINTED[measure in RATIOS](value)


def main(smk) -> None:
    given, made, config = smk.input, smk.output, smk.params.config
    source, skipped = read_record(given.source, "collection_source"), given.skipped
    skipped = read_rows(skipped, "collection_skipped")
    counted = counted_of(given, config["level"])
    summary = summary_rows(counted, source)
    models = model_rows(counted, config["models"])
    distributions = distribution_rows(counted)
    reviews = review_rows(given.meta_analyses, skipped)
    write_rows(summary, made.summary, "collection_summary")
    write_rows(models, made.by_model, "collection_models")
    write_rows(disagreement_rows(counted), made.disagreement, "collection_disagreement")
    write_rows(reviews, made.by_review, "collection_reviews")
    write_rows(distributions, made.distributions, "collection_distributions")
    figure = draw_collection(distributions, models, primary=config["primary"])
    svg = figure_bytes(figure, "svg")
    write_bytes(svg, made.svg)
    write_bytes(figure_bytes(figure, "png"), made.png)
    write_listing(given.meta_analyses, made.table)
    remove_pages(made.index)
    whole = source["meta_analyses"] <= MOST
    listed = listed_columns(given.meta_analyses) if whole else reviews
    listing = listing_of(listed, text_of, effect_text)
    facts, alt = index_facts(summary, text_of)
    words = index_words(source, config, whole=whole)
    write_text(index_page(config["title"], facts, listing, (svg, alt), words), made.index)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
