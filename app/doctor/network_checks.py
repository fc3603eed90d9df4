"""Checks of the way to WECHAT_API_BASE: DNS, TCP, TLS or the proxy, and the clocks of both ends."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from urllib.request import getproxies

import httpx

from app.doctor.values import BilingualText, CheckResult
from app.settings import Settings, is_loopback

MOST_SKEW = 60.0  # seconds: a signature is valid for minutes, a token's expiry is told in seconds
STEP_SECONDS = 3.0  # of each step; below the limit of a check, so that the step is named
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ApiHost:
    """Host and port of WECHAT_API_BASE, and whether the connection is encrypted."""

    name: str
    port: int
    is_tls: bool


def read_api_host(settings: Settings) -> ApiHost:
    """The host of WECHAT_API_BASE."""
    url = urlsplit(settings.wechat_api_base)
    return ApiHost(url.hostname or "", url.port or PORTS[url.scheme], url.scheme == "https")


async def check_network(
    settings: Settings, http: httpx.AsyncClient, seconds: float = STEP_SECONDS
) -> CheckResult:
    """Connect to WECHAT_API_BASE step by step; through a proxy, by one request."""
    host = read_api_host(settings)
    if _uses_proxy(settings, host):
        return await _check_through_proxy(http, host, seconds)
    try:
        addresses = await asyncio.wait_for(_resolve(host), seconds)
    except (OSError, TimeoutError):
        return _describe_dns_fault(host)
    try:
        await asyncio.wait_for(_connect(host, seconds * 0.8), seconds)
    except ssl.SSLError as error:
        return _describe_tls_fault(host, error)
    except (OSError, TimeoutError) as error:
        return _describe_tcp_fault(host, addresses, error)
    place = f"{host.name}:{host.port} ({addresses[0]})"
    return CheckResult("network", "ok", BilingualText(f"可连接 {place}", f"connects to {place}"))


async def check_clock(
    http: httpx.AsyncClient, clock: Callable[[], float], seconds: float = STEP_SECONDS
) -> CheckResult:
    """Compare our clock with the Date header of the platform's answer."""
    try:
        answer = await http.get("/", timeout=seconds)
        platform_time = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (httpx.HTTPError, KeyError, ValueError):
        detail = BilingualText("未能取得微信服务器的时间", "the platform's time is not known")
        return CheckResult("clock", "warn", detail)
    skew = clock() - platform_time
    if abs(skew) <= MOST_SKEW:
        return CheckResult("clock", "ok", BilingualText("误差在 1 分钟内", "within a minute"))
    zh = f"比微信服务器{'快' if skew > 0 else '慢'} {abs(skew):.0f} 秒"
    en = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the platform's clock"
    return CheckResult(
        "clock",
        "fault",
        BilingualText(zh, en),
        BilingualText(
            "启用时间同步（timedatectl set-ntp true，或 chrony），再重启服务。",
            "Turn on time synchronisation (timedatectl set-ntp true, or chrony), then restart.",
        ),
    )


def _uses_proxy(settings: Settings, host: ApiHost) -> bool:
    """Whether requests go through WECHAT_PROXY or a proxy of the environment."""
    if settings.wechat_proxy.get_secret_value():
        return True
    return not is_loopback(host.name) and bool({"http", "https", "all"} & getproxies().keys())


async def _check_through_proxy(
    http: httpx.AsyncClient, host: ApiHost, seconds: float
) -> CheckResult:
    try:
        await http.get("/", timeout=seconds)
    except httpx.HTTPError as error:
        kind = type(error).__name__
        return CheckResult(
            "network",
            "fault",
            BilingualText(
                f"经代理连不上 {host.name}（{kind}）",
                f"{host.name} can't be reached through the proxy ({kind})",
            ),
            BilingualText(
                "核对 WECHAT_PROXY（或 HTTPS_PROXY）的地址、用户与密码。",
                "Compare address, user and password of WECHAT_PROXY (or HTTPS_PROXY).",
            ),
        )
    detail = BilingualText(f"经代理可连接 {host.name}", f"connects to {host.name} by proxy")
    return CheckResult("network", "ok", detail)


async def _resolve(host: ApiHost) -> list[str]:
    loop = asyncio.get_running_loop()
    records = await loop.getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM)
    return [str(record[4][0]) for record in records]


async def _connect(host: ApiHost, handshake_seconds: float) -> None:
    """TCP, and TLS where the address is https. Raises OSError; ssl.SSLError is one."""
    if host.is_tls:
        # A limit of its own: a cancelled handshake leaves its socket open.
        _, writer = await asyncio.open_connection(
            host.name,
            host.port,
            ssl=ssl.create_default_context(),
            ssl_handshake_timeout=handshake_seconds,
        )
    else:
        _, writer = await asyncio.open_connection(host.name, host.port)
    writer.close()


def _describe_dns_fault(host: ApiHost) -> CheckResult:
    return CheckResult(
        "network",
        "fault",
        BilingualText(f"域名 {host.name} 解析失败", f"the name {host.name} does not resolve"),
        BilingualText(
            "检查服务器的 DNS 设置（/etc/resolv.conf）与 WECHAT_API_BASE 的拼写。",
            "Look at the server's DNS (/etc/resolv.conf) and the spelling of WECHAT_API_BASE.",
        ),
    )


def _describe_tcp_fault(host: ApiHost, addresses: list[str], error: BaseException) -> CheckResult:
    place, kind = f"{host.name}:{host.port} ({addresses[0]})", type(error).__name__
    return CheckResult(
        "network",
        "fault",
        BilingualText(f"连不上 {place}（{kind}）", f"can't connect to {place} ({kind})"),
        BilingualText(
            "放行服务器到该地址的出站连接，或设置 WECHAT_PROXY。",
            "Allow outgoing connections to this address, or set WECHAT_PROXY.",
        ),
    )


def _describe_tls_fault(host: ApiHost, error: ssl.SSLError) -> CheckResult:
    reason = error.reason or type(error).__name__
    return CheckResult(
        "network",
        "fault",
        BilingualText(
            f"与 {host.name} 的 TLS 握手失败（{reason}）",
            f"TLS with {host.name} fails ({reason})",
        ),
        BilingualText(
            "更新系统证书，核对系统时间；若经过企业网关，用 SSL_CERT_FILE 指定其证书。",
            "Update the certificates and compare the clock; behind a gateway that decrypts, name "
            "its certificate in SSL_CERT_FILE.",
        ),
    )
