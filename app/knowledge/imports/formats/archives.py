"""Reads zip files in memory: folders of documents, and the packages .docx and .xlsx."""

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from app.knowledge.imports.formats.encodings import make_printable
from app.knowledge.imports.formats.values import MOST_FILES, Fault, UnreadableFile

LARGEST = 100 * 1024 * 1024  # bytes, unpacked
UTF8 = 0x800  # flag: the name is UTF-8
ENCRYPTED = 0x1
HIDDEN = ("__MACOSX", "Thumbs.db", "desktop.ini")
BOMB = f"unpacked it is over {LARGEST >> 20} MB"


def within_bounds(data: bytes) -> None:
    """Check the declared sizes before a library unpacks it. Raises UnreadableFile."""
    with _open_archive(data, "save it anew", "请重新保存") as archive:
        sizes = [info.file_size for info in archive.infolist()]
    if sum(sizes) > LARGEST or len(sizes) > MOST_FILES * 10:
        raise UnreadableFile(
            BOMB,
            "split it, or take large pictures out",
            f"解压后超过 {LARGEST >> 20} MB：请拆成几个文件，或去掉大图",
        )


def read_members(file: str, data: bytes) -> Iterator[tuple[str, bytes] | Fault]:
    """(path, content) of the files, without hidden ones; or faults. Raises UnreadableFile."""
    bytes_left = LARGEST
    with _open_archive(data, "pack the folder anew, as .zip", "请重新打包成 .zip") as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MOST_FILES:
            raise UnreadableFile(
                f"it holds over {MOST_FILES} files", "split it into several imports"
            )
        for info in infos:
            name = make_printable(_decode_name(info))
            if _is_hidden(name):
                continue
            if wrong := _find_fault(info, name):
                yield Fault(file, name[:200], *wrong)
                continue
            content = _read_member(archive, info, bytes_left)
            bytes_left -= len(content)
            yield name, content


def _open_archive(data: bytes, remedy: str, chinese_remedy: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableFile(
            f"it is broken ({error})", remedy, f"文件已损坏，或内容和扩展名不符：{chinese_remedy}"
        ) from None


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, bytes_left: int) -> bytes:
    """Unpack a member, counting the real bytes, since declared sizes may be wrong."""
    try:
        with archive.open(info) as member:
            content = member.read(bytes_left + 1)
    except Exception as error:  # noqa: BLE001 - zlib, bz2 and lzma raise errors of their own
        raise UnreadableFile(
            f"{_decode_name(info)!r:.80} is broken ({error})", "pack the folder anew"
        ) from None
    if len(content) > bytes_left:
        raise UnreadableFile(BOMB, "split it into several imports")
    return content


def _decode_name(info: zipfile.ZipInfo) -> str:
    """A member's name: Chinese Windows writes GB18030 without a flag, read as CP437."""
    if info.flag_bits & UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    # Office creates ~$ files beside open documents.
    return any(p in HIDDEN or p.startswith("~$") or (p[0] == "." and p.strip(".")) for p in parts)


def _find_fault(info: zipfile.ZipInfo, name: str) -> tuple[str, str] | None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or ".." in parts or ":" in name:
        return "its path leads out of the folder", "pack the folder anew"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link", "pack the file itself"
    if info.flag_bits & ENCRYPTED:
        return "it is encrypted", "pack it without a password"
    return None
