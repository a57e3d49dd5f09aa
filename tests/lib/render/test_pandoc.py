"""workflow/lib/render/pandoc.py: pandoc finds the files of a review wherever it lies."""

from workflow.lib.render.pandoc import pandoc_path, run_in


def test_a_folder_with_letters_beyond_english_is_read_where_the_locale_has_none(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("LC_ALL", "C")
    source = tmp_path / "my rêview" / "a.md"
    source.parent.mkdir()
    source.write_text("words", encoding="utf-8")
    run = run_in([pandoc_path(), "--to=plain", str(source)], source.parent)
    assert (run.returncode, run.stdout) == (0, "words\n")
