"""The interfaces of the platform, one file a family, and the list of all families.

To add a family:

1. Write `families/tags.py` with its handlers and `FAMILY`. A handler takes a `Call` and returns
   the fields of the answer, or a `FileAnswer`::

       def create_tag(call: Call) -> Answer:
           name = str(call.part("tag").get("name", ""))
           refuse_unless(len(name) <= 30, 45158)
           ...
           return {"tag": {"id": tag_id, "name": name}}

       CREATE = "/cgi-bin/tags/create"
       FAMILY = Family(
           "tags",
           (
               Interface(
                   method="POST", path=CREATE, answer=create_tag,
                   right=Right.TAG, budget=Budget(CREATE, a_day=1000),
               ),
           ),
           stores=(TagStore,),
       )

   Before the handler runs, the dispatcher has checked the token (41001, 40001, 42001), the address
   (40164), the right (48001), the budget (45009, 45011) and the JSON (44002, 40033, 47001). The
   handler raises `Refused(errcode)`; the dispatcher adds errmsg and rid. `call.text`, `call.number`
   and `call.part` read the body and refuse other types with 47001.
2. What the family stores is a dataclass whose fields all have defaults and are texts, numbers,
   bytes, lists, dicts or dataclasses: `call.account.store(TagStore)` is the caller's own. Name it
   in `stores`, and `--state` keeps it. `call.account.followers` has the followers and the tags
   (`accounts/followers.py`).
3. Right: a member of `rights.Right`; a new one gets its line in `rights.HOLDERS`.
   Errcodes get their text in `errcodes.ERRORS`.
4. `call.now` is the platform's clock. What happens later is computed from it when it is asked for;
   an event for the account's server goes to `call.platform.schedule(PlatformEvent(...))`.
   What reaches a phone goes to `call.platform.deliver(openid, message)`.
5. Put `tags.FAMILY` into `FAMILIES` below.
6. Test it in `tests/simulator/families/test_tags.py` over HTTP: the fixture `caller` is a server of
   an account with a token, and has a clock to turn; `server.start_platform` opens other accounts.
"""

from app.simulator.families import (
    account_info,
    api_management,
    comments,
    customer_messages,
    desk,
    drafts,
    freepublish,
    mass_send,
    material,
    media,
    menus,
    oauth,
    qrcodes,
    recognition,
    statistics,
    subscribe_notices,
    tags,
    templates,
    tokens,
    users,
)
from app.simulator.gateway.routing import Family

FAMILIES: tuple[Family, ...] = (
    tokens.FAMILY,
    account_info.FAMILY,
    api_management.FAMILY,
    customer_messages.FAMILY,
    media.FAMILY,
    material.FAMILY,
    drafts.FAMILY,
    freepublish.FAMILY,
    mass_send.FAMILY,
    comments.FAMILY,
    users.FAMILY,
    tags.FAMILY,
    menus.FAMILY,
    qrcodes.FAMILY,
    templates.FAMILY,
    subscribe_notices.FAMILY,
    statistics.FAMILY,
    desk.FAMILY,
    recognition.FAMILY,
    oauth.FAMILY,
)
