"""Downloads one file over HTTP; resumes it in this run or the next, and checks its hash."""

import hashlib
from pathlib import Path

import httpx
from tqdm import tqdm

from models.hub.describe import file_sha256
from models.hub.errors import SourceFailed
from models.hub.hubs import Remote

ATTEMPTS = 5  # without a new byte in between


def download_file(file: Remote, target: Path, client: httpx.Client) -> None:
    """Download `file` as `target`.part, check it and rename it to `target`.

    An existing target was checked before and isn't fetched again. Raises SourceFailed for a wrong
    hash, an HTTP error status, or ATTEMPTS failures without a new byte.
    """
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    failures = 0
    while _size_of(part) < file.size or not part.exists():
        before = _size_of(part)
        try:
            _resume_download(file, part, client)
        except httpx.HTTPError as error:
            failures = failures + 1 if _size_of(part) <= before else 1
            if failures == ATTEMPTS or isinstance(error, httpx.HTTPStatusError):
                raise SourceFailed(
                    f"broke off at {_size_of(part):,} bytes of {file.path}"
                ) from error
    if not _matches_hash(part, file):
        part.unlink()
        raise SourceFailed(f"sent another {file.path} than its listing or our hash says")
    part.replace(target)


def _resume_download(file: Remote, part: Path, client: httpx.Client) -> None:
    at = _size_of(part)
    with client.stream("GET", file.url, headers={"Range": f"bytes={at}-"} if at else {}) as answer:
        answer.raise_for_status()
        # ModelScope honours a range under status 200, so the length decides.
        rest = answer.headers.get("Content-Length") == str(file.size - at)
        mode = "ab" if answer.status_code == httpx.codes.PARTIAL_CONTENT or rest else "wb"
        with part.open(mode) as part_file, _progress_bar(file, at) as bar:
            for piece in answer.iter_bytes():
                part_file.write(piece)
                bar.update(len(piece))


def _size_of(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _matches_hash(part: Path, file: Remote) -> bool:
    if file.sha256:
        return file_sha256(part) == file.sha256
    if file.blob:
        content = part.read_bytes()  # small: git's large files carry a SHA-256
        head = f"blob {len(content)}\0".encode()
        return hashlib.sha1(head + content, usedforsecurity=False).hexdigest() == file.blob
    return _size_of(part) == file.size


def _progress_bar(file: Remote, at: int) -> "tqdm[None]":
    return tqdm(
        desc=file.path, total=file.size, initial=at, unit="B", unit_scale=True,
        leave=False, disable=None,
    )  # fmt: skip
