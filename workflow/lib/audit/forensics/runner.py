"""All forensic checks of one extraction, with the severity that config.yaml gives them."""

from dataclasses import replace

from workflow.lib.audit.forensics.cells import cells_of
from workflow.lib.audit.forensics.counts import arm_totals, n_over_time, percentages
from workflow.lib.audit.forensics.digits import last_digits
from workflow.lib.audit.forensics.duplicates import duplicate_cohorts
from workflow.lib.audit.forensics.finding import CHECKS, Finding
from workflow.lib.audit.forensics.granularity import debit, grim, grimmer
from workflow.lib.audit.forensics.intervals import interval_arithmetic
from workflow.lib.audit.forensics.spread import large_smd, sd_for_se, sd_on_scale

ORDER = ("warning", "note", "skipped", "passed")
JOIN = ";"


def forensics(rows, studies, *, outcomes, arms, severities=None):
    """Rows of results/audit/forensics.csv: findings first, then what each check did.

    `rows` and `studies` are text rows of extraction.csv and studies.csv that have passed the check;
    `outcomes` and `arms` are those of config.yaml; `severities` maps a check to off, note or warning
    (YAML reads a bare off as false).
    """
    wanted = {name: severity for name, (severity, _) in CHECKS.items()} | (severities or {})
    tested = [
        one
        for one in _all_checks(rows, studies, outcomes, arms)
        if wanted[one.check] not in ("off", False)
    ]
    found = [
        finding for one in tested for finding in (*_graded(one, wanted[one.check]), *_did(one))
    ]
    place = {name: number for number, name in enumerate(CHECKS)}
    found.sort(key=lambda one: (ORDER.index(one.severity), place[one.check]))
    return [_row(finding) for finding in found]


def _all_checks(rows, studies, outcomes, arms):
    """What every check says, in the order of CHECKS."""
    cells = cells_of(rows)
    mixed = sd_for_se(cells, outcomes)
    intervals = interval_arithmetic(cells, mixed)
    return (
        mixed,
        large_smd(cells, arms),
        sd_on_scale(cells, outcomes),
        grim(cells, outcomes),
        grimmer(cells, outcomes),
        debit(cells, outcomes),
        intervals,
        n_over_time(cells),
        duplicate_cohorts(cells, studies),
        percentages(rows, cells),
        arm_totals(cells, arms),
        last_digits(cells),
    )


def _graded(tested, wanted):
    """The findings of a check; a weak one stays a note whatever is wanted."""
    for finding in tested.findings:
        weak = finding.severity != CHECKS[tested.check][0]
        yield finding if weak else replace(finding, severity=wanted)


def _did(tested):
    """What a check compared, and what it left out for which reason."""
    source = CHECKS[tested.check][1]
    for reason, times in tested.skipped.items():
        message = f"left out {times} times: {reason}"
        yield Finding(tested.check, "skipped", "", (), message, source)
    found, compared = len(tested.findings), tested.compared
    if found:
        return
    if compared:
        message = f"{compared} compared, nothing found"
        yield Finding(tested.check, "passed", "", (), message, source)
    elif not tested.skipped:
        message = "nothing in the extraction to compare"
        yield Finding(tested.check, "skipped", "", (), message, source)


def _row(finding):
    """A finding as a row of the table."""
    return {
        "check": finding.check,
        "severity": finding.severity,
        "study": finding.study,
        "rows": JOIN.join(dict.fromkeys(finding.rows)),
        "message": finding.message,
        "source": finding.source,
    }
