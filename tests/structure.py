"""Figures of the code's structure and of its names: `python -m tests.structure` prints them.

A bare participle as a name says what happened to a value, and not what the value is.
"""

import ast
import itertools
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTICIPLES = frozenset({
    "asked", "begun", "found", "given", "heard", "held", "judged", "kept",
    "known", "said", "seen", "shown", "taken", "told", "wanted", "written",
})  # fmt: skip


@dataclass(frozen=True)
class Module:
    """A source file and its syntax tree."""

    path: str  # from the root of the project
    lines: int
    tree: ast.Module

    @property
    def room(self) -> str:
        """The package below app/ or models/, or the file's own name."""
        return self.path.split("/")[1].removesuffix(".py")

    @property
    def dotted(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def read_modules(folder: str) -> list[Module]:
    """All modules below a folder of the project, sorted by path."""
    modules = []
    for file in sorted((ROOT / folder).rglob("*.py")):
        source = file.read_text("utf-8")
        modules.append(
            Module(file.relative_to(ROOT).as_posix(), source.count("\n"), ast.parse(source))
        )
    return modules


def iter_names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module binds or uses."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                yield name
            case ast.keyword(arg=str(name)) | ast.MatchAs(name=str(name)):
                yield name
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                yield name


def count_participles(module: Module) -> Counter[str]:
    """How often each participle stands alone as a name in a module; names of libraries excepted,
    such as hypothesis' `given`.
    """
    imported = {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    words = (name.strip("_").lower() for name in iter_names(module.tree) if name not in imported)
    return Counter(word for word in words if word in PARTICIPLES)


def list_functions(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions and methods of a module, special methods excepted."""
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("__")
    ]


def is_one_word(name: str) -> bool:
    """Whether a function's name has no second word."""
    return "_" not in name.strip("_")


def group_class_names(modules: list[Module]) -> dict[str, list[str]]:
    """Paths by class name, for the names that more than one class has."""
    paths = defaultdict(list)
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                paths[node.name].append(module.path)
    return {name: where for name, where in sorted(paths.items()) if len(where) > 1}


def find_positional_dataclasses(module: Module) -> list[str]:
    """Dataclasses of more than five fields that may be built without naming the fields."""
    return [
        node.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and (arguments := _dataclass_arguments(node)) is not None
        and "kw_only" not in arguments
        and sum(isinstance(child, ast.AnnAssign) for child in node.body) > 5
    ]


def _dataclass_arguments(node: ast.ClassDef) -> set[str | None] | None:
    for decorator in node.decorator_list:
        match decorator:
            case ast.Name(id="dataclass"):
                return set()
            case ast.Call(func=ast.Name(id="dataclass"), keywords=keywords):
                return {keyword.arg for keyword in keywords}
    return None


def count_ties(modules: list[Module]) -> tuple[int, int]:
    """Pairs of packages of app of which one imports the other, and pairs that there are."""
    rooms = {module.room for module in modules if module.path.count("/") > 1}
    ties = set()
    for module in modules:
        for node in ast.walk(module.tree):
            match node:
                case ast.ImportFrom(module=str(source), names=names) if source.startswith("app"):
                    targets = {f"{source}.{alias.name}".split(".")[1] for alias in names}
                    ties |= {
                        frozenset((module.room, target))
                        for target in targets
                        if target in rooms and target != module.room and module.room in rooms
                    }
    return len(ties), len(rooms) * (len(rooms) - 1) // 2


def count_files(modules: list[Module]) -> Counter[str]:
    """How many files each folder has, `__init__.py` excepted."""
    return Counter(
        module.path.rsplit("/", 1)[0]
        for module in modules
        if not module.path.endswith("__init__.py")
    )


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def describe() -> Iterator[tuple[str, str]]:
    """Label and figure of each line that the command prints."""
    groups = {folder: read_modules(folder) for folder in ("app", "models", "tests")}
    for folder, modules in groups.items():
        lines = sum(module.lines for module in modules)
        participles = sum(count_participles(module).total() for module in modules)
        yield f"participles as names per 1,000 lines, {folder}", f"{participles / lines * 1000:.1f}"
    ours = [*groups["app"], *groups["models"]]
    functions = list(itertools.chain.from_iterable(map(list_functions, ours)))
    one_word = sum(is_one_word(function.name) for function in functions)
    yield "functions of one word", f"{one_word / len(functions):.0%} of {len(functions):,}"
    yield "class names with two meanings", str(len(group_class_names(ours)))
    files = count_files(groups["app"])
    yield (
        "files a folder in app, median / largest",
        f"{statistics.median(files.values()):.0f} / {max(files.values())}",
    )
    ties, possible = count_ties(groups["app"])
    yield "ties between packages of app", f"{ties} of {possible} ({ties / possible:.0%})"
    lengths = [module.lines for module in ours if module.lines]
    bodies = [_body_lines(function) for function in functions]
    for label, values in (("lines a file", lengths), ("lines a body", bodies)):
        percentile = statistics.quantiles(values, n=10)[-1]
        yield f"{label}, median / 9 of 10", f"{statistics.median(values):.0f} / {percentile:.0f}"


def main() -> None:
    for label, figure in describe():
        print(f"  {label:52}{figure}")


if __name__ == "__main__":
    main()
