"""File names as HTTP libraries, browsers and old machines write them."""

from base64 import b64encode
from urllib.parse import quote

import pytest

from app.api.uploads import file_name
from tests.api.routes.test_imports import FAQ, PATH, wait_for_report
from tests.service import Service, client

NAME = "常见问题.csv"
UTF_8, GBK = NAME.encode(), NAME.encode("gbk")
WORD = f"=?utf-8?B?{b64encode(UTF_8).decode()}?="
SEVERAL_WORDS = " ".join(
    f"=?utf-8?B?{b64encode(part.encode()).decode()}?=" for part in ("常见", "问题.csv")
)


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        (f"filename=\"{WORD}\"; filename*=utf-8''{quote(UTF_8)}".encode(), NAME),  # .NET
        (f"filename*=UTF-8''{quote(UTF_8)}".encode(), NAME),
        (f"filename=\"x.csv\"; filename*=UTF-8'zh-CN'{quote(UTF_8)}".encode(), NAME),
        (f"filename*=UTF-8''{quote(UTF_8)}; filename=\"x.csv\"".encode(), NAME),
        (f"filename*=GBK''{quote(GBK)}".encode(), NAME),
        (f"filename*={quote(UTF_8)}".encode(), NAME),
        (f"filename*=klingon''{quote(UTF_8)}".encode(), NAME),
        (f"filename*0*=UTF-8''{quote('常见')}; filename*1*={quote('问题')}.csv".encode(), NAME),
        (f'filename="{WORD}"'.encode(), NAME),
        (f'filename="{SEVERAL_WORDS}"'.encode(), NAME),
        (f'filename="=?GBK?B?{b64encode(GBK).decode()}?="'.encode(), NAME),
        (f'filename="=?utf-8?Q?{quote(UTF_8).replace("%", "=")}?="'.encode(), NAME),
        (b'filename="' + UTF_8 + b'"', NAME),
        (b'filename="' + GBK + b'"', NAME),
        (b"filename=" + UTF_8, NAME),
        (f'filename="{quote(UTF_8)}"'.encode(), NAME),
        (f'filename="{quote(GBK)}"'.encode(), NAME),
        ("filename=\"許功.csv\"".encode("gbk"), "許功.csv"),  # a second byte is a backslash
        (b'filename="a%22b.csv"', 'a"b.csv'),  # browsers
        (b'filename="a\\"b;c=d.csv"', 'a"b;c=d.csv'),
        (b'filename="100%25.csv"', "100%25.csv"),
        (b'filename="=?klingon?B?AAAA?="', "=?klingon?B?AAAA?="),
        (b"filename=\"x.csv\"; filename*=UTF-8''%FF%FE.csv", "x.csv"),
        (b'filename=""', ""),
        (b"other=1", None),
    ],
)  # fmt: skip
def test_a_name_is_read_as_it_was_meant(parameters: bytes, name: str | None) -> None:
    assert file_name(b'form-data; name="files"; ' + parameters) == name


def form(parameters: bytes) -> bytes:
    head = b"--XX\r\nContent-Disposition: form-data; name=files; " + parameters + b"\r\n\r\n"
    return head + FAQ.encode() + b"\r\n--XX--\r\n"


async def send(
    running: Service, body: bytes, kind: str = "multipart/form-data; boundary=XX"
) -> tuple[int, str]:
    """Status, and the detail or the id."""
    async with client(running) as http:
        answered = await http.post(PATH, content=body, headers={"Content-Type": kind})
    return answered.status_code, answered.json().get("detail") or answered.json()["id"]


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        (f"filename=\"{WORD}\"; filename*=utf-8''{quote(UTF_8)}".encode(), NAME),
        (f"filename*=UTF-8''{quote(UTF_8)}".encode(), NAME),
        (b'filename="C:\\Users\\li\\' + GBK + b'"', NAME),
        ("filename=\"./售后/常见\u3000问题.csv\"".encode(), "售后/常见\u3000问题.csv"),
    ],
)  # fmt: skip
async def test_the_report_has_the_right_name(huiyin: Service, parameters: bytes, name: str) -> None:
    faulty = form(parameters).replace("可以。".encode(), b"")
    status, filed = await send(huiyin, faulty)
    async with client(huiyin) as http:
        report = await wait_for_report(http, filed)

    assert status == 202
    assert [(fault["file"], fault["at"]) for fault in report["faults"]] == [(name, "row 3")]


@pytest.mark.parametrize(
    ("body", "kind", "detail"),
    [
        (form(b'filename=""'), "multipart/form-data; boundary=XX", "has no name"),
        (form(b"other=1"), "multipart/form-data; boundary=XX", "has no name"),
        (form(b"filename*=UTF-8''a%00b.csv"), "multipart/form-data; boundary=XX", "be printed"),
        (form(b'filename="a.csv"').replace(b"name=files", b"name=file"),
         "multipart/form-data; boundary=XX", "no file in the field 'files'"),
        (form(b'filename="a.csv"'), "multipart/form-data", "no multipart/form-data"),
        (b"--XX\r\nrubbish", "multipart/form-data; boundary=XX", "no file in the field"),
        (b"", "multipart/form-data; boundary=XX", "no "),
        (FAQ.encode(), "text/csv", "send the files as multipart/form-data"),
        (b"{", "application/json", "send the files as multipart/form-data"),
    ],
)  # fmt: skip
async def test_what_is_no_upload_is_refused_with_what_to_do(
    shared_api: Service, body: bytes, kind: str, detail: str
) -> None:
    status, message = await send(shared_api, body, kind)

    assert status == 422
    assert detail in message
