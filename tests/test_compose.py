"""What the compose files promise: every setting arrives, and nothing grows without bound."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, SecretStr

from app.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE_ONLY = {"WORKER_MEMORY", "WORKER_CPUS"}


def read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / name).read_text("utf-8"))
    return document


def settings_names(model: type[BaseModel] = Settings, prefix: str = "") -> set[str]:
    """Of the environment."""
    names: set[str] = set()
    for name, field in model.model_fields.items():
        kind, full = field.annotation, f"{prefix}{name}".upper()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names |= settings_names(kind, f"{full}__")
        else:
            names.add(full)
    return names


def test_the_example_names_every_setting_with_its_reason() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()

    names = [line.partition("=")[0] for line in lines if re.match(r"[A-Z_]+=", line)]
    before = [lines[at - 1] for at, line in enumerate(lines) if re.match(r"[A-Z_]+=", line)]

    assert set(names) == settings_names() | COMPOSE_ONLY
    assert len(names) == len(set(names))
    reasons = [name for name, line in zip(names, before, strict=True) if not line]
    assert reasons == []


@pytest.mark.parametrize("service", ["migrate", "api", "worker"])
def test_every_setting_of_env_reaches_our_containers(service: str) -> None:
    described = read("docker-compose.yml")["services"][service]

    assert described["env_file"] == [{"path": ".env", "required": False}]
    # What stands here can't be set in .env.
    names = set(described["environment"]) - {"TMPDIR"}  # Python's own
    assert names <= settings_names()
    assert names <= {
        "HOST", "PORT", "METRICS_PORT", "DATA_DIR", "MODELS_DIR", "PLAYGROUND", "REDIS_URL",
        "DATABASE_URL",
    }  # fmt: skip


@pytest.mark.parametrize("service", ["migrate", "api", "worker", "redis", "postgres"])
def test_no_container_takes_all_of_the_machine(service: str) -> None:
    described = read("docker-compose.yml")["services"][service]

    assert {"mem_limit", "cpus", "pids_limit"} <= set(described)
    assert described["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


@pytest.mark.parametrize("service", ["api", "worker"])
def test_no_process_of_ours_starts_before_the_database_is_migrated(service: str) -> None:
    services = read("docker-compose.yml")["services"]

    waits_for = services[service]["depends_on"]["migrate"]
    assert waits_for == {"condition": "service_completed_successfully"}
    assert services["migrate"]["command"] == ["python", "-m", "app", "migrate"]


def test_the_events_that_redis_could_not_take_outlive_the_container() -> None:
    compose = read("docker-compose.yml")
    api = compose["services"]["api"]

    assert api["volumes"] == [f"api:{api['environment']['DATA_DIR']}"]
    assert (api["tmpfs"], "api" in compose["volumes"]) == (["/tmp"], True)


def test_the_sealed_days_of_events_outlive_the_container() -> None:
    compose = read("docker-compose.yml")
    worker = compose["services"]["worker"]

    assert f"worker:{worker['environment']['DATA_DIR']}" in worker["volumes"]
    assert "worker" in compose["volumes"]


def test_every_secret_may_come_from_a_file() -> None:
    overlay = read("docker/compose.secrets.yml")
    secrets = {
        name for name, field in Settings.model_fields.items() if field.annotation is SecretStr
    }

    assert set(overlay["secrets"]) == secrets
    assert set(overlay["services"]["api"]["secrets"]) == secrets
    assert set(overlay["services"]["worker"]["secrets"]) == secrets
    assert set(overlay["services"]["migrate"]["secrets"]) == secrets


def test_no_secret_stands_in_a_command_or_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")

    assert "--requirepass" not in text
    assert re.findall(r"\$\{\w*PASSWORD[^}]*\}", text) == [
        "${REDIS_PASSWORD:-}", "${POSTGRES_PASSWORD:-}",
    ]  # fmt: skip
