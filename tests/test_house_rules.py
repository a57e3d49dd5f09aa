"""The house as tests: rooms without doors, rules with furniture, sizes that stay readable."""

import ast
import re
from pathlib import Path

import pytest

import workflow.lib

ROOT = Path(__file__).parents[1]
LIB = ROOT / "workflow/lib"
LIBRARY = sorted(LIB.rglob("*.py"))
SCRIPTS = sorted((ROOT / "workflow/scripts").glob("*.py"))
RULE_FILES = sorted((ROOT / "workflow/rules").glob("*.smk"))
ROOMS = {"audit", "figures", "files", "render", "review", "stats"}
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}
WIRING_ONLY = re.compile(r"^\s*(def|if|for|while)\b|\blambda\b", re.MULTILINE)


def ident(path):
    return path.relative_to(ROOT).as_posix()


def imports(path):
    """Names of all modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (
                f"{node.module}.{node.names[0].name}" if node.module.count(".") < 3 else node.module
            )


def functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def length(node):
    """Lines of a function without its docstring."""
    start = node.body[0]
    has_docstring = isinstance(start, ast.Expr) and isinstance(start.value, ast.Constant)
    text = start.end_lineno - start.lineno + 1 if has_docstring else 0
    return node.end_lineno - node.lineno + 1 - text


def rules(path):
    """(name, text) of every rule in a file."""
    for block in re.split(r"^rule ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        yield block.split(":")[0], block


ALL_RULES = [(path, name, text) for path in RULE_FILES for name, text in rules(path)]


def test_library_is_the_one_in_this_checkout():
    assert Path(next(iter(workflow.lib.__path__))).is_relative_to(ROOT)


def test_there_are_as_many_scripts_as_rules():
    assert {path.stem for path in SCRIPTS} == {name for _, name, _ in ALL_RULES}


CONFIG = (
    "config",
    "config_measures",
    "config_varied",
    "config_versions",
)  # parts of one check, in files beside it


@pytest.mark.parametrize("path", LIBRARY, ids=ident)
def test_rooms_of_the_library_have_no_doors_between_them(path):
    room = path.relative_to(LIB).parts[0]
    for name in imports(path):
        assert name.split(".")[0] != "snakemake", f"{room} must not know Snakemake"
        if name.startswith("workflow."):
            assert name.split(".")[1] == "lib", f"{room} must not import {name}"
            own = {room, "errors", *(CONFIG if f"{room}".startswith("config") else ())}
            assert name.split(".")[2] in own, f"{room} must not import {name}"


@pytest.mark.parametrize("path", LIBRARY, ids=ident)
def test_only_the_room_of_files_and_the_renderer_open_files(path):
    room = path.relative_to(LIB).parts[0]
    if room in {"files", "render", "config.py"}:
        pytest.skip("this one may")
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"\bopen\(|read_text|write_text|read_bytes|write_bytes|read_csv|to_csv", text
    )


@pytest.mark.parametrize("path", [*LIBRARY, *SCRIPTS], ids=ident)
def test_functions_stay_short_and_take_few_arguments(path):
    for node in functions(path):
        arguments = node.args
        count = len(arguments.posonlyargs) + len(arguments.args)
        assert length(node) <= 40, f"{node.name}: {length(node)} lines"
        assert count <= 6, f"{node.name}: {count} positional arguments"


@pytest.mark.parametrize("path", LIBRARY, ids=ident)
def test_files_of_the_library_stay_within_three_hundred_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("path", LIBRARY, ids=ident)
def test_every_module_of_the_library_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert path.name not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", SCRIPTS, ids=ident)
def test_a_script_is_a_short_adapter_with_a_main(path):
    text = path.read_text(encoding="utf-8")
    bodies = [node for node in functions(path) if node.name == "main"]
    assert len(bodies) == 1
    assert length(bodies[0]) <= 40
    assert text.startswith(f'"""Rule {path.stem}: ')
    assert "with logged(snakemake.log[0]):" in text


