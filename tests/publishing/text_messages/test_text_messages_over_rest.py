"""Text messages go over REST to the followers of the simulated platform."""

from typing import Any

from app.simulator.publishing.mass_sends import MassSends
from tests.conftest import Open
from tests.publishing.rest import POSTS, open_publishing

TEXT: dict[str, Any] = {
    "article_type": "text",
    "text": "龙井到店了\n欢迎品尝",
    "ai_generated": True,
}


async def test_a_text_message_is_previewed_and_sent_once(open_service: Open) -> None:
    async with open_publishing(open_service) as api:
        for number in range(3):
            api.platform.interacted(f"openid-{number}", "subscribe")
        post = await api.create(TEXT, channel="mass")
        preview = (await api.http.get(f"{POSTS}/{post}/preview")).text
        await api.step(post, "phone-preview", wechat_name="openid-0")
        await api.schedule(post)
        post_now = await api.wait_for(post, "published")
        page = (await api.http.get(POSTS)).json()
        withdrawal = await api.step(post, "withdraw", by="王敏", reason="写错了")
        [send] = api.platform.account().store(MassSends).jobs
        drafts = api.platform.calls["/cgi-bin/draft/add"]

    [result] = [step for step in post_now["steps"] if step["name"] == "result"]
    assert "龙井到店了<br>欢迎品尝（内容由AI生成）" in preview
    assert (send.is_successful, drafts) == (True, 0)
    assert (result["answer"]["sent"], result["answer"]["failed_count"]) == (3, 0)
    assert (post_now["urls"], post_now["checkpoints"]) == ([], [])
    assert page["posts"][0]["titles"] == ["龙井到店了"]
    assert withdrawal["state"] == "withdrawn"


async def test_a_bad_text_message_is_refused_before_the_call(open_service: Open) -> None:
    async with open_publishing(open_service) as api:
        long = TEXT | {"text": "茶" * 683}
        check = (await api.http.post(f"{POSTS}/check", json={"articles": [long]})).json()
        post = await api.create(TEXT | {"text": " \n"}, channel="mass")
        refusal = await api.refuse(post, "submit", version=1)
        unlawful = await api.create(TEXT | {"text": "全城最正宗的龙井"}, channel="mass")
        findings = (await api.http.get(f"{POSTS}/{unlawful}/findings")).json()["findings"]
        mixture, publication = [
            await api.http.post(POSTS, json={"author": "小林", "articles": articles, "channel": at})
            for articles, at in [([TEXT, {"source": "# 茶"}], "mass"), ([TEXT], "publish")]
        ]

    [finding] = check["articles"][0]["findings"]
    assert finding["message"] == (
        "文字有 2,072 个字节，最多 2,048 个（一个汉字三个字节），请精简。"
    )
    assert refusal == (422, "文字是空的，请写点内容再群发。")
    assert [(each["field"], each["text"]) for each in findings] == [("text", "全城最正宗")]
    assert mixture.json()["detail"] == (
        "文字消息要单独群发，不能和其他文章放在同一篇内容里，请分成几篇。"
    )
    assert (
        publication.json()["detail"] == "文字消息只能群发：请把 channel 设为 mass，或者改成文章。"
    )
