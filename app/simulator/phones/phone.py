"""A follower's phone: what a person does with an Official Account."""

from dataclasses import dataclass

from app.simulator.accounts.followers import SCANNED, SEARCHED, Interaction
from app.simulator.callback.wechat import Delivery, Outcome, WeChat
from app.simulator.callback.wire import Fields
from app.simulator.phones import messages, taps
from app.simulator.platform import Platform

INTERACTION_OF_EVENT: dict[str, Interaction] = {
    "CLICK": "click",
    "scancode_push": "click",
    "scancode_waitmsg": "click",
    "subscribe": "subscribe",
    "SCAN": "scan",
}


@dataclass(frozen=True)
class Phone:
    wechat: WeChat
    openid: str
    platform: Platform | None = None  # hears of what the follower does, for its quotas

    async def send(self, message: Fields, together: int = 1) -> Outcome:
        """Any of `messages`, with CreateTime and MsgId of your own if you like."""
        return await self.wechat.push(self._done(message), together)

    async def deliver_at_once(self, message: Fields, copies: int = 3) -> list[Delivery]:
        """One message in several deliveries at the same moment, each with its own signature."""
        return await self.wechat.deliver_at_once(self._done(message), copies)

    async def say(self, content: str) -> Outcome:
        return await self.send(messages.text(content))

    async def tap(self, content: str, menu_id: str) -> Outcome:
        return await self.send(messages.menu_tap(content, menu_id))

    async def tap_link(self, text: str, number: int = 0) -> Outcome:
        """One of the links that `text` offers. Raises IndexError when there is none."""
        tap = taps.in_text(text)[number]
        return await self.tap(tap.content, tap.menu_id)

    async def subscribe(self, scene: str | None = None) -> Outcome:
        return await self.send(messages.subscribe(scene))

    async def unsubscribe(self) -> Outcome:
        return await self.send(messages.unsubscribe())

    async def scan(self, scene: str) -> Outcome:
        return await self.send(messages.scan(scene))

    async def click(self, key: str) -> Outcome:
        return await self.send(messages.click(key))

    async def view(self, url: str) -> Outcome:
        return await self.send(messages.view(url))

    def _done(self, message: Fields) -> Fields:
        if self.platform is not None:
            self._tell(self.platform, message)
        return self.wechat.stamp(message, self.openid)

    def _tell(self, platform: Platform, message: Fields) -> None:
        interaction, appid = _interaction(message), self.wechat.account.appid
        if message["MsgType"] != "event":
            platform.received(self.openid, str(message["MsgType"]), appid)
        if message.get("Event") == "unsubscribe":
            platform.unsubscribed(self.openid, appid)
        elif interaction is not None:
            source = SCANNED if message.get("Ticket") else SEARCHED
            platform.interacted(self.openid, interaction, appid, source)


def _interaction(message: Fields) -> Interaction | None:
    if message["MsgType"] == "event":
        return INTERACTION_OF_EVENT.get(str(message["Event"]))
    # Only for a tapped msgmenu is it written that the smaller quota applies.
    return "click" if "bizmsgmenuid" in message else "message"
