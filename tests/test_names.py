"""Names are the field's terms, and say what a value is. docs/glossary.md has the terms."""

from collections.abc import Callable

import pytest

from tests.structure import (
    Module,
    count_participles,
    find_positional_dataclasses,
    group_class_names,
    is_one_word,
    list_functions,
    read_modules,
)

SHARED_CLASS_NAMES = {"Text"}  # a message that we send, and one that a follower sends


@pytest.fixture(scope="module")
def product() -> list[Module]:
    return [*read_modules("app"), *read_modules("models")]


def offenders(modules: list[Module], find: Callable[[Module], object]) -> dict[str, object]:
    """What `find` returns for each module, where that is not empty."""
    return {module.path: names for module in modules if (names := find(module))}


def test_no_name_is_a_bare_participle(product: list[Module]) -> None:
    assert offenders(product, count_participles) == {}


def test_tests_have_few_bare_participles() -> None:
    modules = read_modules("tests")

    participles = sum(count_participles(module).total() for module in modules)

    assert participles / sum(module.lines for module in modules) < 0.001


def test_class_names_have_one_meaning(product: list[Module]) -> None:
    assert set(group_class_names(product)) == SHARED_CLASS_NAMES


def test_large_dataclasses_are_built_by_keyword(product: list[Module]) -> None:
    assert offenders(product, find_positional_dataclasses) == {}


def test_less_than_half_of_the_functions_have_names_of_one_word(product: list[Module]) -> None:
    functions = [function for module in product for function in list_functions(module)]

    one_word = [function for function in functions if is_one_word(function.name)]

    assert len(one_word) / len(functions) < 0.45
