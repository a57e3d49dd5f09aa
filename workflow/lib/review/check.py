"""The checks that need more than one table, by the table that they are about."""

from workflow.lib.review.bias.checks import bias_problems
from workflow.lib.review.bias.table import judged_columns
from workflow.lib.review.books import claims_problems, flow_problems, studies_problems
from workflow.lib.review.certainty.check import certainty_problems
from workflow.lib.review.choices import choice_problems
from workflow.lib.review.dedupe.decisions import decisions_problems
from workflow.lib.review.examine_checks import examine_problems
from workflow.lib.review.extraction import extraction_problems
from workflow.lib.review.flow import arithmetic_problems
from workflow.lib.review.multiverse_options import multiverse_problems
from workflow.lib.review.protocol import protocol_problems
from workflow.lib.review.reconciliation import double_problems
from workflow.lib.review.screening_flow import ledger_problems
from workflow.lib.review.search_checks import search_problems


def cross_checks(config):
    """Functions (tables, cure) -> problems; `cure(text)` says what to do about a non-number."""
    return (
        lambda tables, cure: extraction_problems(
            tables["extraction"], studies=tables["studies"], config=config, not_a_number=cure
        ),
        lambda tables, cure: studies_problems(tables["studies"], review=config["review"]["study"]),
        lambda tables, cure: choice_problems(
            tables["extraction"], studies=tables["studies"], config=config
        ),
        lambda tables, cure: flow_problems(tables["flow"]) + arithmetic_problems(tables["flow"]),
        lambda tables, cure: ledger_problems(tables, config.get("screening", {})),
        lambda tables, cure: decisions_problems(
            tables.get("duplicates", []), tables.get("records")
        ),
        lambda tables, cure: claims_problems(tables["claims"], not_a_number=cure),
        lambda tables, cure: double_problems(tables),
        lambda tables, cure: search_problems(tables, config),
        lambda tables, cure: multiverse_problems(tables, config),
        lambda tables, cure: examine_problems(
            tables["studies"], config, judged_columns(tables.get("risk_of_bias", []))
        ),
        lambda tables, cure: bias_problems(
            tables.get("risk_of_bias", []),
            studies=tables["studies"],
            instruments=tables.get("instruments"),
            config=config,
        ),
        lambda tables, cure: certainty_problems(tables.get("certainty", []), config),
        lambda tables, cure: protocol_problems(
            tables.get("protocol", []), tables.get("deviations", []), config
        ),
    )
