"""Permanent material: files that stay until they are deleted.

Pages: /doc/subscription/api/material/permanent/api_addmaterial.html, api_getmaterial.html,
api_delmaterial.html, api_getmaterialcount.html, api_batchgetmaterial.html.
"""

import json

from app.simulator.accounts.quotas import Budget
from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.families.media import UPLOADS, answer_file, build_file
from app.simulator.gateway.routing import OK, Answer, Call, Family, Interface
from app.simulator.publishing.media_store import (
    LIMITS,
    MOST_OTHERS,
    MOST_PICTURES,
    MediaStore,
    StoredFile,
)

GET, DELETE = "/cgi-bin/material/get_material", "/cgi-bin/material/del_material"
COUNT, LIST = "/cgi-bin/material/get_materialcount", "/cgi-bin/material/batchget_material"
MOST_LISTED = 20


def add_material(call: Call) -> Answer:
    """Keep a file. Raises Refused with 45034 where the account has too many of its kind."""
    stored = build_file(call, call.query.get("type", ""))
    library = call.account.store(MediaStore)
    most = MOST_PICTURES if stored.kind in ("image", "thumb") else MOST_OTHERS
    refuse_unless(len(library.list_permanent(stored.kind)) < most, 45034)
    if stored.kind == "video":
        _describe_video(stored, call.body)
    media_id = call.account.next_id("material")
    library.files[media_id] = stored
    if stored.kind in ("image", "thumb"):
        return {"media_id": media_id, "url": stored.url, "item": []}
    return {"media_id": media_id, "item": []}


def get_material(call: Call) -> Answer:
    """A file; of a video its title and address."""
    stored = _find_material(call)
    if stored.kind == "video":
        return {
            "title": stored.title,
            "description": stored.introduction,
            "down_url": stored.url,
        }
    return answer_file(stored)


def delete_material(call: Call) -> Answer:
    """Remove a file."""
    _find_material(call)
    del call.account.store(MediaStore).files[call.body["media_id"]]
    return OK


def count_material(call: Call) -> Answer:
    """How many files of each kind there are. Drafts aren't counted."""
    library = call.account.store(MediaStore)
    kinds = ("voice", "video", "image")
    counts = {f"{kind}_count": len(library.list_permanent(kind)) for kind in kinds}
    return {**counts, "news_count": 0}


def list_material(call: Call) -> Answer:
    """Files of a kind, the newest first."""
    kind = call.text("type", 40004)
    refuse_unless(kind in LIMITS or kind == "news", 40004)
    offset, count = call.number("offset"), call.number("count")
    refuse_unless(1 <= count <= MOST_LISTED, 40097)
    stored = list(call.account.store(MediaStore).list_permanent(kind).items())
    page = stored[offset : offset + count]
    return {
        "total_count": len(stored),
        "item_count": len(page),
        "item": [
            {
                "media_id": media_id,
                "name": each.name,
                "update_time": each.created_at,
                "url": each.url,
                "tags": [],
            }
            for media_id, each in page
        ],
    }


def _find_material(call: Call) -> StoredFile:
    media_id = call.text("media_id", 40007)
    return call.account.store(MediaStore).find_permanent(media_id, tuple(LIMITS))


def _describe_video(stored: StoredFile, fields: Body) -> None:
    try:
        description = json.loads(fields.get("description", ""))
        stored.title = str(description["title"])
        stored.introduction = str(description.get("introduction", ""))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(47001) from error


FAMILY = Family(
    "material",
    (
        Interface(
            method="POST", path="/cgi-bin/material/add_material", answer=add_material,
            body="file", right=Right.MATERIAL, budget=UPLOADS,
        ),
        Interface(
            method="POST", path=GET, answer=get_material, right=Right.MATERIAL,
            budget=Budget(GET, a_day=1000),
        ),
        Interface(
            method="POST", path=DELETE, answer=delete_material, right=Right.MATERIAL,
            budget=Budget(DELETE, a_day=1000),
        ),
        Interface(
            method="GET", path=COUNT, answer=count_material, right=Right.MATERIAL,
            budget=Budget(COUNT, a_day=1000),
        ),
        Interface(
            method="POST", path=LIST, answer=list_material, right=Right.MATERIAL,
            budget=Budget(LIST, a_day=1000),
        ),
    ),
)  # fmt: skip
