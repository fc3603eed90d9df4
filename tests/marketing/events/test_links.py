"""Links that count lead to the account's own domains only, and no altered token is taken."""

import base64
from dataclasses import replace

import pytest

from app.marketing.events.link_visitors import is_person
from app.marketing.events.links import (
    BadLink,
    CountingLink,
    ExpiredLink,
    ForeignAddress,
    check_address,
    follow_link,
    read_link,
    sign_link,
)

KEY = "sixteen-and-more-letters"
LINK = CountingLink(
    account="shop", url="https://shop.example.com/tea?a=1#top", expires=2_000_000_000,
    pseudonym="f-0123456789abcdef", campaign="春茶", experiment="title", variant="B",
)  # fmt: skip


def test_a_token_holds_the_link() -> None:
    token = sign_link(LINK, KEY)

    assert read_link(token, KEY) == LINK


def test_no_altered_token_is_taken() -> None:
    token = sign_link(LINK, KEY)
    payload, signature = token.split(".")
    foreign = base64.urlsafe_b64encode(
        base64.urlsafe_b64decode(payload + "==").replace(b"shop.example", b"evil.example")
    ).decode().rstrip("=")  # fmt: skip
    altered = [
        *(token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
          for at in range(0, len(token), 7)),
        f"{foreign}.{signature}", payload, f"{payload}.", f".{signature}", "", ".", token + "A",
        token + "=", "茶", "A" * 100_000,
    ]  # fmt: skip

    for each in altered:
        with pytest.raises(BadLink):
            read_link(each, KEY)
    with pytest.raises(BadLink):
        read_link(token, KEY + "x")


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/", "https://evil.example/", "https://shop.example.com.evil.com/",
        "https://shop.example.com@evil.com/", "https://evil.com\\@shop.example.com/",
        "//shop.example.com/", "javascript:alert(1)", "https://shop.example.com:8443/",
        "https://shop.example.com/\r\nSet-Cookie: a=b", "https://shop.example.com/茶",
        "https://SHOP.example.com/", "https://shop.example.com\\.evil.com",
        "https:/shop.example.com",
        "https://user:pw@shop.example.com/", "https://shop.example.com%2eevil.com/", "",
        " https://shop.example.com/", "https://shop.example.com/ a", 'https://shop.example.com/"',
    ],
)  # fmt: skip
def test_a_link_leads_to_no_foreign_place(url: str) -> None:
    with pytest.raises(ForeignAddress, match=r"可用域名：shop\.example\.com。"):
        check_address(url, ["shop.example.com"])


@pytest.mark.parametrize("path", ["", "/", "?a=%E8&b=[1]", "/a/b;c=1?d=(e)&f=g+h~i!j*k,l:m@n$"])
def test_a_link_leads_anywhere_in_the_accounts_domains(path: str) -> None:
    link = replace(LINK, url=f"https://shop.example.com{path}")

    assert follow_link(link, ["a.example", "shop.example.com"], 1.9e9) == link.url


def test_a_link_of_a_domain_that_was_taken_away_or_past_its_time_leads_nowhere() -> None:
    with pytest.raises(BadLink):
        follow_link(LINK, ["other.example.com"], 1.9e9)
    with pytest.raises(ExpiredLink):
        follow_link(LINK, ["shop.example.com"], 2.0e9)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) MicroMessenger/8.0.50"}, True),
        ({"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36"}, True),
        ({"user-agent": "Mozilla/5.0 (iPhone) MicroMessenger/8.0 mpcrawler"}, False),
        ({"user-agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}, False),
        ({"user-agent": "curl/8.0"}, False),
        ({"user-agent": "Mozilla/5.0 Chrome/130", "sec-purpose": "prefetch;prerender"}, False),
        ({}, False),
    ],
)
def test_programs_that_look_ahead_are_not_counted(
    headers: dict[str, str], *, expected: bool
) -> None:
    assert is_person(headers) is expected
