"""Rule render_documents: the sources of the page in, a Word file and a tagged PDF out."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.files.runlog import logged
from workflow.lib.files.stage import stage
from workflow.lib.files.tables import read_record
from workflow.lib.render.documents import Document, write_pdf, write_with_quarto, write_word
from workflow.lib.render.journal import settings_of
from workflow.lib.render.page import find_renderer

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake

WRITERS = {"word": write_word, "pdf": write_pdf}


def main(smk) -> None:
    numbers = read_record(smk.input.numbers, "numbers")
    config, renderer = smk.params.config, find_renderer(smk.params.config["renderer"])
    logging.info("renderer: %s %s", renderer.name, renderer.version)
    folder = stage(
        smk.input.prose,
        {"sentences": smk.input.sentences, "figures": Path(smk.input.flow).parent},
        numbers=smk.input.numbers,
        target=Path(smk.output.word).with_name("_documents"),
        settings=settings_of(config, [Path(path).name for path in smk.input.prose]),
    )
    note = f"Made by pandoc {renderer.version}, the stand-in for Quarto."
    document = Document(config["review"]["title"], note)
    for form, write in WRITERS.items():
        if renderer.name == "quarto":
            write_with_quarto(folder, "index.qmd", smk.output[form], renderer.command)
        else:
            source = folder / "index.qmd"
            write(source, numbers=numbers, output=smk.output[form], document=document)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
