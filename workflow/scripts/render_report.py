"""Rule render_report: prose, pieces, figures and registry in, one self-contained page out."""

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.explain import explain
from workflow.lib.files.runlog import logged
from workflow.lib.files.stage import stage
from workflow.lib.files.tables import read_json
from workflow.lib.render.journal import settings_of
from workflow.lib.render.lint import refuse_typed_numbers
from workflow.lib.render.page import find_renderer, render_page, render_with_quarto
from workflow.scripts.explain_number import evidence

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    numbers = read_json(smk.input.numbers)  # checked when it was written
    renderer = find_renderer(smk.params.config["renderer"])
    logging.info("renderer: %s %s", renderer.name, renderer.version)
    folder = stage(
        smk.input.prose,
        {"sentences": smk.input.sentences, "figures": Path(smk.input.flow).parent},
        numbers=smk.input.numbers,
        target=Path(smk.output.page).with_name("_src"),
        settings=settings_of(smk.params.config, [Path(path).name for path in smk.input.prose]),
    )
    refuse_typed_numbers(folder)
    chains = partial(explain, evidence=evidence(smk.input))
    if renderer.name == "quarto":
        given = {"numbers": numbers, "explain": chains}
        render_with_quarto(folder, "index.qmd", smk.output.page, renderer.command, **given)
        return
    note = f"Rendered by pandoc {renderer.version}, the stand-in for Quarto."
    source, page = folder / "index.qmd", smk.output.page
    render_page(source, numbers=numbers, output=page, renderer_note=note, explain=chains)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
