"""What may be in one post: a picture or text message alone, tags only of a mass message. No I/O."""

from collections.abc import Sequence

from app.errors import Refusal
from app.publishing.values import Audience, Channel, PictureMessage, PostItem, TextMessage


class BadContent(Refusal):
    """Articles, channel and audience of a post that don't go together."""

    status = 422
    name = "bad_content"


def refuse_mixed(items: Sequence[PostItem]) -> None:
    """Raise BadContent for a picture or text message among articles: each is one of its own."""
    if len(items) > 1 and any(isinstance(item, PictureMessage) for item in items):
        raise BadContent("图片消息要单独发布，不能和其他文章放在同一篇内容里，请分成几篇。")
    if len(items) > 1 and any(isinstance(item, TextMessage) for item in items):
        raise BadContent("文字消息要单独群发，不能和其他文章放在同一篇内容里，请分成几篇。")


def refuse_channel(items: Sequence[PostItem], channel: Channel) -> None:
    """Raise BadContent for a text message that isn't a mass message."""
    if channel != "mass" and any(isinstance(item, TextMessage) for item in items):
        raise BadContent("文字消息只能群发：请把 channel 设为 mass，或者改成文章。")


def refuse_audience(channel: Channel, audience: Audience) -> None:
    """Raise BadContent for tags that nothing is sent to, or that are named twice."""
    if audience.tag_ids and channel != "mass":
        raise BadContent("只有群发（channel 为 mass）才能按标签发送，请去掉 tag_ids。")
    if len(set(audience.tag_ids)) < len(audience.tag_ids):
        raise BadContent("tag_ids 里有重复的标签：同一位粉丝会收到两次，请去掉重复的。")
