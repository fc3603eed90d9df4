"""The Official Accounts that are served, read from the settings and ACCOUNTS_FILE."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from app.account_rights.values import AccountRight, AccountRights
from app.errors import BadSettings, UnknownAccount
from app.kit.field_faults import list_field_faults
from app.settings import Settings

Mode = Literal["plain", "compatible", "safe"]
Desk = Literal["none", "wechat", "inbox"]


def _refuse_rights(_: object) -> None:
    raise ValueError("is asked of the platform, not set")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One Official Account. `name` is the last part of its callback URL; `repr` hides secrets."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(strict=True, extra="forbid")

    name: str
    appid: str
    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    aes_key: str = field(default="", repr=False)
    brand: str = "回音"
    service_hours: str = "每日 9:00–21:00"
    mode: Mode | None = None  # None: safe with an AES key, plain without
    # What the settings say of 微信认证; it counts until the platform has told the rights.
    verified: bool = False
    order_webhook: str = ""  # of the shop's own system, to look orders up
    webhook_secret: str = field(default="", repr=False)
    # Where agents answer: nowhere, at WeChat's own desk (微信客服后台, verified accounts only),
    # or in the inbox over REST, which every account has.
    desk: Desk = "inbox"
    # Where links that count may lead: host names, with a port where it isn't 443.
    link_domains: tuple[str, ...] = ()
    # What the platform told last; None: nothing yet. `ServedAccounts` fills it in.
    rights: Annotated[AccountRights | None, BeforeValidator(_refuse_rights)] = None

    def may(self, right: AccountRight) -> bool:
        """Whether the account may use a group of interfaces, as the platform told.

        Until it told, `verified` decides; drafts are for every account.
        """
        if self.rights is None:
            return self.verified or right is AccountRight.DRAFTS
        return self.rights.may(right)

    def is_refused(self, right: AccountRight) -> bool:
        """Whether the platform told that the account may not use a group of interfaces."""
        return self.rights is not None and not self.rights.may(right)

    @property
    def takes_plain(self) -> bool:
        """Whether plain bodies are accepted; encrypted ones are if there is an AES key."""
        return (self.mode or ("safe" if self.aes_key else "plain")) != "safe"


SHORTEST_SECRET = 16

Accounts = Mapping[str, Account]
_ACCOUNT = TypeAdapter(Account)


def load(settings: Settings) -> Accounts:
    """The account `default` of the WECHAT_* variables and those of ACCOUNTS_FILE.

    Raises BadSettings with one sentence per fault.
    """
    accounts_by_name: dict[str, Account] = {}
    if settings.wechat_appid:
        accounts_by_name["default"] = Account(
            name="default",
            appid=settings.wechat_appid,
            token=settings.wechat_token.get_secret_value(),
            secret=settings.wechat_secret.get_secret_value(),
            aes_key=settings.wechat_aes_key.get_secret_value(),
            mode=settings.wechat_mode,
            brand=settings.brand,
            service_hours=settings.service_hours,
            verified=bool(settings.wechat_secret.get_secret_value()),
            order_webhook=settings.order_webhook,
            webhook_secret=settings.webhook_secret.get_secret_value(),
            link_domains=tuple(settings.link_domains),
        )
    if settings.accounts_file:
        accounts_by_name |= _from_file(settings)
    if faults := [
        fault for account in accounts_by_name.values() for fault in _find_faults(account)
    ]:
        raise BadSettings(faults)
    return accounts_by_name


def get(accounts: Accounts, name: str) -> Account:
    """The account of this name. Raises UnknownAccount."""
    try:
        return accounts[name]
    except KeyError:
        raise UnknownAccount(f"no account is named {name!r}") from None


def _from_file(settings: Settings) -> dict[str, Account]:
    path = settings.accounts_file
    assert path is not None
    try:
        tables = tomllib.loads(path.read_text("utf-8"))["accounts"]
        return {name: _read_table(path, table | {"name": name}) for name, table in tables.items()}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BadSettings([f"ACCOUNTS_FILE {path} can't be used: {error!r}."]) from None


def _read_table(path: Path, table: Mapping[str, Any]) -> Account:
    try:
        # As JSON: in strict mode, a dataclass is not validated from a dict.
        return _ACCOUNT.validate_json(json.dumps(table))
    except ValidationError as error:
        faults = list_field_faults(error.errors(include_input=False), table)
        sentences = [f"ACCOUNTS_FILE {path}: {fault.describe()}." for fault in faults]
        raise BadSettings(sentences) from None


def _find_faults(account: Account) -> list[str]:
    faults = []
    if not re.fullmatch(r"[\w-]{1,64}", account.name):
        faults.append(f"Account {account.name!r}: a name is of letters, digits, - and _.")
    if not account.appid or not account.token:
        faults.append(f"Account {account.name!r}: appid and token must be set.")
    if account.aes_key and not re.fullmatch(r"[A-Za-z0-9+/]{43}", account.aes_key):
        faults.append(
            f"Account {account.name!r}: the AES key must be 43 letters and digits; this one has "
            f"{len(account.aes_key)} characters. Copy it from the platform's page."
        )
    if account.mode in {"compatible", "safe"} and not account.aes_key:
        faults.append(
            f"Account {account.name!r}: mode {account.mode} needs the AES key (EncodingAESKey)."
        )
    if account.desk == "wechat" and not account.verified:
        faults.append(
            f'Account {account.name!r}: desk = "wechat" is for verified accounts; '
            'set verified = true, or desk = "inbox".'
        )
    faults += [
        f"Account {account.name!r}: link_domains has {domain!r}; a domain is a host name in lower "
        "case, such as shop.example.com, without https:// and path."
        for domain in account.link_domains
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?", domain)
    ]
    if account.order_webhook:
        faults += _find_webhook_faults(account)
    return faults


def _find_webhook_faults(account: Account) -> list[str]:
    faults = []
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:[/?][^\s#]*)?", account.order_webhook):
        faults.append(
            f"Account {account.name!r}: order_webhook is a whole address, http:// or https://, "
            "without a user in it."
        )
    if len(account.webhook_secret) < SHORTEST_SECRET:
        faults.append(
            f"Account {account.name!r}: order_webhook needs a webhook_secret of at least "
            f"{SHORTEST_SECRET} random characters: it signs what we ask."
        )
    return faults
