"""Options that several commands have, and where they look for trained models."""

from pathlib import Path

import pytest
import typer

from models.cli.options import check_date, check_rate, name_columns, registry_folder


@pytest.mark.parametrize(
    ("environment", "source", "folder"),
    [
        ({}, "", "var/models"),
        ({}, "MODELS_DIR=/srv/models\n", "/srv/models"),
        ({}, "models_dir=/srv/models\n", "/srv/models"),
        ({}, "MODELS_DIR=\nDATA_DIR=/data\n", "/data/models"),
        ({"MODELS_DIR": "/here"}, "MODELS_DIR=/srv/models\n", "/here"),
        ({"MODELS_DIR": ""}, "MODELS_DIR=/srv/models\n", "/srv/models"),
        ({"DATA_DIR": "/data"}, "", "/data/models"),
    ],
)
def test_the_registry_is_where_a_worker_started_here_looks(
    environment: dict[str, str], source: str, folder: str, tmp_path: Path
) -> None:
    env_file = tmp_path / "env"
    env_file.write_text(source, "utf-8")

    assert registry_folder(environment, env_file) == Path(folder)


def test_columns_are_named_where_the_files_call_them_otherwise() -> None:
    assert name_columns(text="问题") == {"text": "问题"}
    assert name_columns(text="问题", label="意图") == {"text": "问题", "label": "意图"}


def test_a_date_is_taken_or_refused() -> None:
    assert check_date("2026-11-24") == "2026-11-24"
    with pytest.raises(typer.BadParameter, match=r"'24\.11\.' is no date; write it as 2026-11-24"):
        check_date("24.11.")


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_learning_rate_is_above_zero(rate: float) -> None:
    assert (check_rate(None), check_rate(8e-4)) == (None, 8e-4)
    with pytest.raises(typer.BadParameter, match="is no learning rate"):
        check_rate(rate)
