"""What an import would bring, and what is reported of it."""

from app.cli.import_files import lines
from app.knowledge.imports.formats.values import Remark, Row
from app.knowledge.imports.plan import plan, without
from app.knowledge.imports.report import report
from app.knowledge.values import name
from app.messages.values import Text

HIDDEN = Remark("faq.xlsx", "sheet 作废", "it is hidden and was left out")
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
    planned = without(plan([HIDDEN, ROW, failing]), [name(failing.question)])
    reported = report(planned, {}, [])

    assert len(planned.entries) == 1
    assert [fault["at"] for fault in reported["faults"]] == ["row 3"]
    assert reported["remarks"] == [
        {"file": "faq.xlsx", "at": "sheet 作废", "what": "it is hidden and was left out"}
    ]


def test_a_remark_is_printed_with_its_place() -> None:
    reported = report(plan([HIDDEN, ROW]), {}, []) | {"state": "done", "dry_run": False}

    assert [*lines(reported)] == [
        "faq.xlsx, sheet 作废: it is hidden and was left out",
        "entries: 1 new, 0 changed, 0 unchanged; documents: 0 in 0 parts: went in",
    ]
