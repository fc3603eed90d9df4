"""What an account may do, over REST."""

from app.account_rights.store import RightsStore
from app.account_rights.values import AccountRight, AccountRights
from tests.service import ACCOUNT, Service, client

PATH = "/api/v1/account"


async def test_until_the_platform_was_asked_the_settings_count(api_only: Service) -> None:
    async with client(api_only) as http:
        answer = (await http.get(PATH)).json()

    assert answer == {
        "account": "default", "kind": None, "is_verified": None,
        "rights": {right.value: right is AccountRight.DRAFTS for right in AccountRight},
        "refused": [], "source": "settings", "asked_at": None,
    }  # fmt: skip


async def test_what_the_platform_told_and_refused_since_is_shown(api_only: Service) -> None:
    store = RightsStore(api_only.redis)
    answer = AccountRights(
        kind="service", is_verified=True, is_personal=False, rights=frozenset(AccountRight)
    )
    await store.store(ACCOUNT.appid, answer)
    await store.mark_refused(ACCOUNT.appid, AccountRight.PUBLISHING)

    async with client(api_only) as http:
        answer = (await http.get(PATH)).json()

    rights = {right.value: right is not AccountRight.PUBLISHING for right in AccountRight}
    assert answer.pop("asked_at") > 0
    assert answer == {
        "account": "default", "kind": "service", "is_verified": True, "rights": rights,
        "refused": ["publishing"], "source": "platform",
    }  # fmt: skip
