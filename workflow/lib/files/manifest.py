"""What a run was made of: inputs with their sums, configuration, library and software."""

import platform
import sys
from importlib.metadata import version
from pathlib import Path

from workflow.lib.files.fingerprint import file_sha256

PACKAGES = ("snakemake", "numpy", "pandas", "scipy", "matplotlib", "jsonschema")


def software():
    """Name -> version of Python and of the packages that numbers can depend on."""
    packages = {name: version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **packages}


def manifest(inputs, *, config, library):
    """The manifest record: `inputs` are paths; no time stamps, so that equal runs are equal."""
    return {
        "inputs": {Path(path).as_posix(): file_sha256(path) for path in inputs},
        "config": config,
        "library": library,
        "software": software(),
        "platform": sys.platform,
    }
