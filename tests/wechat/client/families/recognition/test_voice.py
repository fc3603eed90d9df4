"""Speech to text, against the simulator."""

from dataclasses import replace

import pytest

from app.simulator.clock import Clock
from app.wechat.client.errors import InvalidField
from app.wechat.client.families.recognition.voice import RecognizedText, VoiceRecognition
from app.wechat.client.http import FileUpload
from app.wechat.client.request_values.uploads import MP3
from tests.wechat.client.support import SHOP, make_platform, open_client

RECORDING = FileUpload(filename="v.mp3", content=b"ID3" + bytes(64), content_type=MP3)


async def test_the_text_is_there_ten_seconds_later(redis_url: str) -> None:
    clock = Clock()

    async with open_client(redis_url, make_platform(clock)) as client:
        voice = VoiceRecognition(client)
        await voice.upload(SHOP, "call-1", RECORDING)
        early = await voice.get_text(SHOP, "call-1")
        clock.turn(10)
        text = await voice.get_text(SHOP, "call-1")

    assert (early, text) == (RecognizedText(), RecognizedText(result="什么时候发货"))


async def test_another_kind_of_file_is_not_sent(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        voice = VoiceRecognition(client)
        with pytest.raises(InvalidField, match="media: one of audio/mpeg; this is audio/amr"):
            await voice.upload(SHOP, "call-1", replace(RECORDING, content_type="audio/amr"))
        with pytest.raises(InvalidField, match="voice_id: must not be empty"):
            await voice.get_text(SHOP, "")

    assert platform.calls.total() == 0
