"""Whether the cluster that a run is meant for can be reached: asked before anything is submitted."""

import shutil
import subprocess

from workflow.lib.errors import InputError

WAIT = 20  # seconds for an answer
CURE = "log in where jobs are submitted, or leave --workflow-profile profiles/slurm out to run here"


def require_cluster(executor: str) -> None:
    """Nothing, if jobs of this executor can be submitted; only Slurm is asked.

    Raises
    ------
    InputError
        If Slurm's commands are not there or its controller does not answer. Nothing was submitted.
    """
    if executor != "slurm":
        return
    missing = [name for name in ("sbatch", "squeue", "scontrol") if shutil.which(name) is None]
    if missing:
        words = f"Slurm: {', '.join(missing)} is not on the PATH"
        raise InputError([f"{words}; nothing was submitted; {CURE}"])
    try:
        run = subprocess.run(
            ["scontrol", "ping"], capture_output=True, text=True, timeout=WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise InputError(
            [f"Slurm: no answer within {WAIT} seconds; nothing was submitted; {CURE}"]
        ) from None
    if run.returncode or " UP" not in run.stdout:
        said = " ".join((run.stdout + run.stderr).replace("*", "").split()) or "no answer"
        raise InputError(
            [f"Slurm: the controller is not up ({said}); nothing was submitted; {CURE}"]
        )
