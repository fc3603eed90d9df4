"""What a command says when something goes wrong."""

import errno

import pytest
import typer
from safetensors import SafetensorError

from models.cli.faults import report_faults
from models.data.files import BadData


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        SafetensorError("I/O error: No space left on device (os error 28)"),
        RuntimeError("PytorchStreamWriter failed writing file data/0: file write failed"),
    ],
)
def test_a_full_disk_is_one_sentence(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, report_faults("train"):
        raise error

    assert left.value.exit_code == 2
    assert capsys.readouterr().err.startswith("train: the disk is full (")


def test_bad_data_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, report_faults("train"):
        raise BadData("a.csv is empty")

    assert (left.value.exit_code, capsys.readouterr().err) == (2, "train: a.csv is empty\n")


def test_an_error_of_the_system_names_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, report_faults("train"):
        raise PermissionError(errno.EACCES, "Permission denied", "/models")

    expected = "train: /models: Permission denied\n"
    assert (left.value.exit_code, capsys.readouterr().err) == (2, expected)


def test_an_interruption_says_what_it_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left, report_faults("tune", "all trials are kept"):
        raise KeyboardInterrupt

    expected = "tune: interrupted; all trials are kept\n"
    assert (left.value.exit_code, capsys.readouterr().err) == (130, expected)


@pytest.mark.parametrize("bug", [RuntimeError("shapes differ"), KeyError("text")])
def test_a_bug_keeps_its_traceback(bug: Exception) -> None:
    with pytest.raises(type(bug)), report_faults("train"):
        raise bug
