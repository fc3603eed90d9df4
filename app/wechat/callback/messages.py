"""Parses the XML of one delivery into a frozen value, and names its message by a key."""

import hashlib
from urllib.parse import quote

from app.wechat.callback.event_kinds import EVENTS
from app.wechat.callback.kinds import MESSAGES, READ, MessageFields
from app.wechat.callback.parsing import Malformed, Node, parse_xml
from app.wechat.callback.values import Event, Message, UnknownEvent, Unsupported

__all__ = ["Malformed", "delivery_key", "parse_message"]

LONGEST_KEY = 256  # characters; an EventKey may be a URL as long as the body
LATEST = 10**10  # seconds; the year 2286, past which a CreateTime is not in seconds


def parse_message(body: bytes | str) -> Message:
    """The message in `body`: decrypted XML in UTF-8, at most 64 KiB (the caller's cap).

    A kind we don't know is an `Unsupported` or an `UnknownEvent`; a field that is missing or odd
    is None or "". What isn't a message at all raises Malformed: an empty or cut body, a DOCTYPE or
    entity, over 512 elements or 16 levels, a sender, recipient, MsgType or Event that is missing,
    empty, repeated or nested, a CreateTime that isn't seconds.
    """
    node = parse_xml(body)
    common = _read_common_fields(node)
    kind = node.required("MsgType").lower()
    if kind == "event":
        return _read_event(node, common, node.required("Event").lower())
    if kind == "device_event":
        return _read_event(node, common, "device_" + node.required("Event").lower())
    build = MESSAGES.get(kind)
    if build is None:
        return Unsupported(**common, kind=kind, fields=node.fields(without=READ))
    return build(node, common)


def delivery_key(message: Message) -> str:
    """The key that the up to three deliveries of one message share, and no other message has.

    The platform's rule: MsgId for messages, FromUserName + CreateTime for events, to which we add
    Event and EventKey. Percent-encoded, so safe in a Redis key; at most 256 characters.
    """
    if message.msg_id is not None:
        return str(message.msg_id)
    if isinstance(message, Event):
        content = (message.kind, message.key)
    else:  # the platform promises a MsgId here; without one, only the whole value tells them apart
        content = (type(message).__name__, _hash_text(repr(message)))
    parts = (message.openid, str(message.created), *content)
    key = ":".join(quote(part, safe="") for part in parts)
    return key if len(key) <= LONGEST_KEY else _hash_text(key)


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read_common_fields(node: Node) -> MessageFields:
    created = node.integer("CreateTime")
    if created >= LATEST:
        raise Malformed("CreateTime is not in seconds")
    return {
        "to_user": node.required("ToUserName"),
        "openid": node.required("FromUserName"),
        "created": created,
        "msg_id": node.optional_integer("MsgId"),
    }


def _read_event(node: Node, common: MessageFields, event: str) -> Message:
    kind, key = _as_sent(event, node.text("EventKey"))
    build = EVENTS.get(kind)
    if build is None:
        return UnknownEvent(**common, kind=kind, key=key, fields=node.fields(without=READ))
    return build(node, {**common, "kind": kind, "key": key})


def _as_sent(event: str, key: str) -> tuple[str, str]:
    """Event and EventKey as WeChat sent them: wechatpy renames a subscription by a scan."""
    if event == "subscribe_scan":
        return "subscribe", f"qrscene_{key}"
    if event == "subscribe_scan_product":
        return "subscribe", key
    return event, key
