"""Whatever people do in whatever order, followers meet only what a named person approved."""

import contextlib

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.errors import Refusal
from app.touchpoints.review import lifecycle
from app.touchpoints.review.values import ReviewedContent
from app.touchpoints.welcomes.values import WelcomeText

NOW = 1_800_000_000.0
NAMES = st.sampled_from(["小林", "王敏", " ", ""])
VERSIONS = st.integers(min_value=1, max_value=4)


class ReviewMachine(RuleBasedStateMachine):
    """One welcome text, on which people take steps that may be refused."""

    def __init__(self) -> None:
        super().__init__()
        self.item = ReviewedContent(
            id="w1", account="default", author="小林", content=WelcomeText(reply="欢迎！")
        )
        self.approvers: dict[int, str] = {}  # by version
        self.contents = {1: self.item.content}

    @rule(reply=st.sampled_from(["您好！", "欢迎！"]), version=VERSIONS)
    def edit(self, reply: str, version: int) -> None:
        with contextlib.suppress(Refusal):
            content = WelcomeText(reply=reply)
            self.item = lifecycle.edit(self.item, content=content, version=version)
            self.contents[self.item.version] = content

    @rule(version=VERSIONS)
    def submit(self, version: int) -> None:
        with contextlib.suppress(Refusal):
            self.item = lifecycle.submit(self.item, version)

    @rule(by=NAMES, version=VERSIONS)
    def approve(self, by: str, version: int) -> None:
        with contextlib.suppress(Refusal):
            lifecycle.refuse_self_approval(by, {self.item.author}, own_allowed=False)
            self.item = lifecycle.approve(self.item, by=by, version=version, now=NOW)
            self.approvers[version] = by

    @rule(by=NAMES)
    def reject(self, by: str) -> None:
        with contextlib.suppress(Refusal):
            self.item = lifecycle.reject(self.item, by=by, reason="")
            self.approvers.pop(self.item.version, None)

    @rule(by=NAMES)
    def go_live(self, by: str) -> None:
        with contextlib.suppress(Refusal):
            self.item = lifecycle.go_live(self.item, by=by, now=NOW)
            assert self.approvers[self.item.version] == "王敏"

    @rule()
    def leave(self) -> None:
        self.item = lifecycle.leave(self.item)

    @rule(by=NAMES)
    def withdraw(self, by: str) -> None:
        with contextlib.suppress(Refusal):
            self.item = lifecycle.withdraw(self.item, by=by, reason="")
            assert self.item.live is None

    @invariant()
    def live_content_is_that_of_its_version(self) -> None:
        live = self.item.live
        assert live is None or live.content == self.contents[live.version]


ReviewMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=20, deadline=None)
TestReview = ReviewMachine.TestCase
