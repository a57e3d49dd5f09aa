"""From numbers and figures to sentences, the plain summary, the page, the Word file and the PDF.

Needs: results/numbers.json, the tables and figures, report/
Makes: results/sentences/, results/summary.md, results/report/{index.html,report.docx,report.pdf}
"""

LOCK = [
    "numbers.lock.json",
    "numbers.lock.csv",
]  # the accepted numbers, if there are any


rule write_sentences:
    """Write the sentences and tables that depend on the results, numbers as registry ids."""
    input:
        numbers="results/numbers.json",
        inputs="results/inputs.json",
        claims="results/audit/claims.csv",
        studies="data/raw/studies.csv",
        extraction="data/raw/extraction.csv",
        flow="results/tables/flow.csv",
        raw_flow="data/raw/flow.csv",
        narrated="results/tables/narrated.csv",
        cleaning_log="results/prepared/cleaning_log.csv",
        effects=expand("results/effects/{analysis}.csv", analysis=ANALYSES),
        models=expand("results/models/{analysis}.json", analysis=ANALYSES),
        leave_one_out=expand(
            "results/robustness/leave_one_out_{analysis}.csv", analysis=ANALYSES
        ),
        examined=expand(
            "results/robustness/examined_{analysis}.json", analysis=EXAMINED
        ),
        prose=PROSE,
        findings="results/tables/findings.csv",
        sources=branch(exists(SOURCES), then=SOURCES, otherwise=[]),
        bias=BIAS,
        instruments=OWN_INSTRUMENTS,
        lock=branch(exists("numbers.lock.json"), then=LOCK, otherwise=[]),
        history=branch(exists(HISTORY), then=HISTORY, otherwise=[]),
        forensics="results/audit/forensics.csv",
        checked="results/prepared/checked.json",
        books=SECTIONS,
        retractions=RETRACTIONS,
    output:
        sentences=directory("results/sentences"),
        summary="results/summary.md",
    log:
        "results/logs/write_sentences/write_sentences.log",
    benchmark:
        "results/benchmarks/write_sentences/write_sentences.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/write_sentences.py"


rule render_report:
    """Render the report to one self-contained page, by Quarto or by the pandoc stand-in."""
    input:
        numbers="results/numbers.json",
        sentences="results/sentences",
        figures=expand("results/figures/forest_{analysis}.svg", analysis=FORESTS),
        flow="results/figures/flow.svg",
        history=UPDATES,
        diagnostics=expand("results/figures/{figure}.svg", figure=DIAGNOSTICS),
        book_figures=expand("results/figures/{figure}.svg", figure=book_figures(BOOKS)),
        prose=PROSE,
        inputs="results/inputs.json",
        extraction="data/raw/extraction.csv",
        studies="data/raw/studies.csv",
        raw_claims="data/raw/claims.csv",
        raw_flow="data/raw/flow.csv",
        book_tables=BOOK_TABLES,
        cleaning_log="results/prepared/cleaning_log.csv",
    output:
        page=report(
            "results/report/index.html",
            caption="../report/report.rst",
            category="Report",
            labels={"page": "the report"},
        ),
    log:
        "results/logs/render_report/render_report.log",
    benchmark:
        "results/benchmarks/render_report/render_report.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/render_report.py"


rule render_documents:
    """Write the report as a Word file and as a tagged PDF, from the sources of the page."""
    input:
        numbers="results/numbers.json",
        sentences="results/sentences",
        figures=expand("results/figures/forest_{analysis}.svg", analysis=FORESTS),
        flow="results/figures/flow.svg",
        history=UPDATES,
        diagnostics=expand("results/figures/{figure}.svg", figure=DIAGNOSTICS),
        book_figures=expand("results/figures/{figure}.svg", figure=book_figures(BOOKS)),
        prose=PROSE,
    output:
        word=report(
            "results/report/report.docx",
            caption="../report/documents.rst",
            category="Report",
            labels={"page": "the report as a Word file"},
        ),
        pdf=report(
            "results/report/report.pdf",
            caption="../report/documents.rst",
            category="Report",
            labels={"page": "the report as a PDF"},
        ),
    log:
        "results/logs/render_documents/render_documents.log",
    benchmark:
        "results/benchmarks/render_documents/render_documents.tsv"
    conda:
        "../../environment.yml"
    params:
        config=config,
        library=LIBRARY,
    script:
        "../scripts/render_documents.py"
