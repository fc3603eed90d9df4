"""Documents of every format, in parts under their headings; and files that nobody can read."""

import io
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.knowledge.documents.values import SEARCHED_BYTES, Chunk, build_document
from app.knowledge.imports import subprocess_reader
from app.knowledge.imports.formats import archives
from app.knowledge.imports.formats.reading import read_file
from app.knowledge.imports.formats.sections import parts
from app.knowledge.imports.formats.values import Fault, ImportItem, Part, Section
from app.knowledge.imports.repository import Upload
from app.messages import lengths
from tests.knowledge import samples


def items_of(name: str, data: bytes | str) -> list[ImportItem]:
    return [*read_file(name, data.encode() if isinstance(data, str) else data, set())]


def texts(name: str, data: bytes | str) -> list[tuple[str, str, str]]:
    return [(p.at, p.title, p.text) for p in items_of(name, data) if isinstance(p, Part)]


def faults(name: str, data: bytes | str) -> list[tuple[str, str, str]]:
    return [(f.file, f.at, f.what) for f in items_of(name, data) if isinstance(f, Fault)]


def test_markdown_is_parted_at_its_headings() -> None:
    front = "---\ntitle: x\n---\n" + samples.POLICY + "\n```\ncode\n```\n- 一\n- [二](http://x)\n"

    assert texts("售后/政策.md", front) == [
        ("line 4", "售后政策", "本政策适用于官方商城。"),
        ("line 8", "售后政策 > 退货",
         "自签收之日起七天内，商品完好的，可以申请无理由退货，运费由买家承担。"),
        ("line 12", "售后政策 > 运费",
         "地区：江浙沪；运费：6 元\n地区：新疆、西藏；运费：25 元\ncode\n一\n二"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_is_read_as_people_see_it(encoding: str) -> None:
    page = samples.PAGE.replace("<head>", f'<head><meta charset="{encoding}">')

    assert texts("store.html", page.encode(encoding)) == [
        ("", "门店", "杭州湖滨银泰店，每日 10:00 开门。"),
        ("", "门店 > 停车",
         "地下二层\n消费满百元免费两小时\n超出每小时 5 元\n门店：杭州；电话：0571-1"),
    ]  # fmt: skip


def test_a_word_document_is_parted_at_its_headings() -> None:
    assert texts("会员.docx", samples.word()) == [
        ("paragraph 2", "会员手册 > 等级",
         "等级每年一月一日重新核定。\n等级：金卡；门槛：五千元；折扣：九折"),
        ("paragraph 5", "会员手册 > 积分", "一元积一分。"),
    ]  # fmt: skip


def test_a_pdf_is_read_by_page_without_its_running_title() -> None:
    long = (
        "Items may be returned within seven days of delivery if they are complete and unused; " * 2
    )
    file = samples.pdf([f"{long.strip()}\n\nSecond paragraph.", "Two.", "Three.", ""])

    assert texts("book.pdf", file) == [
        ("page 1", "book > 第 1 页", f"{long.strip()}\nSecond paragraph."),
        ("page 2", "book > 第 2 页", "Two."),
        ("page 3", "book > 第 3 页", "Three."),
    ]


def test_plain_text_is_a_document_too() -> None:
    assert texts("notes.txt", "第一段\r\n\r\n第二段") == [("", "notes", "第一段\n第二段")]


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.md", "", "the file is empty"),
        ("a.md", "# 只有标题", "there is no text in it"),
        ("a.html", "<script>1</script>", "there is no text in it"),
        ("a.pdf", "no pdf", "it is no PDF that can be read"),
        ("a.pdf", samples.pdf(["secret"], password="x"), "it is encrypted"),
        ("a.pdf", samples.pdf([""]), "there is no text in it"),
        ("a.pdf", samples.scan(), "it is a picture without text"),
        ("a.docx", "no document", "it is broken (File is not a zip file)"),
        ("a.docx", samples.folder({"a": "b"}), "it is no Word document"),
        ("a.doc", "x", ".doc is an old format"),
        ("a.png", "x", ".png is no format read here"),
        ("a", "x", "a is no format read here"),
        ("a.zip", "x", "it is broken (File is not a zip file)"),
        ("a.zip", samples.folder({}), "there is no file in it"),
        ("a.md", b"\xff\xff\xff\x00", "line 1 is neither UTF-8, UTF-16, GB18030 nor Big5"),
    ],
)
def test_a_file_that_can_not_be_read_is_a_fault(name: str, data: bytes | str, what: str) -> None:
    [(file, _, message)] = faults(name, data)

    assert (file, message[: len(what)]) == (name, what)


def test_a_locked_pdf_that_opens_without_a_password_is_read() -> None:
    assert texts("a.pdf", samples.pdf(["Open to read."], password=""))[0][2].endswith("read.")


