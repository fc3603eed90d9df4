"""Loads the images of articles, and uploads each once for an account."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.accounts import Account
from app.publishing.article_html.values import Finding
from app.publishing.images.conversion import ReadyImage, convert_image
from app.publishing.images.embedded import decode_data_uri
from app.publishing.images.errors import BadImage
from app.publishing.images.loading import ImageLoader
from app.publishing.images.repository import ImageKind, UploadedImage, UploadedImages
from app.wechat.client.families.material import Materials
from app.wechat.client.families.media import MediaFiles
from app.wechat.client.http import FileUpload

PLATFORM_HOSTS = frozenset({"mmbiz.qpic.cn", "mmbiz.qlogo.cn", "mmecoa.qpic.cn"})
_MAX_SHOWN = 80  # characters of an address in a finding


def is_on_platform(source: str) -> bool:
    """Whether the platform has the image already, so that articles may show it."""
    return urlsplit(source).hostname in PLATFORM_HOSTS


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUploader:
    """Checks and uploads images."""

    loader: ImageLoader
    uploaded: UploadedImages
    media: MediaFiles
    materials: Materials

    async def load(self, source: str, embedded: Mapping[str, str]) -> bytes:
        """The bytes of a source; `embedded` has data URIs by their address. Raises BadImage."""
        uri = embedded.get(source, source)
        return decode_data_uri(uri) if uri.startswith("data:") else await self.loader.load(uri)

    async def check(self, sources: Iterable[str], embedded: Mapping[str, str]) -> list[Finding]:
        """What is wrong with images, each named. Nothing is uploaded."""
        findings = []
        for source in sources:
            try:
                if not is_on_platform(source):
                    await asyncio.to_thread(convert_image, await self.load(source, embedded))
            except BadImage as error:
                findings.append(describe_bad_image(source, embedded, error))
        return findings

    async def upload_all(
        self, account: Account, sources: Iterable[str], embedded: Mapping[str, str]
    ) -> dict[str, UploadedImage]:
        """The uploaded image of each source; those on the platform already are left out.

        Raises BadImage, which names the image, and ApiError.
        """
        return {
            source: await self._upload_source(account, source, embedded, "article")
            for source in sources
            if not is_on_platform(source)
        }

    async def upload_materials(
        self, account: Account, sources: Iterable[str], embedded: Mapping[str, str]
    ) -> list[UploadedImage]:
        """The permanent material of each source, in order: picture messages name media_ids.

        Raises BadImage, which names the image, and ApiError.
        """
        return [
            await self._upload_source(account, source, embedded, "material") for source in sources
        ]

    async def _upload_source(
        self, account: Account, source: str, embedded: Mapping[str, str], kind: ImageKind
    ) -> UploadedImage:
        try:
            return await self.upload(account, await self.load(source, embedded), kind)
        except BadImage as error:
            finding = describe_bad_image(source, embedded, error)
            raise BadImage(finding.message) from None

    async def upload(self, account: Account, content: bytes, kind: ImageKind) -> UploadedImage:
        """Upload an image unless it was uploaded before. Raises BadImage, ApiError."""
        ready = await asyncio.to_thread(convert_image, content)
        return await self.upload_ready(account, ready, hashlib.sha256(content).hexdigest(), kind)

    async def upload_ready(
        self, account: Account, image: ReadyImage, sha256: str, kind: ImageKind
    ) -> UploadedImage:
        """Upload a converted image; `sha256` is of what its author gave. Raises ApiError."""
        if known_image := await self.uploaded.find(account.name, sha256, kind):
            return known_image
        file = FileUpload(
            filename=image.filename, content=image.content, content_type=image.content_type
        )
        if kind == "material" or image.is_gif:
            material = await self.materials.add(account, "image", file)
            url, media_id = material.url, material.media_id
        else:
            url, media_id = (await self.media.upload_article_image(account, file)).url, ""
        uploaded_image = UploadedImage(url, media_id, image.width, image.height)
        await self.uploaded.add(account.name, sha256, kind, uploaded_image)
        return uploaded_image


def describe_bad_image(source: str, embedded: Mapping[str, str], error: BadImage) -> Finding:
    """The finding for an image: its message begins with the image's address."""
    name = "内嵌图片" if source in embedded or source.startswith("data:") else source[:_MAX_SHOWN]
    return Finding("image", name, f"图片 {name}：{error}")
