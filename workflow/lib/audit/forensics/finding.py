"""What a forensic check says: findings, what it compared, and why it left something out."""

from dataclasses import dataclass, field

# check -> (severity unless config.yaml says otherwise, the paper that it follows)
CHECKS = {
    "sd_for_se": (
        "warning",
        "Kadlec et al. 2022, doi:10.1007/s40279-022-01766-0; Cochrane Handbook 6.5.2",
    ),
    "large_smd": ("warning", "Kadlec et al. 2022, doi:10.1007/s40279-022-01766-0"),
    "sd_on_scale": ("warning", "Bhatia and Davis 2000, doi:10.1080/00029890.2000.12005203"),
    "grim": ("warning", "Brown and Heathers 2017, doi:10.1177/1948550616673876"),
    "grimmer": ("warning", "Anaya 2016, doi:10.7287/peerj.preprints.2400v1; Allard 2018"),
    "debit": ("warning", "Heathers and Brown 2019, osf.io/5vb3u"),
    "interval_arithmetic": (
        "warning",
        "Altman and Bland 2011, doi:10.1136/bmj.d2304; Cochrane Handbook 6.5.2",
    ),
    "n_over_time": ("warning", "Cochrane Handbook 6.5.2.8; Grey et al. 2020"),
    "duplicate_cohorts": ("warning", "Tramer et al. 1997, doi:10.1136/bmj.315.7109.635"),
    "percentages": ("warning", "Brown and Heathers 2017, doi:10.1177/1948550616673876"),
    "arm_totals": ("warning", "Grey et al. 2020, doi:10.1038/d41586-019-03959-6"),
    "last_digits": ("note", "Mosimann et al. 1995, doi:10.1080/08989629508573866"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not fit, with its arithmetic; or what a check did where nothing did."""

    check: str
    severity: str  # warning | note | skipped | passed
    study: str  # empty where it is about none or about several
    rows: tuple[str, ...]  # ids of extraction rows
    message: str
    source: str


@dataclass(slots=True)
class Checked:
    """What one check did: how much it compared, what it found, what it had to leave out."""

    check: str
    compared: int = 0
    findings: list[Finding] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)  # reason -> how often

    def flag(self, study, rows, message, *, weak=False):
        """Add a finding; a weak one has an innocent reason that is common, and is only a note."""
        severity, source = CHECKS[self.check]
        severity = "note" if weak else severity
        self.findings.append(Finding(self.check, severity, study, tuple(rows), message, source))

    def skip(self, reason):
        """Count one thing that cannot be checked, for this reason."""
        self.skipped[reason] = self.skipped.get(reason, 0) + 1


def shown(value):
    """A computed number in a message: four significant digits."""
    return f"{value:.4g}"


def span(low, high):
    """A computed range in a message; one number where its ends print the same."""
    return shown(low) if shown(low) == shown(high) else f"{shown(low)} to {shown(high)}"
