"""Who a mass message would reach: read before the call, so that nobody is sent to in vain."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from app.accounts import Account
from app.publishing.values import Audience
from app.wechat.client.errors import ApiError
from app.wechat.client.families.tags import Tags
from app.wechat.client.families.users import Users

UNKNOWN_TAG = 45159


@dataclass(frozen=True)
class Recipients:
    """The followers with a tag by openid, or all followers, of whom only the number is read."""

    tag_id: int | None
    count: int
    openids: frozenset[str] = frozenset()
    is_deleted: bool = False  # the tag is not there any more

    @property
    def fault(self) -> str:
        """Why nothing can be sent to them, or ""."""
        if self.is_deleted:
            return f"标签 {self.tag_id} 已经被删除（{UNKNOWN_TAG}），请换一个标签。"
        if self.count:
            return ""
        if self.tag_id is None:
            return "这个公众号还没有粉丝，没有人能收到。"
        return f"标签 {self.tag_id} 下没有粉丝，没有人能收到，请先打标签或换一个标签。"


@dataclass(frozen=True, slots=True)
class Audiences:
    """Reads recipients from the platform."""

    tags: Tags
    users: Users

    async def read(self, account: Account, tag_id: int | None) -> Recipients:
        """The recipients of one segment. Raises ApiError."""
        if tag_id is None:
            return Recipients(None, (await self.users.list_page(account)).total or 0)
        try:
            openids = await self._list_tagged(account, tag_id)
        except ApiError as error:
            if error.code != UNKNOWN_TAG:
                raise
            return Recipients(tag_id, 0, is_deleted=True)
        return Recipients(tag_id, len(openids), openids)

    async def find_fault(self, account: Account, audience: Audience) -> str:
        """Why a message to this audience can't be sent, or "". Raises ApiError."""
        recipients = [await self.read(account, tag_id) for tag_id in audience.segments]
        return find_fault(recipients) or find_overlap(recipients)

    async def _list_tagged(self, account: Account, tag_id: int) -> frozenset[str]:
        openids: set[str] = set()
        page = await self.tags.list_followers(account, tag_id)
        while page.data.openid:
            openids.update(page.data.openid)
            if not page.next_openid:
                break
            page = await self.tags.list_followers(account, tag_id, page.next_openid)
        return frozenset(openids)


def find_fault(recipients: Sequence[Recipients]) -> str:
    """Why nothing can be sent to some of the recipients, or ""."""
    return "".join(each.fault for each in recipients)


def find_overlap(recipients: Sequence[Recipients]) -> str:
    """A sentence for the first two tags that share followers, or ""."""
    for one, other in combinations(recipients, 2):
        if shared := len(one.openids & other.openids):
            return (
                f"标签 {one.tag_id} 和标签 {other.tag_id} 有 {shared} 位共同的粉丝，"
                "他们会收到两次：请只选一个标签，或先调整标签。"
            )
    return ""
