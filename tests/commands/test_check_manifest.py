"""make check-manifest: every difference is named, and nothing is rewritten."""

import pytest

from workflow.commands.check_manifest import main
from workflow.lib.files.manifest import inputs_record, manifest_record
from workflow.lib.files.tables import write_json

JOB = {
    "id": "write_all/write_all",
    "rule": "write_all",
    "inputs": [],
    "outputs": ["results/one.csv", "results/two.csv"],
    "log": "results/logs/write_all/write_all.log",
}


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A made-up run of two files, with its manifest."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    for name in ("one", "two"):
        (tmp_path / f"results/{name}.csv").write_text("made up\n", encoding="utf-8")
    record = manifest_record([JOB], [], config={}, library="l", code={})
    write_json(record, "results/manifest.json")
    return tmp_path


def state(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def test_a_run_as_it_was_made_passes_and_is_not_touched(run, capsys):
    before = state(run)
    main()
    assert "all 2 files are as results/manifest.json says" in capsys.readouterr().out
    assert state(run) == before


def test_every_difference_is_named_and_nothing_is_rewritten(run, capsys):
    (run / "results/one.csv").write_text("edited\n", encoding="utf-8")
    (run / "results/two.csv").unlink()
    (run / "results/three.csv").write_text("by hand\n", encoding="utf-8")
    before = state(run)
    with pytest.raises(SystemExit) as end:
        main(run)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("results/one.csv: expected ")
    assert ", found " in said[0]
    assert said[1].endswith("but the file is missing")
    assert said[2] == "remark: results/three.csv: not in the manifest"
    assert str(end.value) == "2 of 2 files differ from results/manifest.json"
    assert state(run) == before


@pytest.mark.parametrize("text", [None, "{", "{}"])
def test_without_a_manifest_that_can_be_read_it_says_what_to_do(run, text):
    path = run / "results/manifest.json"
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match="make report"):
        main()


def test_the_smaller_record_is_no_manifest(run):
    record = inputs_record([], config={}, library="l")
    write_json(record, run / "results/manifest.json")
    with pytest.raises(SystemExit, match="outputs"):
        main()
