"""Bodies of the endpoints for menus."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.schemas.post_articles import Line
from app.api.schemas.post_previews import FindingResponse
from app.api.schemas.posts import Name, Version
from app.api.schemas.touchpoints.reviews import ReviewResponse, to_review_fields
from app.publishing.article_html.values import Finding
from app.touchpoints.menus.comparing import MenuDifference, Origin, PlatformMenus
from app.touchpoints.menus.lines import list_lines
from app.touchpoints.menus.values import Menu
from app.touchpoints.review.values import ReviewedContent
from app.wechat.client.families.menus import (
    ButtonType,
    MenuButton,
    MenuRule,
    Platform,
    StoredButton,
)

EXAMPLE: dict[str, Any] = {
    "account": "default",
    "author": "小林",
    "name": "夏季菜单",
    "buttons": [
        {"name": "服务", "sub_buttons": [{"name": "查物流", "type": "click", "key": "ORDER"}]},
        {"name": "商城", "type": "view", "url": "https://shop.example"},
    ],
}


class SubButtonRequest(BaseModel):
    """A button below another one, or one that does something itself.

    `click` needs `key`, which a rule of `menu` answers; `view` needs `url`; `miniprogram` needs
    `url`, `appid` and `pagepath`.
    """

    # Wider than the platform's limits: what is too long is a finding, with its place.
    model_config = ConfigDict(extra="forbid")
    name: Line = ""
    type: ButtonType | None = None
    key: Line = ""
    url: Line = ""
    media_id: Line = ""
    article_id: Line = ""
    appid: Line = ""
    pagepath: Line = ""


class MenuButtonRequest(SubButtonRequest):
    """A button of the first level; with `sub_buttons` it opens them."""

    sub_buttons: Annotated[list[SubButtonRequest], Field(max_length=50)] = []

    def to_value(self) -> MenuButton:
        """The button as a value."""
        own = self.model_dump(exclude={"sub_buttons"})
        subs = tuple(MenuButton(**sub.model_dump()) for sub in self.sub_buttons)
        return MenuButton(**own, sub_buttons=subs)


class MenuRuleRequest(BaseModel):
    """Who sees a conditional menu: followers with a tag, or on a platform, or both."""

    model_config = ConfigDict(extra="forbid")
    tag_id: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    platform: Platform | None = None


class MenuContentRequest(BaseModel):
    """What a menu consists of. With a `rule` it is a conditional menu, else the default one."""

    name: Name
    buttons: Annotated[list[MenuButtonRequest], Field(max_length=50)]
    rule: MenuRuleRequest | None = None

    def to_menu(self) -> Menu:
        """The menu as a value."""
        rule = None if self.rule is None else MenuRule(**self.rule.model_dump())
        buttons = tuple(button.to_value() for button in self.buttons)
        return Menu(name=self.name, buttons=buttons, rule=rule)


class CheckMenuRequest(MenuContentRequest):
    """A menu to check; nothing is stored."""

    account: str = "default"


class CreateMenuRequest(MenuContentRequest):
    """A new menu."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    account: str = "default"
    author: Name


class EditMenuRequest(MenuContentRequest):
    """The next version of a menu; `version` is the one that was read."""

    account: str = "default"
    editor: Name
    version: Version


class TryMenuRequest(BaseModel):
    """Whose menu: an openid, or a 微信号."""

    account: str = "default"
    user: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class CheckMenuResponse(BaseModel):
    """What is wrong with a menu; an `error` keeps it from being submitted."""

    findings: list[FindingResponse]


class MenuResponse(ReviewResponse):
    """A menu, where it stands, and what is wrong with it."""

    name: str
    buttons: list[MenuButtonRequest]
    rule: MenuRuleRequest | None
    findings: list[FindingResponse]


class MenuListResponse(BaseModel):
    """A page of menus, the last changed first."""

    menus: list[ReviewResponse]


class MenuDifferenceResponse(BaseModel):
    """`menu` is the id of ours; "" for a menu that isn't ours. `diff` is from ours to theirs."""

    menu: str
    message: str
    diff: str


class ConditionalMenuResponse(BaseModel):
    """A conditional menu of the platform."""

    menuid: str
    rule: dict[str, str]
    lines: list[str]


class PlatformMenusResponse(BaseModel):
    """What the platform has, and how it differs from what was put there from here.

    `origin`: whether the default menu was set by interface or in the platform's web console.
    """

    origin: Origin
    is_open: bool
    lines: list[str]
    conditional: list[ConditionalMenuResponse]
    differences: list[MenuDifferenceResponse]


class TryMenuResponse(BaseModel):
    """The menu that the follower sees, and the id of ours that it is; "" for none of ours."""

    menu: str
    lines: list[str]


def describe_menu(item: ReviewedContent, findings: Sequence[Finding]) -> MenuResponse:
    """The response for a menu."""
    menu = item.content
    assert isinstance(menu, Menu)
    return MenuResponse(
        **to_review_fields(item),
        name=menu.name,
        buttons=[_describe_button(button) for button in menu.buttons],
        rule=None if menu.rule is None else MenuRuleRequest(**asdict(menu.rule)),
        findings=describe_findings(findings),
    )


def describe_findings(findings: Sequence[Finding]) -> list[FindingResponse]:
    """The response for findings."""
    return [FindingResponse(**asdict(finding)) for finding in findings]


def _describe_button(button: MenuButton) -> MenuButtonRequest:
    fields = asdict(button)
    for sub in fields["sub_buttons"]:
        del sub["sub_buttons"]
    return MenuButtonRequest(**fields)


def describe_platform_menus(
    menus: PlatformMenus, differences: Sequence[MenuDifference]
) -> PlatformMenusResponse:
    """The response for what the platform has."""
    return PlatformMenusResponse(
        origin=menus.origin,
        is_open=menus.is_open,
        lines=list_lines(menus.buttons),
        conditional=[
            ConditionalMenuResponse(
                menuid=menu.menuid, rule=menu.matchrule, lines=list_lines(menu.button)
            )
            for menu in menus.conditional
        ],
        differences=[MenuDifferenceResponse(**asdict(each)) for each in differences],
    )


def describe_trial(buttons: Sequence[StoredButton], menu: str) -> TryMenuResponse:
    """The response for what a follower sees."""
    return TryMenuResponse(menu=menu, lines=list_lines(buttons))
