"""Pictures over HTTPS behind a proxy, on this machine."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.publishing.images.loading import MAX_BYTES
from tests.publishing.images.pictures import draw

_OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
HOST = "pictures.invalid"  # never resolves: RFC 2606


def make_certificate(folder: Path) -> Path:
    """A file with the key and the certificate of HOST, which signs itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.fromtimestamp(time.time(), UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "host.pem"
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@contextlib.asynccontextmanager
async def serve_picture(certificate: Path) -> AsyncIterator[int]:
    """The port of an HTTPS server: a picture, one of more than 30 MB, or none."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(_answer(head.split()[1].decode()))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


@contextlib.asynccontextmanager
async def serve_proxy(port: int) -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy whose tunnels all lead to `port` of this machine, and what it was asked for."""
    requests: list[str] = []
    tunnels: set[asyncio.Task[None] | None] = set()

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tunnels.add(asyncio.current_task())
        head = await reader.readuntil(b"\r\n\r\n")
        requests.append(head.decode().partition("\r\n")[0])
        behind_reader, behind_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(_pump(reader, behind_writer), _pump(behind_reader, writer))

    server = await asyncio.start_server(tunnel, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", requests
        await asyncio.gather(*filter(None, tunnels))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


def _answer(path: str) -> bytes:
    if path == "/missing.png":
        return b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    if path == "/large.png":
        return _OK % (MAX_BYTES + 1)
    body = draw()
    return _OK % len(body) + body


@contextlib.asynccontextmanager
async def open_pictures(folder: Path, environment: pytest.MonkeyPatch) -> AsyncIterator[list[str]]:
    """Pictures at https://HOST, by a proxy that clients opened meanwhile use; and its requests."""
    certificate = make_certificate(folder)
    async with serve_picture(certificate) as port, serve_proxy(port) as (proxy, requests):
        environment.setenv("HTTPS_PROXY", proxy)
        environment.setenv("SSL_CERT_FILE", str(certificate))
        yield requests
