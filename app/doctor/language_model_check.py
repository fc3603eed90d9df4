"""Checks each server of language models: reachable, key accepted, model served."""

import asyncio
from collections.abc import Sequence

import httpx

from app.doctor.values import BilingualText, CheckResult, CheckStatus
from app.errors import BadSettings
from app.inference.remote.language_models.servers import LlmServer, load_servers
from app.kit.http_clients import open_async_client
from app.settings import Settings

SERVER_SECONDS = 3.0  # of one server; below the limit of a check, so that its name is told
SEVERITY: Sequence[CheckStatus] = ("ok", "warn", "fault")


async def check_language_models(settings: Settings, seconds: float = SERVER_SECONDS) -> CheckResult:
    """Ask each configured server for its list of models."""
    if settings.writes != "remote":
        detail = BilingualText("未使用大模型服务", "no server is configured")
        return CheckResult("language_models", "ok", detail)
    try:
        servers = load_servers(settings)
        async with open_async_client(timeout=seconds) as http:
            results = await asyncio.gather(*(_check_server(http, server) for server in servers))
    except BadSettings as error:
        return CheckResult("language_models", "fault", BilingualText(f"{error}", f"{error}"))
    return _join_results(results)


async def _check_server(http: httpx.AsyncClient, server: LlmServer) -> CheckResult:
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    try:
        answer = await http.get(server.models_url, headers=headers)
    except httpx.HTTPError as error:
        return _build_fault(
            BilingualText(
                f"{server.name} 无应答（{type(error).__name__}）",
                f"{server.name} does not answer ({type(error).__name__})",
            ),
            BilingualText(
                "核对 LLM_BASE_URL，并确认服务已启动、网络可达。",
                "Compare LLM_BASE_URL; make sure that the server runs and can be reached.",
            ),
        )
    return _read_answer(server, answer)


def _read_answer(server: LlmServer, answer: httpx.Response) -> CheckResult:
    if answer.status_code in {401, 403}:
        return _build_fault(
            BilingualText(f"{server.name} 拒绝了密钥", f"{server.name} refuses the key"),
            BilingualText(
                "核对 LLM_API_KEY（或 LLM_FILE 中的 key），必要时重新生成。",
                "Compare LLM_API_KEY (or key in LLM_FILE); make a new one if need be.",
            ),
        )
    names = _read_model_names(answer)
    if names is None:
        status = answer.status_code
        detail = BilingualText(
            f"{server.name} 不列出模型（HTTP {status}），未能核对模型名",
            f"{server.name} lists no models (HTTP {status}): the name was not checked",
        )
        return CheckResult("language_models", "warn", detail)
    if server.model not in names:
        listing = ", ".join(sorted(names)[:5])
        return _build_fault(
            BilingualText(
                f"{server.name}：没有这个模型，现有 {listing}",
                f"{server.name}: no such model; there are {listing}",
            ),
            BilingualText("把 LLM_MODEL 改为其中一个。", "Set LLM_MODEL to one of these."),
        )
    return CheckResult(
        "language_models", "ok", BilingualText(f"{server.name} 可用", f"{server.name} answers")
    )


def _read_model_names(answer: httpx.Response) -> set[str] | None:
    """The ids of `{"data": [{"id": ...}]}`; None for an answer of another form."""
    try:
        return {str(model["id"]) for model in answer.json()["data"]}
    except (ValueError, KeyError, TypeError):
        return None


def _build_fault(detail: BilingualText, remedy: BilingualText) -> CheckResult:
    return CheckResult("language_models", "fault", detail, remedy)


def _join_results(results: Sequence[CheckResult]) -> CheckResult:
    """One result with the worst status; the service asks the servers in their order."""
    remedies = dict.fromkeys(result.remedy for result in results if result.remedy.zh)
    return CheckResult(
        "language_models",
        max((result.status for result in results), key=SEVERITY.index, default="ok"),
        _join_texts([result.detail for result in results]),
        _join_texts(list(remedies)),
    )


def _join_texts(texts: Sequence[BilingualText]) -> BilingualText:
    return BilingualText("\n".join(text.zh for text in texts), "\n".join(text.en for text in texts))
