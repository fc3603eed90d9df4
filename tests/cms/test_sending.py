"""The command that sends a folder, as a person runs it."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest

from tests.knowledge import samples
from tests.service import CMS_KEY, Service, client

ROOT = Path(__file__).parents[2]
FAQ = "问题,答案\n多久发货？,两天。\n"


async def run(huiyin: Service, *given: str) -> tuple[int | None, str]:
    """Exit code and what it says."""
    where = ["--url", huiyin.bases[0], "--key", CMS_KEY]
    command = [sys.executable, "-m", "app", "import", *given, *where]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=DEVNULL)
    out, _ = await process.communicate()
    return process.returncode, out.decode()


@pytest.mark.timeout(60)
async def test_a_folder_goes_in_with_its_paths(huiyin: Service, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    (shelf / "售后").mkdir(parents=True)
    (shelf / "faq.csv").write_text(FAQ, "utf-8")
    (shelf / "售后" / "政策.md").write_text(samples.POLICY, "utf-8")
    (shelf / ".hidden.png").write_bytes(b"1")
    code, said = await run(huiyin, str(shelf))
    async with client(huiyin) as http:
        documents = (await http.get("/api/v1/knowledge/documents")).json()["documents"]

    assert (code, said) == (0, (
        "entries: 1 new, 0 changed, 0 unchanged; documents: 1 in 3 parts: went in\n"
    ))  # fmt: skip
    assert [document["source"] for document in documents] == ["售后/政策.md"]


@pytest.mark.timeout(60)
async def test_faults_are_said_by_row_and_nothing_goes_in(huiyin: Service, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(FAQ + "没有答案,\n", "utf-8")
    code, said = await run(huiyin, str(tmp_path / "faq.csv"))

    assert code == 1
    assert said.splitlines() == [
        "faq.csv, row 3: there is no answer; write one, or leave the row out",
        "entries: 1 new, 0 changed, 0 unchanged; documents: 0 in 0 parts: "
        "nothing goes in until the faults are mended (or with --skip-faulty)",
    ]


@pytest.mark.timeout(60)
async def test_what_can_not_be_sent_is_said(huiyin: Service, tmp_path: Path) -> None:
    missing = await run(huiyin, str(tmp_path / "none"))
    (tmp_path / "faq.csv").write_text(FAQ, "utf-8")
    stranger = await run(huiyin, str(tmp_path / "faq.csv"), "--account", "coffee")

    assert (missing[0], stranger[0]) == (2, 2)
    assert missing[1] == f"Not sent: {tmp_path / 'none'} is neither a file nor a folder\n"
    assert stranger[1] == "Not sent: 404: no account is named 'coffee'\n"
