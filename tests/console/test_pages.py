"""The page at `/`, and the REST documentation without a CDN."""

import re

import pytest

from tests.conftest import Open
from tests.service import CMS_KEY, Service, client

OUTSIDE = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")
PATH = re.compile(r"""(?:src|href)=["'](/[^"']*)["']""")


async def test_the_first_page_links_to_the_others(api_only: Service) -> None:
    async with client(api_only, key=None) as http:
        page = await http.get("/")
        links = {path: (await http.get(path)).status_code for path in PATH.findall(page.text)}

    assert (page.status_code, OUTSIDE.findall(page.text)) == (200, [])
    # No worker is warm here; two pages want the key.
    assert links == {"/playground": 200, "/docs": 401, "/health/ready": 503, "/metrics": 401}
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


async def test_the_first_page_names_no_playground_that_is_off(open_service: Open) -> None:
    async with open_service(playground=False, workers=0) as running, client(running) as http:
        page = await http.get("/")

    assert PATH.findall(page.text) == ["/docs", "/health/ready", "/metrics"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_the_documentation_takes_nothing_from_outside(shared_api: Service, path: str) -> None:
    async with client(shared_api, key=None) as http:
        page = await http.get(path, auth=("anybody", CMS_KEY))
        assets = PATH.findall(page.text)
        with_key = [await http.get(asset, auth=("anybody", CMS_KEY)) for asset in assets]
        without = [await http.get(asset) for asset in assets]

    assert (page.status_code, OUTSIDE.findall(page.text)) == (200, [])
    assert assets
    assert [answer.status_code for answer in with_key] == [200] * len(assets)
    assert [answer.status_code for answer in without] == [401] * len(assets)
