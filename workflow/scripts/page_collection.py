"""Rule page_collection: one part of a collection with its pools in; the page of one meta-analysis out."""

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.compute as pc
from pyarrow import parquet

from workflow.lib.audit.readings import LOG
from workflow.lib.audit.registry import text_of
from workflow.lib.config_measures import RATIOS
from workflow.lib.errors import InputError
from workflow.lib.figures.forest import draw_forest
from workflow.lib.figures.forest_looks import look_of
from workflow.lib.figures.style import figure_bytes
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, write_text
from workflow.lib.render.collection_page import meta_page
from workflow.lib.review.collection.page import Told, forest, tables, words
from workflow.lib.review.forest_table import COLUMNS
from workflow.lib.stats.effects import MEASURES
from workflow.lib.stats.student import quantile
from workflow.scripts.summarise_collection import effect_text

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def own_rows(path, name):
    """Rows of one meta-analysis in a table of its part, as dicts."""
    return parquet.read_table(path, filters=pc.field("id") == name).to_pylist()


def axis_of(spec):
    """Words under the axis: the measure in its unit, or the ratio behind a logarithm."""
    ratio = spec.scale.removeprefix(LOG)
    if ratio == spec.scale:
        return f"{spec.label} ({spec.scale})"
    return f"{ratio[0].upper()}{ratio[1:]} on a logarithmic axis"


def main(smk) -> None:
    name, config = smk.wildcards.id, smk.params.config
    found = [own_rows(smk.input[one], name) for one in ("meta_analyses", "pools", "part")]
    if not found[0]:
        cure = "take an id from results/collection/meta_analyses.csv; skipped ones have no page"
        raise InputError([f"{name}: no meta-analysis of this collection has this id; {cure}"])
    (meta,), pools, studies = found
    spec = MEASURES[meta["measure"]]
    told = Told(meta, pools, studies, config, quantile(config["level"], None))
    rows = forest(told, effect_text)
    figure = draw_forest(
        pd.DataFrame(rows, columns=COLUMNS),
        axis_label=axis_of(spec),
        columns=("Study", f"Estimate [{config['level']:g}% CI]", "Weight"),
        look=look_of(marks="log" if meta["measure"] in RATIOS else "plain"),
    )
    source = read_record(smk.input.source, "collection_source")
    title, lead, alt, facts, note = words(told, source, text_of, effect_text)
    parts = {"facts": facts, "figure": (figure_bytes(figure, "svg"), alt), "source": note}
    parts["tables"] = tables(told, text_of)
    write_text(meta_page(title, lead, parts), smk.output.page)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
