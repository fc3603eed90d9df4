"""Speech to text by the platform (语音识别): upload a recording, then ask for its text."""

from dataclasses import dataclass
from typing import Literal

from app.accounts import Account
from app.wechat.client.core import Done, PlatformAnswer, PlatformClient
from app.wechat.client.http import FileUpload
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.uploads import MB, MP3, FileLimit, check_upload
from app.wechat.client.request_values.validation import BAD_PARAMETER, check_bytes, check_filled

UPLOAD_VOICE = PlatformInterface(
    path="/cgi-bin/media/voice/addvoicetorecofortext",
    title="上传语音（转文字）",
    page="/doc/service/api/openpoc/ai/api_addvoicetorecofortext.md",
    accounts="verified",
    repeatable=True,
)
GET_TEXT = PlatformInterface(
    path="/cgi-bin/media/voice/queryrecoresultfortext",
    title="获取语音识别结果",
    page="/doc/service/api/openpoc/ai/api_queryrecoresultfortext.md",
    accounts="verified",
    repeatable=True,
)

RECORDING = FileLimit(MB, frozenset({MP3}))
ID_BYTES = 64
Language = Literal["zh_CN", "en_US"]


class RecognizedText(PlatformAnswer):
    """The text; empty until it is there."""

    result: str = ""


@dataclass(frozen=True, slots=True)
class VoiceRecognition:
    """Speech to text; verified accounts only."""

    client: PlatformClient

    async def upload(
        self, account: Account, voice_id: str, file: FileUpload, language: Language = "zh_CN"
    ) -> None:
        """Upload a recording under an id of our own: mp3 of at most 1 MB and 60 s, 16 kHz, mono.

        Page: /doc/service/api/openpoc/ai/api_addvoicetorecofortext.md. Raises InvalidField: 41005,
        45001, 40005.
        """
        _check_id(voice_id)
        check_upload("media", file, RECORDING)
        query = {"format": "mp3", "voice_id": voice_id, "lang": language}
        await self.client.call(account, UPLOAD_VOICE, Done, query=query, upload=file)

    async def get_text(
        self, account: Account, voice_id: str, language: Language = "zh_CN"
    ) -> RecognizedText:
        """The text of a recording, to be asked for ten seconds after the upload.

        Page: /doc/service/api/openpoc/ai/api_queryrecoresultfortext.md.
        """
        _check_id(voice_id)
        query = {"voice_id": voice_id, "lang": language}
        return await self.client.call(account, GET_TEXT, RecognizedText, query=query, body={})


def _check_id(voice_id: str) -> None:
    check_filled("voice_id", voice_id, BAD_PARAMETER)
    check_bytes("voice_id", voice_id, ID_BYTES, BAD_PARAMETER)
