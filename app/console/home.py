"""The page at `/`, with links to the other pages."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from app.console.headers import HEADERS

_PAGE = Path(__file__).with_name("home.html").read_text("utf-8")
_PLAYGROUND = """<li><a href="/playground">试聊 <small lang="en">Playground</small></a>
<p>像粉丝一样发消息，看每个回答的依据。</p></li>"""


def home_router(*, playground: bool) -> APIRouter:
    """The router of the home page, which needs no key: it shows nothing of the account."""
    router = APIRouter(include_in_schema=False)
    page = _PAGE.replace("<!--playground-->", _PLAYGROUND if playground else "")

    @router.get("/")
    async def show_home() -> HTMLResponse:
        """Show the links, in Chinese with their English names."""
        return HTMLResponse(page, headers=HEADERS)

    return router
