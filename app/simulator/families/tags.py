"""Tags of followers.

Pages: /doc/service/api/usermanage/tag/api_createtag.html, api_gettags.html, api_updatetag.html,
api_deletetag.html, api_gettagfans.html, api_batchtagging.html, api_batchuntagging.html,
api_gettagidlist.html.
"""

from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.families.users import find_follower, find_followers, render_page
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface

FIRST_ID = 100  # 0 to 2 are the platform's own
OWN_TAGS = 3
MOST_TAGS, MOST_NAME, MOST_TAGGED, MOST_OF_FOLLOWER = 100, 30, 50, 20
MOST_TO_DELETE = 100_000  # followers of a tag


def create_tag(call: Call) -> Answer:
    """A new tag."""
    tags, name = call.account.followers.tags, _read_name(call)
    refuse_unless(len(tags) < MOST_TAGS, 45056)
    tag_id = max(tags, default=FIRST_ID - 1) + 1
    tags[tag_id] = name
    return {"tag": {"id": tag_id, "name": name}}


def list_tags(call: Call) -> Answer:
    """All tags with the number of their followers."""
    book = call.account.followers
    return {
        "tags": [
            {"id": tag_id, "name": name, "count": len(book.find_subscribed(tag_id))}
            for tag_id, name in book.tags.items()
        ]
    }


def rename_tag(call: Call) -> Answer:
    """Another name for a tag."""
    call.account.followers.tags[_find_tag(call)] = _read_name(call)
    return OK


def delete_tag(call: Call) -> Answer:
    """Remove a tag, from its followers too."""
    book, tag_id = call.account.followers, _find_tag(call)
    refuse_unless(len(book.find_subscribed(tag_id)) <= MOST_TO_DELETE, 45057)
    del book.tags[tag_id]
    for follower in book.followers.values():
        follower.tag_ids = [each for each in follower.tag_ids if each != tag_id]
    return OK


def list_tagged(call: Call) -> Answer:
    """A page of the followers with a tag."""
    book, tag_id = call.account.followers, call.number("tagid")
    refuse_unless(tag_id in book.tags, 45159)
    return render_page(sorted(book.find_subscribed(tag_id)), call.body.get("next_openid") or "")


def tag_followers(call: Call) -> Answer:
    """Give a tag to up to 50 followers."""
    followers, tag_id = find_followers(call, MOST_TAGGED), call.number("tagid")
    refuse_unless(tag_id in call.account.followers.tags, 45159)
    for follower in followers:
        refuse_unless(tag_id in follower.tag_ids or len(follower.tag_ids) < MOST_OF_FOLLOWER, 45059)
    for follower in followers:
        follower.tag_ids = [*dict.fromkeys([*follower.tag_ids, tag_id])]
    return OK


def untag_followers(call: Call) -> Answer:
    """Take a tag from up to 50 followers."""
    followers, tag_id = find_followers(call, MOST_TAGGED), call.number("tagid")
    refuse_unless(tag_id in call.account.followers.tags, 45159)
    for follower in followers:
        follower.tag_ids = [each for each in follower.tag_ids if each != tag_id]
    return OK


def list_of_follower(call: Call) -> Answer:
    """The tags of a follower."""
    return {"tagid_list": list(find_follower(call, call.text("openid", 40003)).tag_ids)}


def _read_tag(call: Call) -> Body:
    tag = call.body.get("tag")
    if not isinstance(tag, dict):
        raise Refused(47001)
    return tag


def _find_tag(call: Call) -> int:
    """The id of a tag that may be changed. Raises Refused: 45058 the platform's own, 45159."""
    tag_id = _read_tag(call).get("id")
    if not isinstance(tag_id, int):
        raise Refused(47001)
    refuse_unless(tag_id >= OWN_TAGS, 45058)
    refuse_unless(tag_id in call.account.followers.tags, 45159)
    return tag_id


def _read_name(call: Call) -> str:
    """The name. Raises Refused: 45157 empty or taken, 45158 over 30 characters."""
    name = _read_tag(call).get("name")
    if not isinstance(name, str) or not name or name in call.account.followers.tags.values():
        raise Refused(45157)
    refuse_unless(len(name) <= MOST_NAME, 45158)
    return name


def _post(path: str, answer: Handler) -> Interface:
    return Interface(method="POST", path=path, answer=answer, right=Right.TAG)


FAMILY = Family(
    "tags",
    (
        _post("/cgi-bin/tags/create", create_tag),
        Interface(method="GET", path="/cgi-bin/tags/get", answer=list_tags, right=Right.TAG),
        _post("/cgi-bin/tags/update", rename_tag),
        _post("/cgi-bin/tags/delete", delete_tag),
        _post("/cgi-bin/user/tag/get", list_tagged),
        _post("/cgi-bin/tags/members/batchtagging", tag_followers),
        _post("/cgi-bin/tags/members/batchuntagging", untag_followers),
        _post("/cgi-bin/tags/getidlist", list_of_follower),
    ),
)
