"""The metadata of an RO-Crate: a run as a Provenance Run Crate 0.5, every job with what it read and made.

https://www.researchobject.org/workflow-run-crate/profiles/provenance_run_crate
"""

from pathlib import PurePosixPath
from urllib.parse import quote

from rocrate.model import ContextEntity
from rocrate.rocrate import ROCrate

VERSION = "1.1"  # of RO-Crate; the profiles below build on it
SHA256 = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
DONE = "http://schema.org/CompletedActionStatus"
FORMATS = {
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".lua": "text/x-lua",
    ".md": "text/markdown",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
MAIN, README = "Snakefile", "README.md"


def crate_metadata(manifest, files, *, title, citation):
    """The JSON-LD of ro-crate-metadata.json.

    Valid by the required checks of rocrate-validator 0.13. Of the recommended ones it leaves out
    who ran the jobs and when: the first is not known, the second would differ from run to run.

    `files` has path -> {"sha256", "contentSize"} of every file of the crate. `citation` is the
    record of CITATION.cff: the crate takes its licence, authors and date from it, so that equal
    runs give equal crates.
    """
    crate = ROCrate(version=VERSION)
    crate.metadata.extra_terms = dict(SHA256)
    _describe_root(crate, title, citation)
    engine = _describe_workflow(crate, manifest, files)
    for path in sorted(files.keys() - {MAIN}):
        crate.add_file(dest_path=path, properties=_properties(path, files[path]))
    if README in files:
        crate.get(README)["about"] = crate.root_dataset
    _describe_tools(crate, manifest)
    _describe_run(crate, manifest, engine)
    return crate.metadata.generate()


def _add(crate, identifier, kind, **properties):
    """A thing that is no file; a list of one is that one, as RO-Crate wants it."""
    plain = {key: _single(value) for key, value in properties.items()}
    return crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **plain}))


def _single(value):
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _refer(paths):
    return [{"@id": quote(path)} for path in paths]


def _properties(path, file):
    kind = FORMATS.get(PurePosixPath(path).suffix, "text/plain")
    return {"name": path, "encodingFormat": kind, **file}


def _describe_root(crate, title, citation):
    crate.name = title
    crate.description = (
        f"One run of {citation['title']}: the raw tables, the workflow, everything that it made, "
        "and for every printed number the way back to its cells (lineage.json)."
    )
    crate.datePublished = str(citation["date-released"])
    crate.license = _add(
        crate,
        f"https://spdx.org/licenses/{citation['license']}",
        "CreativeWork",
        name=citation["license"],
        description="licence of the workflow; the raw tables quote sources that have their own",
    )
    crate.root_dataset["author"] = _single(
        [_author(crate, number, author) for number, author in enumerate(citation["authors"], 1)]
    )
    crate.root_dataset["conformsTo"] = [
        _add(crate, url, "CreativeWork", name=name, version=url.rpartition("/")[2])
        for url, name in PROFILES.items()
    ]


def _author(crate, number, author):
    """One author of CITATION.cff: a person has given and family names, anything else a name."""
    if "family-names" in author:
        parts = filter(None, (author.get("given-names"), author["family-names"]))
        return _add(crate, author.get("orcid", f"#author-{number}"), "Person", name=" ".join(parts))
    return _add(crate, f"#author-{number}", "Organization", name=author["name"])


def _describe_workflow(crate, manifest, files):
    """The Snakefile as the main workflow; returns the program that ran it."""
    version = manifest["software"]["snakemake"]
    steps = _rules(manifest)
    workflow = crate.add_workflow(
        dest_path=MAIN,
        main=True,
        lang="snakemake",
        lang_version=version,
        properties=_properties(MAIN, files[MAIN]),
    )
    workflow.properties()["@type"] += ["HowTo"]
    workflow["version"] = manifest["library"]
    workflow["hasPart"] = _refer(map(_script, steps))
    workflow["step"] = [
        _add(crate, f"#step-{rule}", "HowToStep", name=rule, position=str(place),
             workExample={"@id": _script(rule)})
        for place, rule in enumerate(steps, 1)
    ]  # fmt: skip
    return _add(crate, "#snakemake-engine", "SoftwareApplication", name="Snakemake",
                softwareVersion=version, url="https://snakemake.github.io")  # fmt: skip


def _rules(manifest):
    """Names of the rules that ran, in the order of the manifest."""
    return list(dict.fromkeys(job["rule"] for job in manifest["jobs"]))


def _script(rule):
    return f"workflow/scripts/{rule}.py"


def _describe_tools(crate, manifest):
    """The script of each rule is the tool of its jobs."""
    for rule in _rules(manifest):
        tool = crate.get(_script(rule))
        tool.properties()["@type"] = ["File", "SoftwareSourceCode"]
        tool["description"] = f"what rule {rule} runs"
        tool["version"] = manifest["code"][_script(rule)][:12]  # the beginning of its sum


def _describe_run(crate, manifest, engine):
    """The run, and below it each job: what it read, what it made, which script did it."""
    run = _add(crate, "#run", "CreateAction", name="the whole run",
               description="snakemake, with config.yaml as results/manifest.json has it", instrument={"@id": MAIN},
               object=_refer(manifest["inputs"]), result=_refer(manifest["outputs"]),
               actionStatus=DONE)  # fmt: skip
    steps = [_describe_job(crate, job) for job in manifest["jobs"]]
    actions = [step["object"] for step in steps]
    organised = _add(crate, "#organize", "OrganizeAction", name="Snakemake runs the jobs in order",
                     instrument=engine, object=steps, result=run)  # fmt: skip
    crate.root_dataset["mentions"] = [run, *actions, organised]


def _describe_job(crate, job):
    name = job["id"]
    action = _add(crate, f"#job-{name}", "CreateAction", name=f"job {name}",
                  description=f"rule {job['rule']}; to run it alone: snakemake {job['outputs'][0]} --force "
                  f"--allowed-rules {job['rule']}",
                  instrument={"@id": _script(job["rule"])}, object=_refer(job["inputs"]),
                  result=_refer(job["outputs"]), actionStatus=DONE)  # fmt: skip
    if log := crate.get(quote(job["log"])):
        log["about"] = action
        action["subjectOf"] = log
    return _add(crate, f"#control-{name}", "ControlAction", name=f"step {job['rule']} for {name}",
                instrument={"@id": f"#step-{job['rule']}"}, object=action)  # fmt: skip
