"""Speech to text, and what is read in images: answers that a test sets beforehand.

Pages: /doc/service/api/openpoc/ai/, /doc/service/api/openpoc/ocr/api_commocr.html and
/doc/service/api/openpoc/image/.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from app.simulator.accounts.rights import Right
from app.simulator.accounts.state import Body
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import OK, Answer, Call, Family, Handler, Interface
from app.simulator.publishing.media_store import detect_format

SIZE: Body = {"w": 600, "h": 400}
READY_AFTER_SECONDS = 10
MOST_RATIOS = 5
RATIO = re.compile(r"\d{1,3}(\.\d{1,6})?")


@dataclass
class RecognitionStore:
    """Recordings with the time of their upload (s since 1970), and what is recognised next."""

    voices: dict[str, float] = field(default_factory=dict)
    speech: str = "什么时候发货"
    lines: list[str] = field(default_factory=list)
    codes: list[Body] = field(default_factory=list)


def upload_voice(call: Call) -> Answer:
    """A recording under the caller's id."""
    recording, voice_id = call.file("media"), call.query.get("voice_id", "")
    refuse_unless(voice_id and call.query.get("format") == "mp3", 40097)
    refuse_unless(detect_format(recording.content) == "mp3", 40005)
    call.account.store(RecognitionStore).voices[voice_id] = call.now
    return OK


def get_text(call: Call) -> Answer:
    """The text, ten seconds after the upload."""
    store = call.account.store(RecognitionStore)
    uploaded = store.voices.get(call.query.get("voice_id", ""))
    if uploaded is None:
        raise Refused(40097)
    is_ready = call.now >= uploaded + READY_AFTER_SECONDS
    return {**OK, "result": store.speech if is_ready else ""}


def read_text(call: Call) -> Answer:
    """Lines of text."""
    _check_image(call)
    lines = call.account.store(RecognitionStore).lines
    return {**OK, "items": [{"text": line, "pos": {}} for line in lines], "img_size": SIZE}


def read_codes(call: Call) -> Answer:
    """QR and bar codes."""
    _check_image(call)
    codes = call.account.store(RecognitionStore).codes
    return {**OK, "code_results": codes, "img_size": SIZE}


def find_crops(call: Call) -> Answer:
    """The largest area of each ratio, from the left upper corner."""
    _check_image(call)
    ratios = [_read_ratio(text) for text in str(call.body.get("ratios") or "1.5").split(",")]
    refuse_unless(len(ratios) <= MOST_RATIOS, 47001)
    areas = []
    for ratio in ratios:
        width = min(SIZE["w"], int(SIZE["h"] * ratio))
        areas.append({
            "crop_left": 0, "crop_top": 0,
            "crop_right": width, "crop_bottom": int(width / ratio),
        })  # fmt: skip
    return {**OK, "results": areas, "img_size": SIZE}


def _read_ratio(text: str) -> float:
    """A ratio of width to height. Raises Refused with 47001 for anything else."""
    refuse_unless(RATIO.fullmatch(text) and float(text) > 0, 47001)
    return float(text)


def _check_image(call: Call) -> None:
    refuse_unless(detect_format(call.file("img").content) in ("jpg", "png"), 101002)


def _post(path: str, answer: Handler, *, has_file: bool = True) -> Interface:
    body: Literal["file", "none"] = "file" if has_file else "none"
    return Interface(method="POST", path=path, answer=answer, right=Right.AI, body=body)


FAMILY = Family(
    "recognition",
    (
        _post("/cgi-bin/media/voice/addvoicetorecofortext", upload_voice),
        _post("/cgi-bin/media/voice/queryrecoresultfortext", get_text, has_file=False),
        _post("/cv/ocr/comm", read_text),
        _post("/cv/img/qrcode", read_codes),
        _post("/cv/img/aicrop", find_crops),
    ),
    stores=(RecognitionStore,),
)
