"""What an import would bring, and what is reported of it."""

from app.cli.import_files import describe_report
from app.knowledge.imports.formats.values import Remark, Row
from app.knowledge.imports.plan import build_plan, drop_unreadable
from app.knowledge.imports.report import build_report
from app.knowledge.values import make_entry_id
from app.messages.values import Text

HIDDEN = Remark(
    "faq.xlsx", "sheet 作废", "it is hidden and was left out", "工作表是隐藏的，没有读取"
)
ROW = Row(
    file="faq.xlsx",
    at="row 2",
    id="",
    question="多久发货？",
    variants=(),
    answer=Text(content="两天。"),
)


def test_a_remark_is_reported_and_is_no_fault() -> None:
    failing = Row(
        file="faq.xlsx",
        at="row 3",
        id="",
        question="能开发票吗",
        variants=(),
        answer=Text(content="可以。"),
    )
    planned = drop_unreadable(build_plan([HIDDEN, ROW, failing]), [make_entry_id(failing.question)])
    reported = build_report(planned, {}, [])

    assert len(planned.entries) == 1
    assert [fault["at"] for fault in reported["faults"]] == ["row 3"]
    assert reported["remarks"] == [
        {
            "file": "faq.xlsx",
            "at": "sheet 作废",
            "what": "it is hidden and was left out",
            "chinese": "工作表是隐藏的，没有读取",
        }
    ]


def test_a_remark_is_printed_with_its_place() -> None:
    reported = build_report(build_plan([HIDDEN, ROW]), {}, []) | {"state": "done", "dry_run": False}

    assert [*describe_report(reported)] == [
        "faq.xlsx, sheet 作废: it is hidden and was left out",
        "entries: 1 new, 0 changed, 0 unchanged; documents: 0 in 0 parts: went in",
    ]
