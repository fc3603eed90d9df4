"""A week in the life of an account whose followers' behaviour is known.

Behaviour comes in, segments are found, copy is written, checked, ranked and approved, sent through
the simulator to random groups; taps come back through links that count, the test finds the better
text, the report names the right cause and no other, the recommendation follows, and so does the
night's proposal; the next night shows predicted against achieved.
"""

import time
from functools import partial
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.inference.fakes import FakeWriter
from app.simulator.accounts.state import PlatformAccount
from app.simulator.clock import Running
from app.simulator.platform import Platform
from tests.conftest import Open
from tests.marketing.week.behaviour import (
    CONTROL_RATE,
    FOLLOWERS,
    QUESTION_RATE,
    SLEEPERS,
    choose_tappers,
    likes_tea,
    make_events,
    make_items,
    name_follower,
)
from tests.marketing.week.steps import (
    API,
    BY,
    approve_and_send,
    finish_job,
    record_past,
    send,
    tap_links,
)
from tests.publishing.sending.senders import FONT
from tests.service import ACCOUNT, Service, client, until
from tests.support.serve import serving

STATEMENT, QUESTION = "明前龙井，产地杭州西湖龙井村", "明前龙井，您喝过西湖龙井村的吗？"
ARTICLE = {"title": "春茶", "source": "# 春茶\n\n明前龙井，产地杭州西湖龙井村。"}
BRIEF = {
    "product": "明前龙井", "channel": "title", "industry": "food",
    "facts": [
        {"name": "产地", "value": "杭州西湖龙井村", "source": "产品手册第 3 页"},
        {"name": "采摘", "value": "清明前手工采摘", "source": "产品手册第 4 页"},
    ],
}  # fmt: skip


def make_platform() -> Platform:
    """The platform of the account, with all followers."""
    account = PlatformAccount(appid=ACCOUNT.appid, secret="secret")
    platform = Platform([account], clock=Running())
    for number in range(FOLLOWERS):
        platform.interacted(name_follower(number), "subscribe")
    return platform


async def find_audience(http: httpx.AsyncClient) -> None:
    """Monday: profiles and segments are what the followers are."""
    profiles = await finish_job(http, "audience/jobs/profiles", "audience/jobs/profiles")
    tea = await send(http, "audience/segments/preview", rule="兴趣 包含 龙井 且 非 兴趣 包含 紫砂")
    both = await send(http, "audience/segments/preview", rule="兴趣 包含 龙井")
    dormant = await send(http, "audience/segments", **BY, name="沉睡粉丝", rule="阶段 = 沉睡")

    assert profiles["result"]["followers"] == FOLLOWERS
    assert dormant["followers"] == pytest.approx(SLEEPERS, abs=12)
    assert tea["followers"] <= both["followers"]
    assert both["followers"] > FOLLOWERS / 3


async def explain_past(http: httpx.AsyncClient) -> list[str]:
    """Tuesday: the features that went with reads."""
    today = time.time()
    first, last = (
        time.strftime("%Y-%m-%d", time.gmtime(today - days * 86_400)) for days in (90, -1)
    )
    report = await finish_job(
        http, "effects/reports", "effects/reports", first=first, last=last, metrics=["reads"]
    )
    [metric] = report["report"]["metrics"]
    return [each["feature"] for each in metric["effects"] if each["significant"]]


async def propose(http: httpx.AsyncClient) -> tuple[dict[str, Any], dict[str, Any]]:
    """A night: its report, and its open proposals by kind."""
    night = await finish_job(http, "strategy/nights", "strategy/nights")
    page = await http.get(f"{API}/strategy/proposals", params={"state": "open"})
    return night["report"], {each["kind"]: each for each in page.json()["proposals"]}


async def accept(http: httpx.AsyncClient, proposal: dict[str, Any]) -> dict[str, Any]:
    """A named person accepts a proposal."""
    path = f"strategy/proposals/{proposal['id']}/accept"
    return await send(http, path, author="王敏", reason="先试一周")


async def write_titles(http: httpx.AsyncClient) -> list[str]:
    """Wednesday: titles from a brief, checked, ranked, and approved by another person."""
    brief = await send(http, "briefs", **BY, brief=BRIEF)
    job = await finish_job(http, "content/generate", "content/jobs", brief=brief["id"], count=2)
    texts = [variant["text"] for variant in job["variants"] if variant["is_clean"]]
    findings = [
        (await send(http, "content/check", text=text, industry="food"))["findings"]
        for text in (STATEMENT, QUESTION)
    ]
    ranking = await send(http, "ads/rank", texts=[STATEMENT, QUESTION])
    draft = await send(http, "drafts", **BY, job=job["id"], variant=1)
    await send(http, f"drafts/{draft['id']}/approve", by="王敏", version=1)

    assert findings == [[], []]
    assert len(ranking["ranking"]) == 2
    return texts


