"""Files go into the knowledge base over HTTP: all or nothing, and live in every worker."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.db import tables
from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification, ClassificationFailed
from app.knowledge.documents.values import Chunk
from app.knowledge.entries.repository import EntryStore
from app.knowledge.imports.repository import MOST_WAITING, SMALL_TEXTS, ImportStore, Upload
from app.knowledge.imports.states import OVER
from app.settings import Limits
from app.worker.assembly import WorkerParts
from tests.conftest import Open
from tests.knowledge import samples
from tests.service import GatedClassifier, Service, client, until, working

PATH = "/api/v1/knowledge/imports"
HEAD = "问题,相似问法,答案\n"
FAQ = HEAD + "多久发货？,几天寄出|什么时候能发出,付款后 48 小时内。\n能开发票吗,,可以。\n"
Files = dict[str, bytes | str]


async def send(http: httpx.AsyncClient, files: Files, **params: Any) -> httpx.Response:
    parts = [
        ("files", (name, content.encode() if isinstance(content, str) else content))
        for name, content in files.items()
    ]
    return await http.post(PATH, params=params, files=parts)


async def over(http: httpx.AsyncClient, files: Files, **params: Any) -> dict[str, Any]:
    """The report, when it is over."""
    filed = await send(http, files, **params)
    assert filed.status_code == 202, filed.text
    return await wait_for_report(http, filed.json()["id"])


async def wait_for_report(
    http: httpx.AsyncClient, which: str, seconds: float = 20.0
) -> dict[str, Any]:
    report: dict[str, Any] = {}

    async def is_over() -> bool:
        report.update((await http.get(f"{PATH}/{which}")).json())
        return report["state"] in OVER

    await until(is_over, seconds)
    return report


async def entries(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    page: list[dict[str, Any]] = (await http.get("/api/v1/knowledge/entries")).json()["entries"]
    return page


async def passages(worker: WorkerParts, text: str) -> tuple[Chunk, ...]:
    [query] = await worker.knowledge.build_queries([("default", text)])
    assert query
    return tuple(worker.knowledge.documents.find_nearest("default", query, 1))


async def left(running: Service) -> int:
    async with running.engine.connect() as connection:
        counted = await connection.execute(select(func.count()).select_from(tables.import_files))
        return int(counted.scalar_one())


async def test_tables_become_entries_and_texts_become_documents(huiyin: Service) -> None:
    files: Files = {"faq.csv": FAQ, "售后/政策.md": samples.POLICY, "会员.docx": samples.word()}
    async with client(huiyin) as http:
        report = await over(http, files)
        all_entries = await entries(http)
        documents = (await http.get("/api/v1/knowledge/documents")).json()

    assert report | {"id": "", "account": ""} == {
        "id": "", "account": "", "state": "done", "dry_run": False, "skip_faulty": False,
        "done": 7, "total": 7, "entries": {"new": 2, "changed": 0, "unchanged": 0},
        "documents": 2, "chunks": 5, "faulty": 0, "faults": [], "remarks": [], "alike": [],
        "contradictions": [],
    }  # fmt: skip
    assert {e["question"]: (e["variants"], e["answer"]) for e in all_entries} == {
        "多久发货？": (["几天寄出", "什么时候能发出"], "付款后 48 小时内。"),
        "能开发票吗": ([], "可以。"),
    }
    assert {d["source"]: (d["title"], d["chunks"]) for d in documents["documents"]} == {
        "售后/政策.md": ("售后政策", 3),
        "会员.docx": ("会员手册", 2),
    }
    assert (documents["total"], documents["next"]) == (2, None)
    assert await left(huiyin) == 0


async def test_a_passage_is_found_in_every_worker_until_its_document_is_erased(
    huiyin: Service,
) -> None:
    other = huiyin.parts()
    async with client(huiyin) as http, working(other.worker):
        await over(http, {"政策.md": samples.POLICY})

        async def cites() -> bool:
            return bool(await passages(other, "七天无理由退货"))

        await until(cites, within=2)
        [passage] = await passages(other, "签收七天内商品完好可以申请无理由退货")
        [document] = (await http.get("/api/v1/knowledge/documents")).json()["documents"]
        text = (await http.get(f"/api/v1/knowledge/documents/{document['id']}")).json()
        gone = await http.delete(f"/api/v1/knowledge/documents/{document['id']}")
        twice = await http.delete(f"/api/v1/knowledge/documents/{document['id']}")

        async def cites_nothing() -> bool:
            return not await cites()

        await until(cites_nothing, within=2)
        unknown = await http.get(f"/api/v1/knowledge/documents/{document['id']}")

    assert (passage.title, document["source"]) == ("售后政策 > 退货", "政策.md")
    assert passage.text == "自签收之日起七天内，商品完好的，可以申请无理由退货，运费由买家承担。"
    assert passage.id in [part["id"] for part in text["parts"]]
    assert text["parts"][2]["text"] == "地区：江浙沪；运费：6 元\n地区：新疆、西藏；运费：25 元"
    assert (gone.status_code, twice.status_code, unknown.status_code) == (204, 404, 404)


async def test_a_document_sent_again_takes_the_place_of_the_old_and_keeps_what_did_not_change(
    huiyin: Service,
) -> None:
    changed = samples.POLICY.replace("七天", "三十天").replace(
        "退货\n", "退货\n\n先联系客服。\n", 1
    )
    async with client(huiyin) as http:
        await over(http, {"政策.md": samples.POLICY})
        [document] = (await http.get("/api/v1/knowledge/documents")).json()["documents"]
        path = f"/api/v1/knowledge/documents/{document['id']}"
        first = (await http.get(path)).json()["parts"]
        calls_before = len(huiyin.classifier.embedded)
        await over(http, {"政策.md": changed})
        again = (await http.get(path)).json()["parts"]
        embedded = [text for texts in huiyin.classifier.embedded[calls_before:] for text in texts]

    assert [part["id"] for part in again if part in first] == [first[0]["id"], first[2]["id"]]
    assert "三十天" in again[1]["text"]
    assert [text.partition("\n")[0] for text in embedded] == ["售后政策 > 退货"]


async def test_a_faulty_row_keeps_all_out_unless_it_may_be_skipped(huiyin: Service) -> None:
    files: Files = {"faq.csv": FAQ + "没有答案的问题,,\n", "x.png": b"1", "毒.md": "这段毒"}
    async with client(huiyin) as http:
        refused = await over(http, files)
        before = await entries(http)
        skipped = await over(http, files, skip_faulty=True)
        after = await entries(http)

    assert (refused["state"], before) == ("refused", [])
    assert [(f["file"], f["at"], f["what"]) for f in refused["faults"]] == [
        ("faq.csv", "row 4", "there is no answer"),
        ("x.png", "", ".png is no format read here"),
    ]
    assert (skipped["state"], skipped["entries"]["new"], skipped["documents"]) == ("done", 2, 0)
    assert skipped["faults"][2] | {"remedy": ""} == {
        "file": "毒.md", "at": "", "what": "the model fails on it", "remedy": "",
    }  # fmt: skip
    assert len(after) == 2
    assert await left(huiyin) == 0


async def test_a_dry_run_reports_and_changes_nothing(huiyin: Service) -> None:
    async with client(huiyin) as http:
        await over(http, {"a.csv": "question,answer\n能开发票吗,不行。\n"})
        before = await entries(http)
        report = await over(http, {"faq.csv": FAQ}, dry_run=True)
        after = await entries(http)

    assert (report["state"], report["dry_run"]) == ("done", True)
    assert report["entries"] == {"new": 1, "changed": 1, "unchanged": 0}
    assert after == before


async def test_doubles_and_contradictions_are_named_with_their_places(huiyin: Service) -> None:
    old_table = "id,question,answer\nold,请问你们的东西下单以后一般多久可以寄出,三天。\n"
    table = (
        "id,question,answer\n"
        "copy,请问你们的东西下单以后一般多久可以寄出呀,三天。\n"
        "other,请问你们的东西下单以后一般多久可以寄出呢,当天。\n"
        "bill,可以开发票吗,可以。\n"
    )
    async with client(huiyin) as http:
        await over(http, {"known.csv": old_table})
        report = await over(http, {"table.csv": table}, dry_run=True)

    def sides(name: str) -> set[frozenset[tuple[str, str]]]:
        return {
            frozenset((pair[side]["id"], pair[side]["where"]) for side in ("one", "other"))
            for pair in report[name]
        }

    copy, other, old = ("copy", "table.csv, row 2"), ("other", "table.csv, row 3"), ("old", "")
    assert sides("alike") == {frozenset({copy, old})}
    assert sides("contradictions") == {frozenset({copy, other}), frozenset({other, old})}


async def test_the_same_question_twice_is_a_fault_of_the_second(huiyin: Service) -> None:
    async with client(huiyin) as http:
        report = await over(http, {"a.csv": FAQ, "b.jsonl": json.dumps(
            {"question": "多久发货", "answer": "当天。"}) + "\n" + json.dumps(
            {"question": " 能开发票吗 ", "answer": "可以。"})})  # fmt: skip

    assert [(f["file"], f["at"], f["what"]) for f in report["faults"]] == [
        ("b.jsonl", "row 2", "the same question or id stands in a.csv, row 3"),
    ]


async def test_an_import_outlives_the_worker_that_dies_over_it(open_service: Open) -> None:
    async with open_service(workers=0) as running, client(running) as http:
        filed = (await send(http, {"faq.csv": FAQ})).json()["id"]
        imports = ImportStore(running.engine, lease=0.5)
        claim = await imports.take("a worker that dies")
        assert claim is not None
        async with working(running.worker()):
            report = await wait_for_report(http, filed)
        lost = await imports.renew(claim, "a worker that dies")

    assert (report["state"], report["entries"]["new"]) == ("done", 2)
    assert lost is False


async def test_a_worker_that_is_stopped_gives_its_import_back(open_service: Open) -> None:
    stuck = GatedClassifier()
    async with open_service(workers=0) as running, client(running) as http:
        filed = (await send(http, {"faq.csv": FAQ})).json()["id"]
        async with working(running.worker(stuck)):
            await until(lambda: _has_begun(stuck))
        given_back = (await http.get(f"{PATH}/{filed}")).json()
        async with working(running.worker()):
            report = await wait_for_report(http, filed)

    assert (given_back["state"], report["state"]) == ("waiting", "done")


async def _has_begun(reader: GatedClassifier) -> bool:
    return bool(reader.history)


async def test_an_import_that_workers_die_over_is_refused_in_the_end(open_service: Open) -> None:
    async with open_service(workers=0) as running, client(running) as http:
        filed = (await send(http, {"faq.csv": FAQ})).json()["id"]
        for _ in range(3):
            assert await ImportStore(running.engine, lease=-1).take("dying") is not None
        async with working(running.worker()):
            report = await wait_for_report(http, filed)

    assert report["state"] == "refused"
    assert report["faults"][0]["what"] == "3 workers gave up over it"
    assert await left(running) == 0


async def test_followers_are_answered_between_two_batches(open_service: Open) -> None:
    slow = GatedClassifier(seconds=0.3)
    slow.gate.set()
    rows = "".join(f"这是第{n}个问题吗,,好\n" for n in range(60))
    async with open_service(classifier=slow) as running, client(running) as http:
        filed = (await send(http, {"a.csv": HEAD + rows})).json()["id"]
        await until(lambda: _has_begun(slow))
        request = {"account": "default", "queries": ["开发票"], "top_k": 1}
        answered = await http.post("/api/v1/knowledge/search", json=request)
        meanwhile = (await http.get(f"{PATH}/{filed}")).json()
        report = await wait_for_report(http, filed)

    sizes = [len(texts) for texts in slow.embedded if "开发票" not in texts]
    assert answered.status_code == 200
    assert (meanwhile["state"], report["entries"]["new"]) == ("embedding", 60)
    assert sizes[:3] == sorted(sizes[:3], reverse=True)  # too slow for that many at once
    assert sum(sizes) == 60


@pytest.mark.parametrize(
    ("files", "status", "detail"),
    [
        ({"x" * 250 + ".md": "1"}, 422, "too long"),
        ({"a.md": b"1" * (1024 * 1024 + 1)}, 413, "over 1048576 bytes"),
    ],
)
async def test_what_can_not_be_taken_in_is_refused_at_the_door(
    open_service: Open, files: Files, status: int, detail: str
) -> None:
    async with (
        open_service(workers=0, limits=Limits(import_bytes=1024 * 1024)) as running,
        client(running) as http,
    ):
        refused = await send(http, files)

    assert refused.status_code == status
    assert detail in refused.json()["detail"]


async def test_nobody_without_the_key_sends_anything(api_only: Service) -> None:
    async with client(api_only, key=None) as http:
        refused = await send(http, {"faq.csv": FAQ})

    assert refused.status_code == 401


async def test_what_is_not_there_is_said(api_only: Service) -> None:
    async with client(api_only) as http:
        statuses = [
            (await send(http, {"faq.csv": FAQ}, account="coffee")).status_code,
            (await http.post(PATH)).status_code,
            (await http.get(f"{PATH}/none")).status_code,
        ]

    assert statuses == [404, 422, 404]


async def test_a_fault_that_quotes_what_can_not_be_printed_is_told(huiyin: Service) -> None:
    async with client(huiyin) as http:
        report = await over(http, {"a.jsonl": '{"question": {"\\ud800\\u0000": 1}, "answer": 1}'})

    assert [fault["what"] for fault in report["faults"]] == [
        "\"{'\\\\ud800\\\\x00': 1}\" is no text"
    ]


async def test_only_so_many_imports_may_wait(api_only: Service) -> None:
    imports = ImportStore(api_only.engine)
    for _ in range(MOST_WAITING):
        await imports.file("default", [Upload("a.csv", b"1")], dry_run=False, skip_faulty=False)
    async with client(api_only) as http:
        refused = await send(http, {"faq.csv": FAQ})

    assert (refused.status_code, await left(api_only)) == (503, MOST_WAITING)


async def test_all_of_an_import_has_one_revision(huiyin: Service) -> None:
    async with client(huiyin) as http:
        await over(http, {"faq.csv": FAQ, "政策.md": samples.POLICY})

    revisions = {entry.revision for entry in await EntryStore(huiyin.engine).since("default", 0)}
    async with huiyin.engine.connect() as connection:
        of_chunks = set((await connection.execute(select(tables.chunks.c.revision))).scalars())
    assert revisions == of_chunks == {1}


def questions(count: int) -> str:
    return HEAD + "".join(f"这是第{n}个问题吗,,好\n" for n in range(count))


async def test_an_import_is_cancelled_while_it_waits(api_only: Service) -> None:
    async with client(api_only) as http:
        filed = (await send(http, {"faq.csv": FAQ})).json()["id"]
        first = await http.delete(f"{PATH}/{filed}")
        again = await http.delete(f"{PATH}/{filed}")
        read = await http.get(f"{PATH}/{filed}")
        unknown = await http.delete(f"{PATH}/none")
        claim = await ImportStore(api_only.engine).take("a worker")

    assert (first.status_code, first.json()["state"]) == (200, "cancelled")
    assert first.json() == again.json() == read.json()
    assert (unknown.status_code, claim, await left(api_only)) == (404, None, 0)


async def test_an_import_is_cancelled_in_the_middle_and_the_worker_goes_on(
    open_service: Open,
) -> None:
    slow = GatedClassifier()
    async with open_service(classifier=slow) as running, client(running) as http:
        filed = (await send(http, {"faq.csv": questions(300)})).json()["id"]
        await until(lambda: _has_begun(slow))
        cancelled = await http.delete(f"{PATH}/{filed}")
        slow.gate.set()
        after = await over(http, {"政策.md": samples.POLICY})
        report = (await http.get(f"{PATH}/{filed}")).json()
        all_entries = await entries(http)

    assert (cancelled.json()["state"], report["state"]) == ("cancelled", "cancelled")
    assert (after["state"], all_entries, await left(running)) == ("done", [], 0)


async def test_what_is_over_stays_as_it_ended(huiyin: Service) -> None:
    async with client(huiyin) as http:
        report = await over(http, {"faq.csv": FAQ})
        late = await http.delete(f"{PATH}/{report['id']}")
        all_entries = await entries(http)

    assert (late.status_code, late.json()) == (200, report)
    assert len(all_entries) == 2


@dataclass
class BusyWithNumbered(GatedClassifier):
    """Takes for ever over the questions of `questions`, until its gate is set."""

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        if any("是第" in text for text in texts):
            await self.gate.wait()
        return await FakeClassifier.classify(self, texts)


@pytest.mark.timeout(60)
async def test_a_small_import_does_not_wait_behind_large_ones(open_service: Open) -> None:
    busy = BusyWithNumbered()
    large = questions(SMALL_TEXTS + 1)
    async with open_service(classifier=busy) as running, client(running) as http:
        filed = [
            (await send(http, {"large.csv": text})).json()["id"]
            for text in (large, large.replace("这是", "那是"))
        ]
        small = await over(http, {"faq.csv": FAQ})
        states = [(await http.get(f"{PATH}/{each}")).json()["state"] for each in filed]
        for each in filed:
            await http.delete(f"{PATH}/{each}")
        busy.gate.set()

    assert small["state"] == "done"
    assert "done" not in states


async def test_small_ones_are_few_bytes_and_few_texts(api_only: Service) -> None:
    imports = ImportStore(api_only.engine)
    heavy = [Upload("a.pdf", b"1" * 1_500_000), Upload("b.pdf", b"1" * 1_500_000)]
    filed = [
        await imports.file("default", uploads, dry_run=False, skip_faulty=False)
        for uploads in (heavy, [Upload("many.csv", b"1")], [Upload("few.csv", b"1")])
    ]
    many = await imports.take("small", small=True)
    assert many is not None
    await imports.give_back(many, "small", SMALL_TEXTS + 1)

    small_imports = [await imports.take("small", small=True) for _ in range(2)]
    rest = [await imports.take("any") for _ in range(3)]

    assert many.id == filed[1]
    assert [each.id if each else None for each in small_imports] == [filed[2], None]
    assert [each.id if each else None for each in rest] == [filed[0], filed[1], None]
