"""Rule draw_multiverse: the record and the columns of the curve in, the specification curve out."""

from typing import TYPE_CHECKING

from workflow.lib.figures.specification_curve import Marks, draw_specification_curve
from workflow.lib.figures.style import figure_bytes
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_table, write_bytes
from workflow.lib.render.multiverse_section import DECISIONS

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    record = read_record(smk.input.record, "multiverse")
    rows = read_table(smk.input.curve, "multiverse_curve")
    is_tile = rows["decision"].fillna("") != ""
    decisions = [
        (
            DECISIONS[one["name"]],
            [option["label"] for option in one["options"]],
            share(one["variance"]),
        )
        for one in record["decisions"]
    ]
    claim = record["published"] or {"value": None, "printed": ""}
    marks = Marks(record["primary_column"], claim["value"], f"as published: {claim['printed']}")
    title = smk.params.config["analyses"][record["analysis"]]["title"]
    figure = draw_specification_curve(
        rows[~is_tile],
        placed(rows[is_tile], record["decisions"]),
        decisions,
        axis_label=title,
        marks=marks,
    )
    write_bytes(figure_bytes(figure, "svg"), smk.output.svg)
    write_bytes(figure_bytes(figure, "png"), smk.output.png)


def share(variance):
    """A share of the variance, NaN where there is none."""
    return float("nan") if variance is None else variance


def placed(tiles, decisions):
    """The tiles with the places of their decisions and options."""
    names = [one["name"] for one in decisions]
    labels = {one["name"]: [option["label"] for option in one["options"]] for one in decisions}
    pairs = list(zip(tiles["decision"], tiles["option"], strict=True))
    return tiles.assign(
        decision=[names.index(decision) for decision, _ in pairs],
        option=[labels[decision].index(option) for decision, option in pairs],
    )


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