async def start_test(http: httpx.AsyncClient, experiment: str) -> dict[str, Any]:
    """Thursday: the drafted test gets its texts, is planned and started; its groups' tags."""
    stored = (await http.get(f"{API}/experiments/{experiment}")).json()
    plan = stored["plan"]
    control, treatment = plan["variants"]
    plan |= {
        "lift": 0.8, "method": "fixed",
        "variants": [control | {"content": STATEMENT}, treatment | {"content": QUESTION}],
        "metric": {"event": "click", "hours": 24},
    }  # fmt: skip
    edit = await http.put(
        f"{API}/experiments/{experiment}",
        json=BY | {"plan": plan, "version": stored["version"]},
    )
    assert edit.status_code == 200, edit.text
    run = await send(
        http, f"experiments/{experiment}/plan", **BY,
        base_rate=CONTROL_RATE, daily_exposures=FOLLOWERS,
    )  # fmt: skip
    assert run["exposures"] <= FOLLOWERS
    await send(http, f"experiments/{experiment}/start", **BY)
    return await finish_job(
        http, f"experiments/{experiment}/groups", f"experiments/{experiment}/groups",
        action="write",
    )  # fmt: skip


async def run_test(
    running: Service, http: httpx.AsyncClient, platform: Platform, experiment: str
) -> dict[str, Any]:
    """Friday: each group is sent its text, some tap, and the test is read at its planned look."""
    await start_test(http, experiment)
    drafts = (await send(http, f"experiments/{experiment}/posts", **BY, article=ARTICLE))["posts"]
    followers, taps = platform.account().followers, 0
    async with httpx.AsyncClient(base_url=running.bases[0]) as phone:
        for draft, rate in zip(drafts, (CONTROL_RATE, QUESTION_RATE), strict=True):
            variant, post = draft["variant"], draft["post"]["id"]
            await approve_and_send(http, platform, post)
            openids = list(followers.find_subscribed(draft["tag_id"]))
            tappers = choose_tappers(openids, rate, seed=3)
            await record_exposures(http, experiment, {variant: post})
            link = {
                "url": "https://shop.example.com/tea", "campaign": "week", "item": "tea0",
                "experiment": experiment, "variant": variant,
            }  # fmt: skip
            await tap_links(http, phone, running.settings.reached_at, link, tappers)
            taps += len(tappers)
    await until(partial(has_counted, http, experiment, taps), within=30)
    return await read_result(http, experiment)


async def read_result(http: httpx.AsyncClient, experiment: str) -> dict[str, Any]:
    """What the test says so far."""
    return dict((await http.get(f"{API}/experiments/{experiment}/result")).json())


async def has_counted(http: httpx.AsyncClient, experiment: str, taps: int) -> bool:
    """Whether all taps have arrived: the planned look, not an earlier one."""
    result = await read_result(http, experiment)
    return bool(sum(variant["conversions"] for variant in result["variants"]) == taps)


async def record_exposures(http: httpx.AsyncClient, experiment: str, posts: dict[str, str]) -> None:
    """Record that the variants' groups were sent their posts."""
    place = f"experiments/{experiment}/groups"
    await finish_job(http, place, place, action="expose", posts=posts)


async def look_back(http: httpx.AsyncClient) -> tuple[list[str], dict[str, Any]]:
    """Monday to Wednesday morning: the causes of the past, and the proposal that follows."""
    now = time.time()
    items = make_items(now)
    await record_past(http, [item.row for item in items], make_events(items, now, seed=1))
    await find_audience(http)
    causes = await explain_past(http)
    strategy = {"objective": "view", "proposals_a_night": 20}
    await http.put(f"{API}/strategy", json={"revision": 0, "strategy": strategy})
    _, proposals = await propose(http)
    return causes, proposals["test_feature"]


async def draw_conclusions(http: httpx.AsyncClient) -> dict[str, Any]:
    """The weekend: a person adopts the winner, and the next night's report."""
    _, proposals = await propose(http)
    await accept(http, proposals["adopt_winner"])
    report, _ = await propose(http)
    return report


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_week_in_the_life_of_an_account(open_service: Open) -> None:
    platform = make_platform()
    async with (
        serving(platform.app) as base,
        open_service(
            wechat_api_base=base, wechat_secret=SecretStr("secret"), cover_font=FONT,
            link_domains=["shop.example.com"], writer=FakeWriter(answer=STATEMENT),
        ) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):  # fmt: skip
        platform.connect(wechat)
        causes, proposal = await look_back(http)
        experiment = (await accept(http, proposal))["experiment"]
        titles = await write_titles(http)
        result = await run_test(running, http, platform, experiment)
        advice = await http.get(f"{API}/recommendations/{name_follower(0)}")
        report = await draw_conclusions(http)
        decided = (await http.get(f"{API}/experiments/{experiment}")).json()

    assert causes == ["title_question"]
    assert STATEMENT in titles
    assert (result["sample_ratio_ok"], result["recommendation"]) == (True, "launch_variant")
    assert likes_tea(0)
    items = [each for each in advice.json()["items"] if each["strategy"] != "explored"]
    assert "龙井" in items[0]["title"]
    assert (decided["state"], decided["chosen"]) == ("decided", "新写法")
    [outcome] = report["outcomes"]
    assert outcome["title"] == proposal["title"]
    assert outcome["achieved"] > outcome["predicted"] > 0
    assert report["score"]["right_sign"] == 1.0
