"""The platform's addresses that a browser opens, by their path on any host.

The simulator hands out addresses with the platform's own hosts, since an article may hold pictures
of mmbiz.qpic.cn only. Their paths are answered here. The platform's pages: showqrcode in
/doc/service/api/qrcode/qrcodes/api_createqrcode.html, authorize in /doc/service/guide/h5/auth.html.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from app.simulator.accounts.rights import Right, has_right
from app.simulator.accounts.state import PlatformState
from app.simulator.families.desk import DeskStore
from app.simulator.families.media import MEDIA_TYPES
from app.simulator.families.oauth import PROFILE_SCOPE, authorize
from app.simulator.families.qrcodes import SceneCodes, StoredScene
from app.simulator.pages.articles import find_article, read_article, render_page
from app.simulator.pages.pictures import draw_code, draw_portrait
from app.simulator.publishing.media_store import MediaStore, StoredFile

VISITOR = "oVisitor"  # who opens a page, where the address names no openid
SCOPES = ("snsapi_base", PROFILE_SCOPE)


@dataclass(frozen=True)
class BrowserPages:
    """Answers browsers from what the platform stores."""

    state: PlatformState

    @property
    def routes(self) -> list[Route]:
        """All pages."""
        return [
            Route("/mmbiz_{format}/{picture}/0", self.show_file),
            Route("/mmopen/{path:path}", self.show_portrait),
            Route("/s/{article}", self.show_article),
            Route("/cgi-bin/showqrcode", self.show_code),
            Route("/q/{scene}", self.open_code),
            Route("/connect/oauth2/authorize", self.authorize),
        ]

    async def show_file(self, request: Request) -> Response:
        """A picture, or another file, that an account uploaded."""
        if request.path_params["picture"] == "head":
            return await self.show_portrait(request)
        for stored in self._iter_files():
            if urlsplit(stored.url).path == request.url.path:
                return Response(stored.content, media_type=MEDIA_TYPES[stored.format])
        return _refuse(404, "No account uploaded this file, or it has ended or was deleted.")

    async def show_portrait(self, _: Request) -> Response:
        """The portrait of every account and follower."""
        return Response(draw_portrait(), media_type="image/png")

    async def show_article(self, request: Request) -> Response:
        """An article or a draft's preview; `?openid=` names the reader, for the statistics."""
        article = find_article(self.state, request.url.path)
        if article is None:
            return _refuse(404, "There is no such article, or it isn't published yet.")
        if article.is_gone:
            return HTMLResponse("<!doctype html><meta charset='utf-8'>该内容已被发布者删除")
        read_article(article, request.query_params.get("openid", VISITOR), self.state.clock())
        return HTMLResponse(render_page(article))

    async def show_code(self, request: Request) -> Response:
        """The picture of a QR code by its ticket, which needs no token."""
        ticket = request.query_params.get("ticket", "")
        for codes in self._iter_codes():
            if ticket in codes and self._is_valid(codes[ticket]):
                return Response(draw_code(codes[ticket]), media_type="image/jpg")
        return _refuse(404, "No QR code has this ticket, or it has ended.")

    async def open_code(self, request: Request) -> Response:
        """What a browser sees of a code; following by it is ordered below /simulator."""
        for codes in self._iter_codes():
            for code in codes.values():
                if urlsplit(code.url).path == request.url.path and self._is_valid(code):
                    return PlainTextResponse(f"QR code of the scene {code.scene}\n")
        return _refuse(404, "No QR code has this address, or it has ended.")

    async def authorize(self, request: Request) -> Response:
        """A visitor agrees and arrives at the account's page; `openid` names the visitor."""
        query = request.query_params
        state, target = self.state.accounts.get(query.get("appid", "")), query.get("redirect_uri")
        if state is None or not has_right(state.account, Right.OAUTH):
            return _refuse(403, "No account has this appid and the right to web logins.")
        if not target or urlsplit(target).scheme not in ("http", "https"):
            return _refuse(400, "redirect_uri isn't an address of http or https.")
        if query.get("response_type") != "code" or query.get("scope") not in SCOPES:
            return _refuse(400, f"response_type isn't code, or scope is none of {SCOPES}.")
        code = authorize(
            state, query.get("openid", VISITOR), self.state.clock(), scope=query["scope"]
        )
        back = urlencode({"code": code, "state": query.get("state", "")})
        return RedirectResponse(f"{target}{'&' if urlsplit(target).query else '?'}{back}", 302)

    def _iter_files(self) -> Iterator[StoredFile]:
        now = self.state.clock()
        for account in self.state.accounts.values():
            library = account.store(MediaStore)
            for agent in account.store(DeskStore).agents.values():
                if agent.portrait is not None:
                    yield agent.portrait
            yield from library.article_pictures
            for stored in library.files.values():
                if stored.expires_at is None or now < stored.expires_at:
                    yield stored

    def _iter_codes(self) -> Iterator[dict[str, StoredScene]]:
        for account in self.state.accounts.values():
            yield account.store(SceneCodes).codes

    def _is_valid(self, code: StoredScene) -> bool:
        return code.expires_at is None or self.state.clock() < code.expires_at


def _refuse(status: int, sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", status)
