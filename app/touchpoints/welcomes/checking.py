"""Checks a welcome text before it is reviewed: each finding names its place and the limit."""

from collections.abc import Iterator

from app.errors import Refusal
from app.messages.lengths import TEXT_BYTES, size
from app.publishing.article_html.values import Finding
from app.rules.fields import ITEMS_SLOT, WELCOME_SLOTS, find_control, list_unknown_slots
from app.rules.item_lines import count_room, fill_items
from app.touchpoints.welcomes.values import WelcomeText


class BadWelcome(Refusal):
    """A welcome text that can't be sent; the message names each fault."""

    status = 422
    name = "bad_welcome"


def check_welcome(welcome: WelcomeText) -> list[Finding]:
    """What is wrong with the texts."""
    findings = [*_check_text("reply", welcome.reply), *_check_text("scan", welcome.scan)]
    if not (welcome.reply.strip() or (welcome.scan.strip() and not welcome.channel)):
        findings.append(Finding("empty", "reply", "欢迎语是空的，请写点内容。"))
    return findings


def refuse_bad_welcome(welcome: WelcomeText) -> None:
    """Raise BadWelcome, which names all faults, where there is one."""
    if findings := check_welcome(welcome):
        raise BadWelcome("\n".join(f"{each.place}：{each.message}" for each in findings))


def _check_text(place: str, text: str) -> Iterator[Finding]:
    if (count := size(text)) > TEXT_BYTES:
        message = f"有 {count:,} 个字节，一条消息最多 {TEXT_BYTES:,} 个（一个汉字 3 个字节）。"
        yield Finding("length", place, message)
    elif ITEMS_SLOT in text and not count_room(text):
        message = f"写了 {ITEMS_SLOT}，但文字太长，放不下推荐内容：请缩短文字，或去掉这个占位符。"
        yield Finding("length", place, message)
    elif text.strip() and not fill_items(text, ()):
        message = f"没有可推荐的内容时会是空的：请在 {ITEMS_SLOT} 那一行之外写点内容。"
        yield Finding("empty", place, message)
    for slot in list_unknown_slots(text, WELCOME_SLOTS):
        slots = "、".join(WELCOME_SLOTS)
        yield Finding("slot", place, f"没有 {slot} 这个占位符，可以用的是 {slots}。")
    if control := find_control(text):
        yield Finding("control", place, f"含有不能发送的控制字符 U+{ord(control):04X}，请删除。")
