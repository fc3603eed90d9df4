"""Send files and folders to the import of a running api, and report the result."""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app import settings
from app.api.paths import IMPORTS
from app.errors import BadSettings
from app.kit.http_clients import open_client
from app.knowledge.imports.states import OVER

LOOK_EVERY = 0.5  # seconds between two requests for the import's state
MAX_SHOWN = 50  # lines of faults, remarks, contradictions and near-duplicates, each
WENT_IN, REFUSED, TROUBLE, INTERRUPTED = 0, 1, 2, 130  # exit codes

UNSENT = (".", "~$")  # beginnings of hidden files, and of Office's files beside open ones

NamedPath = tuple[str, Path]


class Trouble(Exception):
    """The files can't be sent; the message says why."""


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the exit code. 0: imported (or could be, with --dry-run);
    1: refused or cancelled; 2: could not be sent; 130: interrupted before it was sent.
    """
    options = _build_parser().parse_args(arguments)
    console = Console(highlight=False)
    try:
        files = [each for path in options.paths for each in find_files(path)]
        report = _send_files(options, files)
    except KeyboardInterrupt:
        console.print("Not sent: interrupted")
        return INTERRUPTED
    except (Trouble, BadSettings, httpx.HTTPError, httpx.InvalidURL) as error:
        console.print(f"Not sent: {str(error) or repr(error)}", soft_wrap=True, markup=False)
        return TROUBLE
    for line in describe_report(report):
        console.print(line, soft_wrap=True, markup=False)
    return WENT_IN if report["state"] == "done" else REFUSED


def find_files(path: Path) -> Iterator[NamedPath]:
    """The file, or the folder's files by their paths in it. Raises Trouble if there is neither.

    Without hidden files and links that lead out of the folder, whose content nobody would expect.
    """
    if path.is_file():
        yield path.name, path
        return
    if not path.is_dir():
        raise Trouble(f"{path} is neither a file nor a folder")
    for each in sorted(path.rglob("*")):
        inside = each.relative_to(path)
        if not each.is_file() or any(part.startswith(UNSENT) for part in inside.parts):
            continue
        if each.resolve().is_relative_to(path.resolve()):
            yield inside.as_posix(), each
        else:
            print_note(
                f"left out: {each} is a link to {each.resolve()}, which is outside of {path}"
            )


def print_note(sentence: str) -> None:
    """Print to stderr: the report goes to stdout."""
    Console(stderr=True, highlight=False).print(sentence, soft_wrap=True, markup=False)


def describe_report(report: dict[str, Any]) -> Iterator[str]:
    """The lines of the report as text."""
    for fault in report["faults"][:MAX_SHOWN]:
        place = ", ".join(filter(None, (fault["file"], fault["at"])))
        yield f"{place}: {fault['what']}; {fault['remedy']}"
    yield from _count_omitted(report["faulty"])
    for remark in report["remarks"][:MAX_SHOWN]:
        place = ", ".join(filter(None, (remark["file"], remark["at"])))
        yield f"{place}: {remark['what']}"
    yield from _count_omitted(len(report["remarks"]))
    for name, kind in (("contradictions", "contradicts"), ("alike", "doubles")):
        for pair in report[name][:MAX_SHOWN]:
            one, other = (_describe_side(pair[side]) for side in ("one", "other"))
            yield f"{one} {kind} {other} ({pair['score']:.2f})"
        yield from _count_omitted(len(report[name]))
    entries = ", ".join(f"{n} {name}" for name, n in report["entries"].items())
    verb = "would go in" if report["dry_run"] else "went in"
    if report["state"] == "cancelled":
        verb = "cancelled, nothing went in"
    if report["state"] == "refused":
        verb = "nothing goes in until the faults are mended (or with --skip-faulty)"
    documents = f"{report['documents']} in {report['chunks']} parts"
    yield f"entries: {entries}; documents: {documents}: {verb}"


def _count_omitted(count: int) -> Iterator[str]:
    if count > MAX_SHOWN:
        yield f"... and {count - MAX_SHOWN} more"


def _describe_side(side: dict[str, str]) -> str:
    return f"“{side['question']}” ({side['where'] or 'known before, ' + side['id']})"


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m app import", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--url", help="of the api; else that of HOST and PORT on this machine")
    parser.add_argument("--key-file", type=Path, help="a file that holds CMS_API_KEY")
    parser.add_argument(
        "--key", default="", help="deprecated: everybody on this machine can read it in `ps`"
    )
    parser.add_argument("--account", default="default")
    parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
    parser.add_argument("--skip-faulty", action="store_true", help="leave faulty rows out")
    return parser


def _send_files(options: argparse.Namespace, files: Sequence[NamedPath]) -> dict[str, Any]:
    if not files:
        raise Trouble("there is no file in there")
    key = read_key(options.key, options.key_file)
    headers, url = {"Authorization": f"Bearer {key}"}, options.url or _local_url()
    with (
        open_client(base_url=url, headers=headers, timeout=60) as http,
        ThreadPoolExecutor(1) as pool,
    ):
        posting = pool.submit(_post_files, http, options, files)
        try:
            id_ = posting.result()["id"]
            print_note(f"import {id_}")
            return _watch_import(http, id_)
        except httpx.ConnectError as error:
            raise Trouble(
                f"no api answers at {url} ({error}); start it, or name its address with --url"
            ) from None
        except KeyboardInterrupt:  # Ctrl-C: the import is cancelled on the server, too
            print_note("cancelling; another Ctrl-C leaves it as it is")
            return _read_response(http.delete(f"{IMPORTS}/{posting.result()['id']}"))


def _local_url() -> str:
    local_settings = settings.read()
    host = local_settings.host if settings.is_loopback(local_settings.host) else "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{local_settings.port}"


def _post_files(
    http: httpx.Client, options: argparse.Namespace, files: Sequence[NamedPath]
) -> dict[str, Any]:
    parameters = {
        "account": options.account,
        "dry_run": options.dry_run,
        "skip_faulty": options.skip_faulty,
    }
    with ExitStack() as open_files:
        parts = [("files", (name, _open_file(open_files, path))) for name, path in files]
        return _read_response(http.post(IMPORTS, params=parameters, files=parts))


def read_key(key: str, key_file: Path | None) -> str:
    """The API key: `key`; else that in the file; else CMS_API_KEY as the api reads it; else that
    of the embedded run in DATA_DIR.

    Raises Trouble or BadSettings.
    """
    if key:
        print_note(
            "--key is deprecated, others can read it in `ps`: set CMS_API_KEY, or use --key-file"
        )
        return key
    if key_file:
        try:
            return key_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Trouble(f"{key_file} can't be read ({error})") from None
    local_settings = settings.read()
    if local_settings.cms_api_key.get_secret_value():
        return local_settings.cms_api_key.get_secret_value()
    if (local_settings.data_dir / settings.EMBEDDED_SECRETS).is_file():
        return settings.embedded_secrets(local_settings.data_dir)["cms_api_key"]
    raise Trouble("no key: set CMS_API_KEY in the environment or in .env, or use --key-file FILE")


def _open_file(stack: ExitStack, path: Path) -> IO[bytes]:
    try:
        return stack.enter_context(path.open("rb"))
    except OSError as error:
        raise Trouble(f"{path} can't be read ({error.strerror})") from None


def _watch_import(http: httpx.Client, which: str) -> dict[str, Any]:
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(file=sys.stderr),
    )  # fmt: skip
    with bar:
        task = bar.add_task("waiting", total=None)
        while True:
            report = _read_response(http.get(f"{IMPORTS}/{which}"))
            total = report["total"] or None
            bar.update(task, description=report["state"], completed=report["done"], total=total)
            if report["state"] in OVER:
                return report
            time.sleep(LOOK_EVERY)


def _read_response(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_success:
        content: dict[str, Any] = answer.json()
        return content
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = answer.text[:200]
    raise Trouble(f"{answer.status_code}: {detail}")