def test_a_folder_is_its_files_and_one_bad_file_leaves_the_others() -> None:
    inner = samples.folder({"x.md": "好"})
    packed = samples.folder({
        "售后/政策.md": "退货七天。", "售后/.DS_Store": b"1", "售后/~$a.xlsx": b"1",
        "__MACOSX/._x": b"1", "a.png": b"1", "inner.zip": inner, "空.md": b"",
    })  # fmt: skip

    assert texts("all.zip", packed) == [("", "政策", "退货七天。")]
    assert faults("all.zip", packed) == [
        ("a.png", "", ".png is no format read here"),
        ("inner.zip", "", "it is a zip in a zip"),
        ("空.md", "", "the file is empty"),
    ]


def test_names_in_a_zip_made_by_windows_are_chinese() -> None:
    packed = samples.folder({"abcd.md": "退货七天。"}).replace(
        b"abcd.md", "政策.md".encode("gb18030")
    )

    assert texts("all.zip", packed) == [("", "政策", "退货七天。")]


def test_paths_that_lead_out_links_and_secrets_are_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("../up.md", "/root.md", "a/../../up.md", "c:/x.md"):
            archive.writestr(zipfile.ZipInfo(name), "x")
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")

    assert [(at, what) for _, at, what in faults("a.zip", file.getvalue())] == [
        ("../up.md", "its path leads out of the folder"),
        ("/root.md", "its path leads out of the folder"),
        ("a/../../up.md", "its path leads out of the folder"),
        ("c:/x.md", "its path leads out of the folder"),
        ("link.md", "it is a link"),
    ]


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.docx", "bomb.xlsx"])
def test_a_zip_bomb_is_refused(name: str) -> None:
    bomb = samples.folder({"a.md": b"0" * (archives.LARGEST + 1)})

    assert faults(name, bomb) == [(name, "", "unpacked it is over 100 MB")]


def test_two_files_of_one_name_are_a_fault() -> None:
    names: set[str] = set()
    first = [*read_file("a.md", "一".encode(), names)]
    second = [*read_file("a.md", "二".encode(), names)]

    assert [type(each) for each in first + second] == [Part, Fault]


@given(st.text(alphabet="退货。，\n a1🙂http://x.cn/", max_size=3000))
def test_parts_fit_and_lose_nothing(text: str) -> None:
    made = [*parts.split_section(Section("", (), text))]

    assert all(0 < lengths.size(part) <= parts.LARGEST for part in made)
    assert "".join("".join(made).split()) == "".join(text.split())


def test_long_text_is_parted_evenly_at_sentences() -> None:
    sentence = "自签收之日起七天内，商品完好的，可以申请无理由退货。"
    made = [*parts.split_section(Section("", (), sentence * 13))]

    assert "".join(made) == sentence * 13
    assert [part[-1] for part in made] == ["。"] * 2
    assert max(map(len, made)) - min(map(len, made)) < 2 * len(sentence) + 1


@given(st.text(alphabet="退货。，\n a1🙂", min_size=1, max_size=900).filter(str.strip))
def test_what_a_chunk_is_searched_by_fits_the_encoder(text: str) -> None:
    searched = Chunk("id", "售后政策" * 50, text.strip()).texts

    assert all(lengths.size(part) <= SEARCHED_BYTES for part in searched)
    assert "".join("".join(p.partition("\n")[2] for p in searched).split()) == "".join(text.split())


def test_a_chunk_keeps_its_id_where_nothing_changed() -> None:
    first = build_document("手册", "a.md", [("手册", "一"), ("手册", "二"), ("手册", "二")])
    again = build_document("手册", "a.md", [("手册", "二"), ("手册", "三"), ("手册", "二")])
    other = build_document("手册", "b.md", [("手册", "一")])

    ids = [chunk.id for chunk in first.chunks]
    assert len(set(ids)) == 3
    assert [chunk.id for chunk in again.chunks] == [ids[1], again.chunks[1].id, ids[2]]
    assert other.chunks[0].id not in ids


async def test_a_file_that_takes_too_long_is_a_fault_and_those_before_it_are_not() -> None:
    many = "\n\n".join(f"| {'a | ' * 50}" for _ in range(4000))
    files = [Upload("good.md", "好".encode()), Upload("slow.md", many.encode())]
    items = await subprocess_reader.read_uploads(files, seconds=0.01)

    assert isinstance(items[-1], Fault)
    assert items[-1].what == "it takes more time or memory than there is for it"


async def test_files_are_read_in_another_process() -> None:
    items = await subprocess_reader.read_uploads(
        [Upload("a.md", "# 好\n你好".encode()), Upload("b.csv", b"a,b\n")]
    )

    assert [type(each) for each in items] == [Part, Fault]


async def test_a_file_with_too_many_rows_is_a_fault() -> None:
    rows = b"question,answer\n" + b"".join(b"q%d,a\n" % n for n in range(20_001))
    items = await subprocess_reader.read_uploads([Upload("a.csv", rows)])

    assert isinstance(items[-1], Fault)
    assert items[-1].what == "so far there are over 20000 rows and chunks"
