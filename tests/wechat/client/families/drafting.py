"""A draft that the simulator has."""

from app.wechat.client.core import PlatformClient
from app.wechat.client.families.drafts import Drafts
from app.wechat.client.families.material import Materials
from app.wechat.client.request_values.articles import DraftArticle
from tests.wechat.client.families.files import COVER
from tests.wechat.client.support import SHOP


async def add_draft(client: PlatformClient, *titles: str) -> str:
    """The media_id of a draft with an article for each title."""
    cover = await Materials(client).add(SHOP, "image", COVER)
    articles = [
        DraftArticle(
            title=title,
            content="<p>你好</p>",
            thumb_media_id=cover.media_id,
            need_open_comment=True,
        )
        for title in titles or ("春季新品",)
    ]
    return (await Drafts(client).add(SHOP, articles)).media_id
