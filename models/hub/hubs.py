"""Clients of Hugging Face and ModelScope: list a repository's files with size, hash and URL.

Both use plain HTTP, with the same timeout, resumption and hash check (`models.hub.download`).
huggingface_hub gives the endpoint (HF_ENDPOINT) and the token only: its own download checks no
hash and discards an interrupted file.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from models.hub.errors import SourceFailed
from models.hub.sources import Declared

WHOLE_SECONDS = httpx.Timeout(60, connect=10)  # between two pieces of a file, not for the file


@dataclass(frozen=True)
class Remote:
    """A file of a repository. Either hash may be missing."""

    path: str
    url: str
    size: int  # bytes
    sha256: str = ""
    blob: str = ""  # git's hash: SHA-1 over a header and the content


@dataclass(frozen=True)
class Listing:
    """The files of a repository at one revision, by path."""

    revision: str
    files: Mapping[str, Remote]


class Hub(Protocol):
    """A server of model repositories."""

    @property
    def label(self) -> str:
        """Name and address for people."""

    def headers(self) -> dict[str, str]:
        """Headers for every request."""

    def listing(self, model: Declared, client: httpx.Client) -> Listing:
        """List a repository. Raises SourceFailed when it doesn't exist or isn't accessible."""


@dataclass(frozen=True)
class HuggingFace:
    """Hugging Face (https://huggingface.co/docs/hub/api) or a mirror with the same API."""

    endpoint: str

    @property
    def label(self) -> str:
        """Name and address for people."""
        return f"Hugging Face ({self.endpoint})"

    def headers(self) -> dict[str, str]:
        """The token of the user who is logged in; {} for nobody."""
        from huggingface_hub import get_token

        token = get_token()
        return {"Authorization": f"Bearer {token}"} if token else {}

    def listing(self, model: Declared, client: httpx.Client) -> Listing:
        """The files at the model's revision. Raises SourceFailed."""
        address = f"{self.endpoint}/api/models/{model.origin}/revision/{model.revision}"
        answer = _get_json(client, address, {"blobs": "true"}, model.origin)
        commit = str(answer["sha"])
        root = f"{self.endpoint}/{model.origin}/resolve/{commit}"
        files = [
            Remote(
                path=file["rfilename"],
                url=f"{root}/{file['rfilename']}",
                size=int(file["size"]),
                sha256=(file.get("lfs") or {}).get("sha256", ""),
                blob="" if file.get("lfs") else file.get("blobId", ""),
            )
            for file in answer["siblings"]
        ]
        return Listing(commit, {file.path: file for file in files})


@dataclass(frozen=True)
class ModelScope:
    """ModelScope, by the REST API of its own client; revisions are branches and tags."""

    endpoint: str = "https://www.modelscope.cn"
    revision: str = "master"

    @property
    def label(self) -> str:
        """Name and address for people."""
        return f"ModelScope ({self.endpoint})"

    def headers(self) -> dict[str, str]:
        """{}: public repositories ask for no token."""
        return {}

    def listing(self, model: Declared, client: httpx.Client) -> Listing:
        """The files at the newest revision. Raises SourceFailed."""
        repository = model.modelscope or model.origin
        root = f"{self.endpoint}/api/v1/models/{repository}/repo"
        query = {"Revision": self.revision, "Recursive": "true"}
        answer = _get_json(client, f"{root}/files", query, repository)
        return Listing(self.revision, {file.path: file for file in self._list_files(root, answer)})

    def _list_files(self, root: str, answer: Mapping[str, Any]) -> Iterator[Remote]:
        for file in answer["Data"]["Files"]:
            if file.get("Type") != "tree":
                query = httpx.QueryParams(Revision=self.revision, FilePath=file["Path"])
                yield Remote(
                    path=file["Path"],
                    url=f"{root}?{query}",
                    size=int(file["Size"]),
                    sha256=(file.get("Sha256") or "").lower(),
                )


def public_hubs() -> tuple[Hub, ...]:
    """Hugging Face and ModelScope, in the order in which they are asked."""
    from huggingface_hub import constants

    return HuggingFace(constants.ENDPOINT), ModelScope()


def open_client(hub: Hub) -> httpx.Client:
    """An HTTP client for listing and files. Asks for no compression, since resuming counts bytes.

    Raises SourceFailed when the environment names an invalid proxy.
    """
    headers = {**hub.headers(), "Accept-Encoding": "identity"}
    try:
        return httpx.Client(headers=headers, timeout=WHOLE_SECONDS, follow_redirects=True)
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceFailed(
            f"can't be asked: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY is wrong ({error})"
        ) from error


def request_listing(hub: Hub, model: Declared, client: httpx.Client, seconds: float) -> Listing:
    """List a repository within `seconds`. Raises SourceFailed, also for a malformed answer.

    Runs in a thread, because a DNS lookup has no timeout of its own.
    """
    client.timeout = httpx.Timeout(seconds)
    waiting = ThreadPoolExecutor(1, "hub")
    try:
        return waiting.submit(hub.listing, model, client).result(seconds)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise SourceFailed(f"did not answer within {seconds:g} s") from error
    except httpx.HTTPError as error:
        raise SourceFailed(f"can't be reached: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SourceFailed("answered with something that lists no files") from error
    finally:
        waiting.shutdown(wait=False)
        client.timeout = WHOLE_SECONDS


def _get_json(client: httpx.Client, address: str, query: dict[str, str], repository: str) -> Any:
    response = client.get(address, params=query)
    if response.status_code == httpx.codes.NOT_FOUND:
        raise SourceFailed(f"has no {repository}")
    if response.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        # Hugging Face answers so to a name that doesn't exist, too.
        raise SourceFailed(f"shows no {repository} without `hf auth login`: private or misspelt")
    if response.is_error:
        raise SourceFailed(f"answered with status {response.status_code}")
    return response.json()