@pytest.mark.parametrize("path", RULE_FILES, ids=ident)
def test_rule_files_are_wiring_with_a_contract(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert re.match(r'""".*?Needs: .*?Makes: .*?"""', text, re.DOTALL)
    bare = re.sub(r'""".*?"""', "", text, flags=re.DOTALL)
    bare = re.sub(r"#.*", "", bare)
    assert not WIRING_ONLY.search(bare), "no def, if, for or lambda in a rule file"


@pytest.mark.parametrize(
    ("path", "name", "text"), ALL_RULES, ids=[name for _, name, _ in ALL_RULES]
)
def test_every_rule_has_its_furniture(path, name, text):
    assert re.fullmatch(r"[a-z]+_[a-z_]+", name)
    assert f'script:\n        "../scripts/{name}.py"' in text
    for part in ('"""', "log:", "benchmark:", "conda:", "library=LIBRARY"):
        assert part in text, f"{name}: no {part}"
    assert f"results/logs/{name}/" in text
    assert f"results/benchmarks/{name}/" in text


def test_the_snakefile_is_a_table_of_contents():
    text = (ROOT / "Snakefile").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert re.findall(r'include: "workflow/rules/(\w+)\.smk"', text)
    included = set(re.findall(r"rules/(\w+)\.smk", text))
    assert {path.stem for path in RULE_FILES} == included | {"collection"}


def test_a_collection_has_an_entry_of_its_own_with_its_rules_in_one_file():
    text = (ROOT / "workflow/collection.smk").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert re.findall(r'^include: "(.*)"', text, re.MULTILINE) == ["rules/collection.smk"]


def test_no_schema_has_a_default_and_none_lets_unknown_keys_pass():
    for path in sorted((ROOT / "workflow/schemas").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*default:", text, re.MULTILINE), path.name
        assert "additionalProperties" in text, path.name


def test_tests_have_no_packages_that_could_shadow_the_workflow():
    assert not list((ROOT / "tests").rglob("__init__.py"))
    assert not (ROOT / "tests/workflow").exists()


def test_the_tests_of_the_library_mirror_its_rooms():
    rooms = {path.name for path in LIB.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms == ROOMS
    for room in ROOMS:
        assert list((ROOT / "tests/lib" / room).glob("test_*.py")), f"{room} has no tests"


STATS = [path for path in LIBRARY if path.relative_to(LIB).parts[0] == "stats"]
SOURCE = re.compile(r"\b(1[89]|20)\d\d[a-z]?\b|Handbook")
OF_FORMULAS = re.compile(  # modules whose every function computes a formula of the literature
    r"stats/(conversions|order_statistics|kappa|weighted_kappa|icc"
    r"|measures/transl\w+|measures/transf\w+|certainty/\w+|small_study/(fail_safe|trim_fill|"
    r"rank_test|regression_test|pet_peese|excess_significance|selection_model|contours)\w*"
    r"|alternatives/\w+|reported/(boxcox|change|delta|lognormal_method|normal_methods|quantile_fit"
    r"|standardized|tables|transforms))\.py$"
)


def public(path):
    """(function, docstring) of the functions that a module offers, and the module's docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node, ast.get_docstring(node) or "", ast.get_docstring(tree)


def raised(node):
    """Names of the errors that a function raises itself."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Raise) and isinstance(inner.exc, ast.Call):
            yield inner.exc.func.id


@pytest.mark.parametrize("path", STATS, ids=ident)
def test_public_functions_of_the_statistics_name_their_errors_shapes_and_sources(path):
    for node, text, module in public(path):
        assert text, f"{node.name} has no docstring"
        missing = {name for name in raised(node) if name not in text}
        assert not missing, f"{node.name}: does not say when it raises {missing}"
        names = [argument.arg for argument in node.args.args]
        plain = not any(argument.annotation for argument in node.args.args)
        if names[:2] == ["yi", "vi"] and plain:
            assert re.search(r"\((k|n|K)[,)]|[Aa]s `|`yi` and `vi`", text), f"{node.name}: shapes"
            assert "Raises" in text or "rrors as" in text or "errors" in text, node.name
        if OF_FORMULAS.search(path.as_posix()):
            assert SOURCE.search(text + module), f"{node.name}: cite the formula's source"
