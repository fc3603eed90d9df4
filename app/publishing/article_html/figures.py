"""Images with captions, and tables: both as wide as the phone."""

from app.publishing.article_html.trees import Element, is_empty, make, replace, text_of

_TEXT_BLOCKS = frozenset({"p", "div", "section"})


def draw_images(root: Element) -> None:
    """Make a figure of each image that stands alone; its caption is its title, else its alt text.

    Images in a line of text stay there; images without a source go.
    """
    for image in list(root.iter("img")):
        if not image.get("src", "").strip():
            image.drop_tree()
    alone = {image for parent in _parents(root) if _only_images(parent) for image in parent}
    for image in list(root.iter("img")):
        _draw_image(image, image in alone)
    for parent in list(root.iter("p", "div")):
        if any("figure" in child.get("class", "").split() for child in parent):
            parent.drop_tag()
    for figure in list(root.iter("figure")):
        figure.tag = "section"
        figure.set("class", "figure")
    for caption_element in list(root.iter("figcaption")):
        caption_element.tag = "p"
        caption_element.set("class", "caption")


def _parents(root: Element) -> list[Element]:
    """The blocks that hold images directly, each once."""
    parents = {image.getparent(): None for image in root.iter("img")}
    return [parent for parent in parents if parent is not None and parent.tag in _TEXT_BLOCKS]


def _draw_image(image: Element, is_alone: bool) -> None:
    caption = image.attrib.pop("title", None) or image.get("alt") or ""
    parent = image.getparent()
    if parent is None or parent.tag in {"figure", "td", "th"}:
        image.set("class", "image")
    elif is_alone:
        replace(image, _make_figure(image, caption))
    else:
        image.set("class", "inline-image")


def _only_images(element: Element) -> bool:
    own_text = (element.text or "") + "".join(child.tail or "" for child in element)
    return not own_text.strip() and all(child.tag in {"img", "br"} for child in element)


def _make_figure(image: Element, caption: str) -> Element:
    figure = make("section", "figure")
    copy = make("img", "image")
    for name in ("src", "alt", "style"):
        if image.get(name):
            copy.set(name, image.get(name))
    figure.append(copy)
    if caption.strip():
        figure.append(make("p", "caption", caption.strip()))
    return figure


def draw_tables(root: Element) -> None:
    """Wrap each table in a section; empty tables go."""
    for table in list(root.iter("table")):
        if is_empty(table):
            table.drop_tree()
            continue
        for column in list(table.iter("colgroup", "col")):
            column.drop_tree()
        for number, row in enumerate(table.iter("tr")):
            row.set("class", "row-even" if number % 2 else "row-odd")
        parent = table.getparent()
        if parent is not None and "table" in parent.get("class", "").split():
            continue
        wrapper = make("section", "table")
        wrapper.tail, table.tail = table.tail, None
        if parent is not None:
            parent.replace(table, wrapper)
        wrapper.append(table)


def take_title(root: Element) -> str:
    """Remove the first heading of level 1 and return its text; other such headings become h2."""
    title = ""
    for heading in list(root.iter("h1")):
        if not title and (text := text_of(heading)):
            title = text
            heading.drop_tree()
        else:
            heading.tag = "h2"
    return title
