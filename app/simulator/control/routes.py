"""What a developer does to the simulator over HTTP, below /simulator; /simulator/docs lists it."""

from fastapi import FastAPI

from app.simulator.callback.wechat import WeChat
from app.simulator.clock import Running
from app.simulator.control.follower_routes import build_follower_router
from app.simulator.control.listing_routes import build_listing_router
from app.simulator.control.platform_routes import build_platform_router
from app.simulator.control.reader_routes import build_reader_router
from app.simulator.platform import Platform


def create_control(platform: Platform, wechat: WeChat, clock: Running) -> FastAPI:
    """The application below /simulator."""
    app = FastAPI(title="WeChat simulator")
    app.include_router(build_follower_router(platform, wechat))
    app.include_router(build_reader_router(platform))
    app.include_router(build_platform_router(platform, clock))
    app.include_router(build_listing_router(platform))
    return app
