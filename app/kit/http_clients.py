"""Opens outgoing HTTP clients with the environment's proxies and certificates.

HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY apply (SOCKS too), and so do SSL_CERT_FILE and
SSL_CERT_DIR; requests to this machine never use a proxy.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from app.errors import BadSettings

PROXY_SCHEMES = frozenset({"http", "https", "socks5", "socks5h"})
LOOPBACK = ("localhost", "*.localhost", "127.0.0.1", "[::1]", "0.0.0.0")  # noqa: S104 - nobody listens
_DIRECT: dict[str, Any] = {f"all://{host}": None for host in LOOPBACK}


def open_async_client(
    *, proxies: Mapping[str, tuple[str, str]] | None = None, **options: Any
) -> httpx.AsyncClient:
    """An httpx.AsyncClient with these options. Raises BadSettings for an unusable proxy.

    `proxies` has proxies of settings by the setting's name, each with the httpx pattern of the
    addresses that it is for (all://host) and its own address.
    """
    proxies = proxies or {}
    faults = [_find_fault(name, address) for name, (_, address) in proxies.items()]
    if any(faults):
        raise BadSettings([fault for fault in faults if fault])
    with _usable_environment():
        mounts = _DIRECT | {
            pattern: httpx.AsyncHTTPTransport(proxy=_with_scheme(address))
            for pattern, address in proxies.values()
        }
        return httpx.AsyncClient(mounts=mounts, **options)


def open_client(**options: Any) -> httpx.Client:
    """An httpx.Client with these options. Raises BadSettings for an unusable proxy."""
    with _usable_environment():
        return httpx.Client(mounts=_DIRECT, **options)


def uses_proxy(host: str) -> bool:
    """Whether https requests to a host go through a proxy of the environment."""
    if host in {"localhost", "127.0.0.1", "::1", "0.0.0.0"}:  # noqa: S104 - nobody listens
        return False
    return bool({"https", "all"} & getproxies().keys()) and not proxy_bypass(host)


@contextmanager
def _usable_environment() -> Iterator[None]:
    proxies = getproxies()
    faults = [
        fault
        for scheme in ("http", "https", "all")
        if (fault := _find_fault(f"{scheme.upper()}_PROXY", proxies.get(scheme, "")))
    ]
    if faults:
        raise BadSettings(faults)
    try:
        yield
    except (httpx.InvalidURL, ValueError) as error:
        raise BadSettings([f"NO_PROXY holds what is no host name ({error})."]) from None
    except OSError as error:
        raise BadSettings([f"SSL_CERT_FILE or SSL_CERT_DIR can't be read ({error})."]) from None


def _with_scheme(address: str) -> str:
    return address if "://" in address else f"http://{address}"


def _find_fault(variable: str, address: str) -> str:
    """The fault of a proxy's address, or "". The address may hold a password and isn't quoted."""
    if not address:
        return ""
    whole = _with_scheme(address)
    scheme = whole.partition("://")[0].lower()
    if scheme not in PROXY_SCHEMES:
        return (
            f"{variable} names a proxy of a kind that can't be used here ({scheme}://): write "
            "http://, https://, socks5:// or socks5h:// before its host, or unset it."
        )
    try:
        usable = bool(httpx.URL(whole).host) and urlsplit(whole).port != 0
    except (httpx.InvalidURL, ValueError):
        usable = False
    return "" if usable else f"{variable} is no address of a proxy: write {scheme}://host:port."
