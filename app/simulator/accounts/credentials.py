"""A new simulated account, with credentials as the settings page shows them."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.simulator.accounts.state import AccountKind, PlatformAccount
from app.simulator.callback.wechat import Mode, WeChat
from app.simulator.callback.wire import CallbackAccount


@dataclass(frozen=True)
class Credentials:
    """What both sides know of an account: of its API, and of its callback."""

    account: PlatformAccount
    token: str  # signs the callback
    aes_key: str  # 43 characters


def make_credentials(kind: AccountKind, *, verified: bool, callback_url: str) -> Credentials:
    """Random credentials. Raises ValueError for a personal account that is verified."""
    account = PlatformAccount(
        appid=f"wx{secrets.token_hex(8)}",
        secret=secrets.token_hex(16),
        kind=kind,
        verified=verified,
        callback_url=callback_url,
    )
    key = secrets.token_urlsafe(32).replace("-", "a").replace("_", "b")
    return Credentials(account, secrets.token_hex(16), key)


def open_callback(credentials: Credentials) -> WeChat:
    """What pushes to the account's callback, in safe mode.

    Raises ValueError for an address that isn't http://host:port/path.
    """
    url = urlsplit(credentials.account.callback_url)
    if url.scheme != "http" or not url.netloc:
        raise ValueError(f"{credentials.account.callback_url} isn't http://HOST:PORT/PATH")
    callback = CallbackAccount(
        appid=credentials.account.appid,
        token=credentials.token,
        path=url.path,
        aes_key=credentials.aes_key,
    )
    return WeChat(account=callback, bases=[f"http://{url.netloc}"], mode=Mode.SAFE)
