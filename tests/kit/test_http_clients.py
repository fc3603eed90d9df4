"""Outgoing clients and the proxies of an environment, each in a process that has it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.kit.http_clients import LOOPBACK
from tests.support.raw_http import raw_server, respond

OPEN = """
import asyncio, sys
from app.errors import BadSettings
from app.kit.http_clients import open_async_client, open_client

async def ask(url):
    async with open_async_client(timeout=10) as http:
        return (await http.get(url)).text

try:
    with open_client(timeout=10) as http:
        texts = [http.get(url).text for url in sys.argv[1:]]
    texts += [asyncio.run(ask(url)) for url in sys.argv[1:]]
    print(*texts)
except BadSettings as error:
    print(error)
"""
DEAD = "http://127.0.0.1:9"


async def run(environment: dict[str, str], *urls: str) -> str:
    """What a process prints that opens both clients and asks for these."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OPEN, *urls, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    return output.decode().strip()


@asynccontextmanager
async def socks_proxy(target: str) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A SOCKS5 proxy whose connections all lead to `target`, and the hosts it was asked for."""
    port, hosts = int(target.rpartition(":")[2]), list[bytes]()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        *_, kind = await reader.readexactly(4)
        size = (await reader.readexactly(1))[0] if kind == 3 else 4
        hosts.append(await reader.readexactly(size))
        await reader.readexactly(2)
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        far_writer.write(await reader.readuntil(b"\r\n\r\n"))
        writer.write(await far_reader.read())
        await writer.drain()
        writer.close()
        far_writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", hosts
    finally:
        server.close()


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY", "all_proxy"])
async def test_a_request_for_this_machine_goes_through_no_proxy(name: str) -> None:
    async with raw_server(lambda _: [respond("here", "text/plain")]) as raw:
        port = raw.base.rpartition(":")[2]
        output = await run(
            {name: DEAD}, raw.base, f"http://localhost:{port}", f"http://LOCALHOST:{port}"
        )

    assert output == " ".join(["here"] * 6)
    assert LOOPBACK[0] == "localhost"


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
async def test_a_socks_proxy_is_used(scheme: str) -> None:
    async with (
        raw_server(lambda _: [respond("there", "text/plain")]) as raw,
        socks_proxy(raw.base) as (proxy, hosts),
    ):
        output = await run({"ALL_PROXY": f"{scheme}://{proxy}"}, "http://models.example/v1")

    assert (output, hosts) == ("there there", [b"models.example"] * 2)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"ALL_PROXY": "socks://127.0.0.1:7890"}, "ALL_PROXY names a proxy of a kind that can't"),
        ({"all_proxy": "socks4://u:s3cret@a:1"}, "ALL_PROXY names a proxy of a kind that can't"),
        ({"HTTPS_PROXY": "http://127.0.0.1:99999"}, "HTTPS_PROXY is no address of a proxy"),
        ({"HTTP_PROXY": "http://u:s3cret#1@a:1"}, "HTTP_PROXY is no address of a proxy"),
        ({"HTTP_PROXY": "http://"}, "HTTP_PROXY is no address of a proxy"),
        ({"HTTP_PROXY": DEAD, "NO_PROXY": "[::1]"}, "NO_PROXY holds what is no host name"),
        ({"SSL_CERT_FILE": "/nowhere"}, "SSL_CERT_FILE or SSL_CERT_DIR can't be read"),
    ],
)
async def test_an_unusable_environment_is_one_sentence(
    environment: dict[str, str], sentence: str
) -> None:
    output = await run(environment)

    assert (output.startswith(sentence), output.count("\n"), "s3cret" in output) == (
        True,
        0,
        False,
    )


@pytest.mark.parametrize("address", ["127.0.0.1:7890", "http://u:p@a:1/", "HTTP://a:1"])
async def test_other_addresses_of_proxies_are_usable(address: str) -> None:
    assert await run({"HTTP_PROXY": address, "NO_PROXY": "::1,.a.cn,10.0.0.0/8"}) == ""
