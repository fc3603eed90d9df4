"""The pages, their key, and the playground."""

import pytest

from app.dialogue.wording import kind_texts
from tests.conftest import Open
from tests.service import CMS_KEY, SHIPPED, SHIPPING, Service, client


async def test_the_playground_needs_nothing_from_outside(huiyin: Service) -> None:
    async with client(huiyin, key=None) as http:
        page = await http.get("/playground")

    outside = [
        mark for mark in ('src="http', 'href="http', "url(http", "@import") if mark in page.text
    ]
    assert (page.status_code, outside, "{{account}}" in page.text) == (200, [], False)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert [page.headers[name] for name in ("X-Content-Type-Options", "Referrer-Policy")] == [
        "nosniff",
        "no-referrer",
    ]


PAGES = ["/metrics", "/openapi.json", "/docs", "/redoc"]


@pytest.mark.parametrize("path", [*PAGES, "/docs/oauth2-redirect"])
async def test_what_tells_of_the_service_needs_the_key(shared_api: Service, path: str) -> None:
    async with (
        client(shared_api, key=None) as http,
        client(shared_api, key="another-key") as stranger,
    ):
        refused = [await http.get(path), await stranger.get(path)]
        refused.append(await http.get(path, auth=("anybody", "another-key")))
        browser = await http.get(path, auth=("anybody", CMS_KEY))
    async with client(shared_api) as prometheus:
        scraped = await prometheus.get(path)

    assert [answer.status_code for answer in refused] == [401, 401, 401]
    assert [answer.headers["WWW-Authenticate"][:5] for answer in refused] == ["Basic"] * 3
    assert (browser.status_code, scraped.status_code) == (200, 200)
    assert browser.headers["Content-Security-Policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic %%%", "Basic bm8tY29sb24=", f"Basic {CMS_KEY}", "Digest x", f"{CMS_KEY}"],
)
async def test_an_odd_authorization_shows_no_key(shared_api: Service, authorization: str) -> None:
    async with client(shared_api, key=None) as http:
        answered = await http.get("/metrics", headers={"Authorization": authorization})

    assert answered.status_code == 401


async def test_a_password_is_no_key_for_rest(shared_api: Service) -> None:
    async with client(shared_api, key=None) as http:
        answered = await http.get("/api/v1/knowledge/entries", auth=("anybody", CMS_KEY))

    assert (answered.status_code, answered.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("name", ["brand.example", "192.0.2.7:8000", "127.0.0.1.evil.example", ""])
async def test_the_playground_answers_to_names_of_this_machine_only(
    shared_api: Service, name: str
) -> None:
    async with client(shared_api, key=None) as http:
        page = await http.get("/playground", headers={"Host": name})
        typed = {"openid": "p", "text": SHIPPING}
        reply = await http.post("/playground/messages", json=typed, headers={"Host": name})

    assert (page.status_code, reply.status_code) == (403, 403)


@pytest.mark.parametrize("name", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
async def test_the_playground_answers_under_every_name_of_this_machine(
    shared_api: Service, name: str
) -> None:
    async with client(shared_api, key=None) as http:
        page = await http.get("/playground", headers={"Host": name})

    assert page.status_code == 200


async def test_a_brand_cannot_write_html_into_the_playground(open_service: Open) -> None:
    async with open_service(brand="<b>茶</b>") as running, client(running, key=None) as http:
        page = await http.get("/playground")

    assert ("<b>茶</b>" in page.text, "&lt;b&gt;茶&lt;/b&gt;" in page.text) == (False, True)


@pytest.mark.parametrize(
    ("typed", "reply", "source"),
    [
        ({"text": SHIPPING}, SHIPPED, "knowledge_missing"),
        ({"text": "{text}]]> <b>&发货"}, SHIPPED, "knowledge_missing"),
        ({"text": SHIPPING, "kind": "voice"}, SHIPPED, "knowledge_missing"),
        ({"kind": "image"}, *kind_texts.KINDS["image"], "kind"),
        ({"text": " "}, kind_texts.EMPTY.first, "kind"),
    ],
)
async def test_what_is_typed_goes_through_the_webhook_and_is_explained(
    huiyin: Service, typed: dict[str, str], reply: str, source: str
) -> None:
    async with client(huiyin, key=None) as http:
        answered = (await http.post("/playground/messages", json={"openid": "p"} | typed)).json()

    assert (answered["reply"], answered["why"]["source"], answered["status"]) == (
        reply,
        source,
        200,
    )
    assert answered["raw"].startswith("<xml><ToUserName><![CDATA[playground-p]]>")


async def test_the_playground_writes_in_the_mode_of_the_account(open_service: Open) -> None:
    async with open_service(wechat_mode="safe") as running, client(running, key=None) as http:
        typed = {"openid": "p", "text": SHIPPING}
        answered = (await http.post("/playground/messages", json=typed)).json()

    assert (answered["reply"], answered["raw"][:19]) == (SHIPPED, "<xml><ToUserName><!")


async def test_following_in_the_playground_is_welcomed(huiyin: Service) -> None:
    async with client(huiyin, key=None) as http:
        typed = {"openid": "p", "kind": "subscribe"}
        answered = (await http.post("/playground/messages", json=typed)).json()

    assert answered["reply"].startswith("您好，欢迎关注回音！")


@pytest.mark.parametrize(
    "typed",
    [{}, {"openid": "a b"}, {"openid": "a" * 65}, {"openid": "p", "kind": "video"},
     {"openid": "p", "text": "好" * 2001}],
)  # fmt: skip
async def test_what_cannot_be_typed_is_refused(shared_api: Service, typed: dict[str, str]) -> None:
    async with client(shared_api, key=None) as http:
        refused = await http.post("/playground/messages", json=typed)

    assert refused.status_code == 422


async def test_the_playground_is_not_there_when_it_is_off(open_service: Open) -> None:
    async with open_service(playground=False) as running, client(running, key=None) as http:
        answers = [
            await http.get("/playground"),
            await http.post("/playground/messages", json={"openid": "p", "text": "好"}),
        ]

    assert [answer.status_code for answer in answers] == [404, 404]
