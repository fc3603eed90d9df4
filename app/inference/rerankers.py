"""Opens the reranker that the settings name: none, local or remote."""

import structlog

from app.errors import BadSettings
from app.inference.ports import Bands, Reranker
from app.inference.remote.language_models.servers import is_address
from app.inference.remote.reranker import RemoteReranker, RerankEndpoint
from app.kit.http_clients import open_async_client
from app.settings import Settings

log = structlog.get_logger()


def check_settings(settings: Settings) -> None:
    """Raises BadSettings with one sentence per fault; loads nothing."""
    faults = []
    key = settings.rerank_api_key.get_secret_value()
    if settings.reranker and settings.rerank_base_url:
        faults.append("RERANKER and RERANK_BASE_URL are both set: name one of them.")
    if settings.rerank_base_url and not is_address(settings.rerank_base_url):
        faults.append(
            "RERANK_BASE_URL is no base URL: write http:// or https://, a host and a path, such "
            "as http://127.0.0.1:8002/v1."
        )
    if not (key.isascii() and key.isprintable()):
        faults.append("RERANK_API_KEY has other characters than ASCII's.")
    if settings.rerank_possible >= settings.rerank_sure:
        faults.append("RERANK_POSSIBLE must be below RERANK_SURE.")
    if faults:
        raise BadSettings(faults)


def reranker_bands(settings: Settings) -> Bands:
    """The thresholds for the reranker's probabilities."""
    return Bands(settings.rerank_sure, settings.rerank_possible)


async def open_reranker(settings: Settings, device: str, dtype: str) -> Reranker | None:
    """Open the reranker; None: the search model verifies. The caller closes the reranker.

    A local cross-encoder is fetched on first call, which takes minutes. Raises BadSettings.
    """
    check_settings(settings)
    if settings.rerank_base_url:
        endpoint = RerankEndpoint(
            settings.rerank_base_url,
            settings.rerank_model,
            settings.rerank_api_key.get_secret_value(),
        )
        log.info("reranker_endpoint", endpoint=endpoint.name, url=endpoint.address)
        return RemoteReranker(endpoint, open_async_client())
    if settings.reranker:
        # Imported here: gigabytes of weights that other settings don't need.
        from app.inference.local.reranker import open_local

        return await open_local(settings.reranker, device, "bf16" if dtype == "bf16" else "fp32")
    return None
