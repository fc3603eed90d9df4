"""The fields of each message and event that WeChat pushes, without the envelope."""

from app.simulator.callback.wire import Fields, FieldValue


def text(content: str) -> Fields:
    return {"MsgType": "text", "Content": content}


def menu_tap(content: str, menu_id: str) -> Fields:
    """A tapped item of a msgmenu comes back as a text that names the item."""
    return {"MsgType": "text", "Content": content, "bizmsgmenuid": menu_id}


def image(
    pic_url: str = "http://mmbiz.qpic.cn/mmbiz_jpg/picture/0", media_id: str = "media-image"
) -> Fields:
    return {"MsgType": "image", "PicUrl": pic_url, "MediaId": media_id}


def voice(recognition: str | None = None, media_id: str = "media-voice") -> Fields:
    """`recognition` is None where recognition is switched off, "" where it understood nothing."""
    recognition_fields: Fields = {} if recognition is None else {"Recognition": recognition}
    return {"MsgType": "voice", "MediaId": media_id, "Format": "amr", **recognition_fields}


def video(media_id: str = "media-video", thumb_media_id: str = "media-thumb") -> Fields:
    return {"MsgType": "video", "MediaId": media_id, "ThumbMediaId": thumb_media_id}


def shortvideo(media_id: str = "media-video", thumb_media_id: str = "media-thumb") -> Fields:
    return {"MsgType": "shortvideo", "MediaId": media_id, "ThumbMediaId": thumb_media_id}


def location(latitude: float, longitude: float, label: str = "", scale: int = 15) -> Fields:
    return {
        "MsgType": "location",
        "Location_X": latitude,
        "Location_Y": longitude,
        "Scale": scale,
        "Label": label,
    }


def link(title: str, url: str, description: str = "") -> Fields:
    return {"MsgType": "link", "Title": title, "Description": description, "Url": url}


def event(name: str, **fields: FieldValue) -> Fields:
    return {"MsgType": "event", "Event": name, **fields}


def subscribe(scene: str | None = None, ticket: str = "ticket") -> Fields:
    """Followed; with a scene, by scanning the account's QR code that carries it."""
    if scene is None:
        return event("subscribe", EventKey="")
    return event("subscribe", EventKey=f"qrscene_{scene}", Ticket=ticket)


def unsubscribe() -> Fields:
    return event("unsubscribe", EventKey="")


def scan(scene: str, ticket: str = "ticket") -> Fields:
    return event("SCAN", EventKey=scene, Ticket=ticket)


def whereabouts(latitude: float, longitude: float, precision: float = 65.0) -> Fields:
    """The LOCATION event that the app reports by itself; a location someone sends is a message."""
    return event("LOCATION", Latitude=latitude, Longitude=longitude, Precision=precision)


def click(key: str) -> Fields:
    return event("CLICK", EventKey=key)


def view(url: str, menu_id: str = "menu") -> Fields:
    return event("VIEW", EventKey=url, MenuId=menu_id)
