"""Where the workshop's commands look for trained models."""

from pathlib import Path

import pytest

from models.cli.options import registry_folder


@pytest.mark.parametrize(
    ("environment", "written", "folder"),
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
    environment: dict[str, str], written: str, folder: str, tmp_path: Path
) -> None:
    env_file = tmp_path / "env"
    env_file.write_text(written, "utf-8")

    assert registry_folder(environment, env_file) == Path(folder)
