"""The pages that people read first: both languages agree, links and paths lead somewhere."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.api.error_table import PAGE as ERRORS
from tests.api.error_table import list_refusals, render

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CHINESE = ".zh-CN.md"
READMES = ["README.md", "README.zh-CN.md"]
FENCE = re.compile(r"^```.*?^```\n", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
GLOSSARY_ROW = re.compile(r"\| `(\w+)` \| \[[^]]+\]\(([^)]+)\) \|")
FORM_ROW = re.compile(r"\| (in|out) \d+ \| [^|]+ \| `(\w+)` \| \[[^]]+\]\(([^)]+)\) \|")
TREE = re.compile(r"^```\n(app/\n.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "chinese", [page for page in PAGES if page.name.endswith(CHINESE)], ids=lambda page: page.name
)
def test_both_languages_have_the_same_headings(chinese: Path) -> None:
    english = chinese.with_name(chinese.name.replace(CHINESE, ".md"))

    assert _heading_levels(chinese) == _heading_levels(english)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_resolve(page: Path) -> None:
    targets = LINK.findall(FENCE.sub("", page.read_text("utf-8")))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", READMES)
def test_the_tree_names_paths_that_exist(name: str) -> None:
    paths = _tree_paths(ROOT / name)

    assert len(paths) > 40
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_both_trees_name_the_same_paths() -> None:
    english, chinese = (_tree_paths(ROOT / name) for name in READMES)

    assert english == chinese


@pytest.mark.parametrize("package", ["app", "models"])
def test_the_tree_names_every_package(package: str) -> None:
    folders = {
        f"{path.parent.relative_to(ROOT)}/" for path in ROOT.glob(f"{package}/*/__init__.py")
    }

    assert folders - set(_tree_paths(ROOT / "README.md")) == set()


def test_the_glossary_names_what_its_files_have() -> None:
    docs = ROOT / "docs"
    rows = GLOSSARY_ROW.findall((docs / "glossary.md").read_text("utf-8"))

    assert len(rows) > 60
    assert [
        name
        for name, file in rows
        if not re.search(rf"\b{name}\b", (docs / file).read_text("utf-8"))
    ] == []


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [vars(kind).get("name") for kind in list_refusals()]

    assert len(set(codes) - {None}) == len(codes) > 40


def test_the_page_of_refusals_lists_their_codes() -> None:
    assert ERRORS.read_text("utf-8") == render(list_refusals()), "python -m tests.api.error_table"


def test_a_text_has_few_forms_and_each_is_where_the_page_says() -> None:
    docs = ROOT / "docs"
    rows = FORM_ROW.findall((docs / "delivery.md").read_text("utf-8"))

    counts = Counter(way for way, _, _ in rows)
    assert counts["in"] <= 11
    assert 0 < counts["out"] <= 8
    assert [
        name
        for _, name, file in rows
        if not re.search(rf"\b{name}\b", (docs / file).read_text("utf-8"))
    ] == []


def _heading_levels(page: Path) -> list[int]:
    text = FENCE.sub("", page.read_text("utf-8"))
    return [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]


def _tree_paths(page: Path) -> list[str]:
    """Paths from the project's root. Two spaces of indentation are one folder deeper."""
    (tree,) = TREE.findall(page.read_text("utf-8"))
    folders: dict[int, str] = {-1: ""}
    paths = []
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        names = re.split(" {2,}", line.strip())[0].split()
        paths += [folders[depth - 1] + name for name in names]
        folders[depth] = folders[depth - 1] + names[0]
    return paths
