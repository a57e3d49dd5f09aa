"""workflow/lib/render/pandoc.py: pandoc finds the files of a review wherever it lies."""

import zipfile

from workflow.lib.render.pandoc import pandoc_path, run_in


def test_a_folder_with_letters_beyond_english_is_read_where_the_locale_has_none(
    tmp_path, monkeypatch
):
    folder = tmp_path / "my rêview"
    folder.mkdir()
    run_in([pandoc_path(), "--to=docx", "--output=style.docx"], folder, "words")
    monkeypatch.setenv("LC_ALL", "C")
    command = [pandoc_path(), "--to=docx", f"--reference-doc={folder / 'style.docx'}"]
    run = run_in([*command, "--output=made.docx"], folder, "words")
    assert (run.returncode, run.stderr) == (0, "")
    assert zipfile.is_zipfile(folder / "made.docx")
