"""What the recipes of the public benchmarks do to their data."""

import json
from pathlib import Path

from models.recipes import fixes
from models.recipes.benchmarks import RECIPES


def test_a_label_that_is_text_among_numbers_is_a_flipped_zero(tmp_path: Path) -> None:
    rows = [{"sentence1": "甲", "sentence2": "乙", "label": label} for label in (0, 1, "1")]
    source, copies = tmp_path / "train.jsonl", tmp_path / "copies"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    copies.mkdir()

    mended = fixes.fix_triclue(source, copies)

    labels = [json.loads(line)["label"] for line in mended.read_text("utf-8").splitlines()]
    assert labels == [0, 1, 0]
    assert mended.name == source.name


def test_every_recipe_names_files_and_a_folder_of_its_own() -> None:
    assert len({recipe.folder for recipe in RECIPES.values()}) == len(RECIPES)
    assert all(recipe.files for recipe in RECIPES.values())
