"""Permanent material (永久素材): covers, and files that stay."""

import json
from dataclasses import dataclass, replace
from typing import Literal

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient, read_answer
from app.wechat.client.http import Download, FileUpload
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.articles import ArticleList
from app.wechat.client.request_values.uploads import (
    PERMANENT_LIMITS,
    UPLOAD_BUDGET,
    UPLOADS_A_DAY,
    check_upload,
)
from app.wechat.client.request_values.validation import (
    LONG_DESCRIPTION,
    LONG_TITLE,
    check_characters,
    check_filled,
    check_media_id,
    check_page,
)

ADD_MATERIAL = PlatformInterface(
    path="/cgi-bin/material/add_material",
    title="上传永久素材",
    page="/doc/service/api/material/permanent/api_addmaterial.md",
    daily=UPLOADS_A_DAY,
    shared_budget=UPLOAD_BUDGET,
)
GET_MATERIAL = PlatformInterface(
    path="/cgi-bin/material/get_material",
    title="获取永久素材",
    page="/doc/service/api/material/permanent/api_getmaterial.md",
    daily=1_000,
    repeatable=True,
)
DELETE_MATERIAL = PlatformInterface(
    path="/cgi-bin/material/del_material",
    title="删除永久素材",
    page="/doc/service/api/material/permanent/api_delmaterial.md",
    daily=1_000,
)
COUNT_MATERIAL = PlatformInterface(
    path="/cgi-bin/material/get_materialcount",
    title="获取永久素材总数",
    page="/doc/service/api/material/permanent/api_getmaterialcount.md",
    daily=1_000,
    method="GET",
    repeatable=True,
)
LIST_MATERIAL = PlatformInterface(
    path="/cgi-bin/material/batchget_material",
    title="获取永久素材列表",
    page="/doc/service/api/material/permanent/api_batchgetmaterial.md",
    daily=1_000,
    repeatable=True,
)


class AddedMaterial(PlatformAnswer):
    """Permanent material; only images have a `url`, which is shown on the platform's pages only."""

    media_id: str
    url: str = ""


class MaterialVideo(PlatformAnswer):
    """A video: title, description, and the address from which it may be loaded."""

    title: str
    description: str = ""
    down_url: str


class MaterialCounts(PlatformAnswer):
    """How much permanent material there is."""

    voice_count: int
    video_count: int
    image_count: int
    news_count: int


class MaterialItem(PlatformAnswer):
    """One file; `update_time` is seconds since 1970."""

    media_id: str
    name: str = ""
    update_time: int
    url: str = ""


class MaterialPage(PlatformAnswer):
    """A page of the material of one kind."""

    total_count: int
    item_count: int
    item: tuple[MaterialItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Materials:
    """Permanent material of the account: at most 100,000 images and 1,000 other files."""

    client: PlatformClient

    async def add(
        self, account: Account, kind: Literal["image", "voice", "thumb"], file: FileUpload
    ) -> AddedMaterial:
        """Store a file for good.

        Page: /doc/service/api/material/permanent/api_addmaterial.md; image 10 MB (bmp, png, jpg,
        gif), voice 2 MB (mp3, wma, wav, amr), thumb 64 KB (jpg); counted with the uploads. Raises
        InvalidField: 41005, 45001, 40005; ApiError: 45034 or 45074 when there is too much.
        """
        check_upload("media", file, PERMANENT_LIMITS[kind])
        return await self.client.call(
            account, ADD_MATERIAL, AddedMaterial, query={"type": kind}, upload=file
        )

    async def add_video(
        self, account: Account, file: FileUpload, title: str, introduction: str
    ) -> AddedMaterial:
        """Store a video of at most 10 MB (mp4) with title and introduction.

        Page: /doc/service/api/material/permanent/api_addmaterial.md. Raises InvalidField: 41005,
        45001, 40005, 45003 for a title over 30 characters, 45004 for a text over 120.
        """
        check_filled("title", title, LONG_TITLE)
        check_characters("title", title, 30, LONG_TITLE)
        check_characters("introduction", introduction, 120, LONG_DESCRIPTION)
        check_upload("media", file, PERMANENT_LIMITS["video"])
        description = {"title": title, "introduction": introduction}
        form = {"description": json.dumps(description, ensure_ascii=False)}
        return await self.client.call(
            account, ADD_MATERIAL, AddedMaterial,
            query={"type": "video"}, upload=replace(file, form=form),
        )  # fmt: skip

    async def get(self, account: Account, media_id: str) -> Download | MaterialVideo | ArticleList:
        """The file; for a video its address, for articles their content.

        Page: /doc/service/api/material/permanent/api_getmaterial.md; 1,000 a day. Raises
        ApiError: 40007.
        """
        check_media_id("media_id", media_id)
        answer = await self.client.download(account, GET_MATERIAL, body={"media_id": media_id})
        if isinstance(answer, Download):
            return answer
        if "news_item" in answer:
            return read_answer(ArticleList, answer, GET_MATERIAL)
        return read_answer(MaterialVideo, answer, GET_MATERIAL)

    async def delete(self, account: Account, media_id: str) -> None:
        """Delete material.

        Page: /doc/service/api/material/permanent/api_delmaterial.md; 1,000 a day. Raises
        ApiError: 40007 for an unknown one, 48005 while the menu or an automatic reply uses it.
        """
        check_media_id("media_id", media_id)
        await self.client.call(account, DELETE_MATERIAL, Done, body={"media_id": media_id})

    async def count(self, account: Account) -> MaterialCounts:
        """How much there is of each kind.

        Page: /doc/service/api/material/permanent/api_getmaterialcount.md; 1,000 a day.
        """
        return await self.client.call(account, COUNT_MATERIAL, MaterialCounts)

    async def list_page(
        self,
        account: Account,
        kind: Literal["image", "voice", "video"],
        offset: int = 0,
        count: int = 20,
    ) -> MaterialPage:
        """`count` files (1 to 20) from `offset`, the newest first.

        Page: /doc/service/api/material/permanent/api_batchgetmaterial.md; 1,000 a day.
        """
        check_page(offset, count)
        body = {"type": kind, "offset": offset, "count": count}
        return await self.client.call(account, LIST_MATERIAL, MaterialPage, body=body)
