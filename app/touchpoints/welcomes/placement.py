"""Puts approved welcome texts into the account's rules, from which followers are answered."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncEngine

from app.errors import Refusal, StaleRevision
from app.rules.repository import read_rules, write_rules
from app.rules.values import SceneWelcome, Welcome
from app.touchpoints.qr.repository import QrChannels, refuse_retired
from app.touchpoints.review import lifecycle
from app.touchpoints.review.repository import ReviewedContents
from app.touchpoints.review.values import ReviewedContent
from app.touchpoints.welcomes.values import WelcomeText

MOST_SCENES = 500  # of an account's rules
_TRIES = 5  # somebody else may change the rules at the same moment


class TooManyWelcomes(Refusal):
    """The rules take no more scenes."""

    status = 409
    name = "too_many_welcomes"


@dataclass(frozen=True, slots=True)
class WelcomePlacement:
    """Changes the part `welcome` of the rules; workers use it within two seconds."""

    engine: AsyncEngine
    contents: ReviewedContents
    channels: QrChannels

    async def put(self, account: str, content_id: str, by: str) -> ReviewedContent:
        """Let followers read the approved version, in the place of an earlier one.

        Raises UnknownContent, WrongState, NameMissing, UnknownChannel, ChannelRetired,
        TooManyWelcomes, UnreadableRules, StaleRevision.
        """
        async with self.contents.lock(account, "welcome"):
            item = await self.contents.get(account, content_id, "welcome")
            lifecycle.check_approved(item, by)
            text = read_text(item)
            scene = await self._find_scene(account, text, refuse=True)
            await self._change_rules(account, partial(place_text, text=text, scene=scene))
            await self._leave_others(account, item)
            step = partial(lifecycle.go_live, by=by, now=self.contents.clock())
            return await self.contents.change(account, content_id, step)

    async def withdraw(
        self, account: str, content_id: str, *, by: str, reason: str
    ) -> ReviewedContent:
        """Followers read the account's welcome again, or the product's phrase.

        Raises UnknownContent, WrongState, NameMissing, UnreadableRules, StaleRevision.
        """
        step = partial(lifecycle.withdraw, by=by, reason=reason)
        async with self.contents.lock(account, "welcome"):
            item = await self.contents.get(account, content_id, "welcome")
            step(item)  # refused before the rules are changed
            if item.live is not None:
                scene = await self._find_scene(account, read_text(item), refuse=False)
                await self._change_rules(account, partial(remove_text, scene=scene))
            return await self.contents.change(account, content_id, step)

    async def is_effective(self, item: ReviewedContent) -> bool:
        """Whether the rules have the live version: they can be written without a review, too."""
        if item.live is None:
            return False
        assert isinstance(item.live.content, WelcomeText)
        rules, _ = await read_rules(self.engine, item.account)
        scene = await self._find_scene(item.account, item.live.content, refuse=False)
        return place_text(rules.welcome, text=item.live.content, scene=scene) == rules.welcome

    async def _find_scene(self, account: str, text: WelcomeText, *, refuse: bool) -> str | None:
        """The scene of the text's channel; None for the whole account's text."""
        if not text.channel:
            return None
        channel = await self.channels.get(account, text.channel)
        if refuse:
            refuse_retired(channel)
        return channel.scene

    async def _change_rules(self, account: str, step: Callable[[Welcome], Welcome]) -> None:
        for attempt in range(1, _TRIES + 1):
            rules, revision = await read_rules(self.engine, account)
            changed_rules = rules.model_copy(update={"welcome": step(rules.welcome)})
            try:
                await write_rules(self.engine, account, changed_rules, revision)
                return
            except StaleRevision:
                if attempt == _TRIES:
                    raise

    async def _leave_others(self, account: str, item: ReviewedContent) -> None:
        for other in await self.contents.list_live(account, "welcome"):
            if other.id != item.id and read_text(other).channel == read_text(item).channel:
                await self.contents.change(account, other.id, lifecycle.leave)


def read_text(item: ReviewedContent) -> WelcomeText:
    """The content of a reviewed welcome."""
    assert isinstance(item.content, WelcomeText)
    return item.content


def place_text(welcome: Welcome, *, text: WelcomeText, scene: str | None) -> Welcome:
    """The account's welcome with this text; the one of a scene goes before those of prefixes.

    Raises TooManyWelcomes.
    """
    if scene is None:
        return welcome.model_copy(update={"default": text.reply, "scan": text.scan})
    rule = SceneWelcome(scene=scene, reply=text.reply, scan=text.scan)
    scenes = [rule if _is_of(each, scene) else each for each in welcome.scenes]
    if rule not in scenes:
        scenes = [rule, *scenes]
    if len(scenes) > MOST_SCENES:
        raise TooManyWelcomes(f"运营规则里最多有 {MOST_SCENES} 个渠道的欢迎语，请先撤下不用的。")
    return welcome.model_copy(update={"scenes": tuple(scenes)})


def remove_text(welcome: Welcome, *, scene: str | None) -> Welcome:
    """The account's welcome without a text of its own, or without the one of a scene."""
    if scene is None:
        return welcome.model_copy(update={"default": "", "scan": ""})
    scenes = tuple(each for each in welcome.scenes if not _is_of(each, scene))
    return welcome.model_copy(update={"scenes": scenes})


def _is_of(rule: SceneWelcome, scene: str) -> bool:
    return rule.match == "exact" and rule.scene == scene
