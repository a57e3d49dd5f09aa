"""Rule count_bias: judgements and pools in, the numbers of risk of bias and its section of the report out."""

from pathlib import Path
from typing import TYPE_CHECKING

from workflow.lib.audit.bias_numbers import bias_numbers
from workflow.lib.audit.registry import registry
from workflow.lib.files.check import read_raw
from workflow.lib.files.instruments import read_instruments
from workflow.lib.files.runlog import logged
from workflow.lib.files.tables import read_record, read_rows, write_record, write_text
from workflow.lib.render.bias_section import bias_section
from workflow.lib.review.bias.agreement import agreement_tables
from workflow.lib.review.bias.shares import counted, used_words, weight_shares
from workflow.lib.review.bias.table import assessments, remarks
from workflow.lib.stats.weighted_kappa import weighted_kappa

if TYPE_CHECKING:
    from snakemake.script import Snakemake

    snakemake: Snakemake


def main(smk) -> None:
    rules, rows = smk.params["rules"], read_rows(smk.input.bias, "bias_judgements")
    instruments = read_instruments(Path(smk.input.raw).parent)
    raw = read_raw(smk.input.raw, "risk_of_bias")
    tables = agreement_tables(assessments(raw, instruments=instruments, rules=rules))
    models = {Path(path).stem: read_record(path, "model") for path in smk.input.models}
    shares = {name: (model, weight_shares(rows, model)) for name, model in models.items()}
    shares = {name: pair for name, pair in shares.items() if pair[1]}
    counts = counted(rows, instruments)
    kappas = {
        name: weighted_kappa(counts_of, ordered=ordered)
        for name, (_, ordered, counts_of) in tables.items()
    }
    numbers = registry(bias_numbers(counts, shares, kappas))
    write_record(numbers, smk.output.numbers, "numbers")
    told = {"rows": rows, "counts": counts, "remarks": remarks(rows, instruments)}
    told["records"] = used_words(rows, instruments, rules)
    told["pools"] = {name: model["title"] for name, (model, _) in shares.items()}
    write_text(bias_section(numbers, **told), smk.output.section)


if __name__ == "__main__":
    with logged(snakemake.log[0]):
        main(snakemake)
