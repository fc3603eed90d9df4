"""The command that sends a folder, as a person runs it."""

import asyncio
import json
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db.tables import imports
from app.settings import EMBEDDED_SECRETS
from tests.knowledge import samples
from tests.service import CMS_KEY, Service, client, until

ROOT = Path(__file__).parents[2]
FAQ = "问题,答案\n多久发货？,两天。\n"


async def start(url: str, *arguments: str, **environment: str) -> Process:
    """The command, with no settings but these."""
    command = [sys.executable, "-m", "app", "import", *arguments, "--url", url]
    defaults = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "DATA_DIR": "/nowhere"}
    return await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=PIPE, stderr=PIPE, env=defaults | environment
    )


async def run(huiyin: Service, *arguments: str) -> tuple[int | None, str]:
    """Exit code and what it says."""
    process = await start(huiyin.bases[0], *arguments, CMS_API_KEY=CMS_KEY)
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def run_with(url: str, *arguments: str, **environment: str) -> tuple[int | None, str, str]:
    """Exit code, and what it says and notes."""
    process = await start(url, *arguments, **environment)
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


@pytest.mark.timeout(60)
async def test_a_folder_goes_in_with_its_paths(huiyin: Service, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    (shelf / "售后").mkdir(parents=True)
    (shelf / "faq.csv").write_text(FAQ, "utf-8")
    (shelf / "售后" / "政策.md").write_text(samples.POLICY, "utf-8")
    (shelf / ".hidden.png").write_bytes(b"1")
    (shelf / "~$faq.xlsx").write_bytes(b"1")  # of a workbook that is open in Excel
    code, output = await run(huiyin, str(shelf))
    async with client(huiyin) as http:
        documents = (await http.get("/api/v1/knowledge/documents")).json()["documents"]

    assert (code, output) == (0, (
        "entries: 1 new, 0 changed, 0 unchanged; documents: 1 in 3 parts: went in\n"
    ))  # fmt: skip
    assert [document["source"] for document in documents] == ["售后/政策.md"]


@pytest.mark.timeout(60)
async def test_faults_are_said_by_row_and_nothing_goes_in(huiyin: Service, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(FAQ + "没有答案,\n", "utf-8")
    code, output = await run(huiyin, str(tmp_path / "faq.csv"))

    assert code == 1
    assert output.splitlines() == [
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


@pytest.mark.timeout(90)
async def test_the_key_comes_from_a_file_or_from_what_make_run_made(
    huiyin: Service, tmp_path: Path
) -> None:
    (tmp_path / "faq.csv").write_text(FAQ, "utf-8")
    (tmp_path / "key").write_text(CMS_KEY + "\n", "utf-8")
    made = {"wechat_token": "lotus-pond", "cms_api_key": CMS_KEY}
    (tmp_path / EMBEDDED_SECRETS).write_text(json.dumps(made), "utf-8")
    sent, url = str(tmp_path / "faq.csv"), huiyin.bases[0]

    by_file = await run_with(url, sent, "--dry-run", "--key-file", str(tmp_path / "key"))
    by_run = await run_with(url, sent, "--dry-run", DATA_DIR=str(tmp_path))
    by_argument = await run_with(url, sent, "--dry-run", "--key", CMS_KEY)

    assert [code for code, *_ in (by_file, by_run, by_argument)] == [0, 0, 0]
    assert "deprecated" in by_argument[2]
    assert "deprecated" not in by_file[2] + by_run[2]


@pytest.mark.timeout(90)
async def test_what_keeps_it_from_sending_is_one_sentence(huiyin: Service, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(FAQ, "utf-8")
    sent, url = str(tmp_path / "faq.csv"), huiyin.bases[0]

    results = [
        await run_with(url, sent),
        await run_with(url, sent, PORT="odd"),
        await run_with("http://127.0.0.1:odd", sent, CMS_API_KEY=CMS_KEY),
    ]

    with socket.create_server(("127.0.0.1", 0)) as unused:
        away = f"http://127.0.0.1:{unused.getsockname()[1]}"
    [_, nobody, _] = await run_with(away, sent, CMS_API_KEY=CMS_KEY)

    assert nobody.startswith(f"Not sent: no api answers at {away} (")
    assert nobody.endswith("; start it, or name its address with --url\n")
    assert [code for code, *_ in results] == [2] * 3
    assert [out.startswith("Not sent: ") and out.count("\n") == 1 for _, out, _ in results] == [
        True
    ] * 3
    assert "Traceback" not in "".join(err for *_, err in results)


@pytest.mark.timeout(60)
async def test_a_link_out_of_the_folder_is_left_out_and_named(
    huiyin: Service, tmp_path: Path
) -> None:
    shelf, private = tmp_path / "shelf", tmp_path / "private.csv"
    shelf.mkdir()
    private.write_text("问题,答案\n密码是什么,不能说。\n", "utf-8")
    (shelf / "faq.csv").write_text(FAQ, "utf-8")
    (shelf / "same.csv").symlink_to(shelf / "faq.csv")
    (shelf / "private.csv").symlink_to(private)
    (shelf / "broken.csv").symlink_to(tmp_path / "none")
    (shelf / "up").symlink_to(tmp_path, target_is_directory=True)

    code, output, noted = await run_with(
        huiyin.bases[0], str(shelf), "--dry-run", "--skip-faulty", CMS_API_KEY=CMS_KEY
    )

    assert (code, "1 new" in output) == (0, True)
    assert f"left out: {shelf / 'private.csv'} is a link to {private}" in noted


@pytest.mark.timeout(60)
async def test_ctrl_c_cancels_the_import(api_only: Service, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text(FAQ, "utf-8")
    process = await start(api_only.bases[0], str(tmp_path / "faq.csv"), CMS_API_KEY=CMS_KEY)
    async with api_only.engine.connect() as connection:

        async def is_filed() -> bool:
            await connection.rollback()
            return bool((await connection.execute(select(imports.c.state))).scalars().all())

        await until(is_filed, within=30)
        process.send_signal(signal.SIGINT)
        out, _ = await process.communicate()
        await connection.rollback()
        states = (await connection.execute(select(imports.c.state))).scalars().all()

    assert (process.returncode, states) == (1, ["cancelled"])
    assert out.decode().endswith("cancelled, nothing went in\n")
