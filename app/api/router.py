"""The list of all routers of the REST API."""

import functools
from collections.abc import Sequence

from fastapi import APIRouter, Depends
from starlette.routing import BaseRoute

from app.api.routes import (
    account,
    conversations,
    documents,
    exports,
    followers,
    gaps,
    handoff_policy,
    imports,
    knowledge,
    mass_sends,
    moderation,
    phrases,
    post_calendar,
    post_comments,
    post_previews,
    posts,
    replies,
    rules,
    statistics,
)
from app.api.routes.marketing import (
    audience,
    audience_jobs,
    brief_imports,
    briefs,
    content,
    copy_jobs,
    copy_style,
    drafts,
    effects,
    events,
    experiment_plans,
    experiment_posts,
    experiments,
    items,
    links,
    recommendations,
    social,
    strategy,
)
from app.api.routes.marketing.ads import export, generation, model, ranking, scoring
from app.api.routes.touchpoints import menus, qr_channels, reviews, short_keys, welcomes
from app.api.schemas.errors import ERROR_RESPONSES
from app.api.storable_text import refuse_unstorable_text

TOUCHPOINTS = (qr_channels, reviews, menus, welcomes, short_keys)
ADS = (scoring, ranking, generation, export, model)
EVENTS = (events, items, links)
MARKETING = (
    content,
    brief_imports,
    briefs,
    copy_jobs,
    copy_style,
    drafts,
    effects,
    experiments,
    experiment_plans,
    experiment_posts,
    *ADS,
    *EVENTS,
    audience,
    audience_jobs,
    social,
    recommendations,
    strategy,
)
# `/knowledge/documents` and the like come after `/knowledge`: no path of one matches the other's.
ROUTES = (
    account, replies, knowledge, documents, imports, exports, gaps, rules, moderation,
    conversations, handoff_policy, followers, phrases, posts, post_previews, post_calendar,
    post_comments, statistics, mass_sends, *TOUCHPOINTS, *MARKETING,
)  # fmt: skip

router = APIRouter(dependencies=[Depends(refuse_unstorable_text)], responses=ERROR_RESPONSES)
for routes in ROUTES:
    router.include_router(routes.router)


@functools.cache
def build_routes() -> Sequence[BaseRoute]:
    """The routes of the REST API, one list for all applications of the process.

    FastAPI builds validators and dependencies of included routes when the first request is
    matched: half a second for 220 routes, on the event loop, once for each application.
    """
    parent = APIRouter()
    parent.include_router(router)
    request = {"type": "http", "method": "GET", "path": "", "root_path": "", "headers": []}
    for route in parent.routes:
        route.matches(request)  # builds them
    return parent.routes
