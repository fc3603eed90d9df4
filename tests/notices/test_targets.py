"""What NOTIFY may name, and what it says of what it may not."""

import pytest
from pydantic import SecretStr

from app.errors import BadSettings
from app.notices import targets
from app.notices.targets import Mailbox, Robot
from app.settings import Settings

WECOM = "wecom:https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k-e-y"
DINGTALK = "dingtalk:https://oapi.dingtalk.com/robot/send?access_token=tok#SECsecret%23"
FEISHU = "feishu:https://open.feishu.cn/open-apis/bot/v2/hook/id"
WEBHOOK = "webhook:https://shop.example/waiting?shop=1#sixteen-and-more-letters"
MAIL = "smtps://desk%40shop.example:p%40ss@smtp.example?to=a@shop.example,b@shop.example"


def settings(notify: str, webhook_secret: str = "") -> Settings:
    return Settings(
        _env_file=None, notify=SecretStr(notify), webhook_secret=SecretStr(webhook_secret)
    )


def test_targets_are_read_with_their_secrets_apart() -> None:
    notice_targets = targets.read_targets(
        settings(f"{WECOM} {DINGTALK}\n{FEISHU}\t{WEBHOOK} {MAIL} {WECOM}")
    )

    ids = [each.id for each in notice_targets]
    assert notice_targets == (
        Robot(ids[0], "wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k-e-y"),
        Robot(
            ids[1],
            "dingtalk",
            "https://oapi.dingtalk.com/robot/send?access_token=tok",
            "SECsecret#",
        ),
        Robot(ids[2], "feishu", "https://open.feishu.cn/open-apis/bot/v2/hook/id"),
        Robot(ids[3], "webhook", "https://shop.example/waiting?shop=1", "sixteen-and-more-letters"),
        Mailbox(
            id=ids[4],
            host="smtp.example",
            port=465,
            to=("a@shop.example", "b@shop.example"),
            sender="desk@shop.example",
            tls="implicit",
            user="desk@shop.example",
            password="p@ss",
        ),
    )
    assert len(set(ids)) == 5
    representation = repr(notice_targets)
    assert [s for s in ("k-e-y", "tok", "SEC", "sixteen", "p@ss") if s in representation] == []


@pytest.mark.parametrize(
    ("source", "port", "tls"),
    [
        ("smtp://u:p@smtp.example?to=a@b.cn&from=c@b.cn", 587, "starttls"),
        ("smtp://u:p@smtp.example:465?to=a@b.cn&from=c@b.cn", 465, "implicit"),
        ("smtp://u:p@smtp.example:25?to=a@b.cn&from=c@b.cn", 25, "starttls"),
        ("smtps://u:p@smtp.example:994?to=a@b.cn&from=c@b.cn", 994, "implicit"),
        ("smtp://127.0.0.1:1025?to=a@b.cn&from=c@b.cn", 1025, "none"),
        ("smtp://127.0.0.1:1025?to=a@b.cn&from=c@b.cn&tls=starttls", 1025, "starttls"),
        ("smtp://10.0.0.5:25?to=a@b.cn&from=c@b.cn&tls=none", 25, "none"),
        ("smtp://mail:25?to=a@b.cn&from=c@b.cn&tls=none", 25, "none"),
    ],
)
def test_mail_goes_over_tls_unless_it_stays_near(source: str, port: int, tls: str) -> None:
    [target] = targets.read_targets(settings(source))

    assert isinstance(target, Mailbox)
    assert (target.port, target.tls) == (port, tls)


def test_a_webhook_may_take_the_secret_of_the_other() -> None:
    [robot] = targets.read_targets(
        settings("webhook:http://shop:8080/w", "the-other-webhooks-secret")
    )

    assert isinstance(robot, Robot)
    assert robot.secret == "the-other-webhooks-secret"


def test_nothing_named_is_nobody_told() -> None:
    assert targets.read_targets(settings("")) == ()


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("https://qyapi.weixin.qq.com/?key=HIDDEN", "is of no known kind"),
        ("slack:https://hooks.slack.com/HIDDEN", "is of no known kind"),
        ("wecom:HIDDEN", "(wecom) names no host."),
        ("wecom:ftp://x.example/HIDDEN", "(wecom) is no address"),
        ("wecom:https://u:HIDDEN@x.example/", "(wecom) is no address"),
        ("wecom:https://x.example:HIDDEN/", "(wecom) is no address."),
        ("dingtalk:http://oapi.dingtalk.com/?access_token=HIDDEN", "would show its key"),
        ("webhook:https://x.example/#HIDDEN", "needs a secret of at least 16"),
        ("smtp://u:HIDDEN@smtp.example", "names nobody who gets the mail"),
        ("smtp://u:HIDDEN@smtp.example?to=a", "names nobody who gets the mail"),
        ("smtp://u:HIDDEN@smtp.example?to=a@b.cn", "names no sender"),
        ("smtp://u:HIDDEN@smtp.example?to=a@b.cn%0aBcc:c@d.cn&from=a@b.cn", "names nobody"),
        ("smtp://u:HIDDEN@smtp.example?to=a@b.cn&from=a@b.cn&tls=none", "one's own network"),
        ("smtp://u:HIDDEN@smtp.example?to=a@b.cn&from=a@b.cn&tls=maybe", "isn't none or starttls"),
    ],
)
def test_a_fault_is_told_by_number_and_never_with_its_secret(source: str, fault: str) -> None:
    with pytest.raises(BadSettings) as refused:
        targets.read_targets(settings(f"{WECOM} {source}"))

    [error_text] = refused.value.faults
    assert error_text.startswith("NOTIFY: target 2 ")
    assert fault in error_text
    assert "HIDDEN" not in error_text


def test_so_many_targets_are_a_mistake() -> None:
    many = " ".join(f"{WECOM}{number}" for number in range(21))

    with pytest.raises(BadSettings, match="21 targets"):
        targets.read_targets(settings(many))
