"""Lists, drawn as sections: the editor of WeChat takes nested lists apart.

Each item is a section with its marker in front; the depth is a class that the theme indents.
"""

from app.publishing.article_html.trees import BLOCKS, Element, append_text, is_empty, make, replace

MAX_DEPTH = 6  # deeper items are indented like the sixth level
_BULLETS = ("•", "◦", "▪")


def draw_lists(root: Element) -> None:
    """Replace every outermost list of the tree by sections."""
    for outer in [element for element in root.iter("ul", "ol") if not _inside_list(element)]:
        replace(outer, *_draw_list(outer, 1))


def _inside_list(element: Element) -> bool:
    return any(ancestor.tag in {"ul", "ol"} for ancestor in element.iterancestors())


def _draw_list(outer: Element, depth: int) -> list[Element]:
    sections: list[Element] = []
    number = _first_number(outer)
    for item in outer:
        if item.tag in {"ul", "ol"}:  # a list directly in a list
            sections += _draw_list(item, depth + 1)
        else:
            marker = f"{number}." if outer.tag == "ol" else _BULLETS[min(depth, 3) - 1]
            sections += _draw_item(item, marker, depth)
            number += 1
    return sections


def _first_number(outer: Element) -> int:
    start = outer.get("start", "1")
    return int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1


def _draw_item(item: Element, marker: str, depth: int) -> list[Element]:
    level = min(depth, MAX_DEPTH)
    line = make("section", f"item item-{level}")
    line.append(make("span", "marker", _task_marker(item) or marker))
    line[0].tail = " "
    append_text(line, (item.text or "").strip("\n"))
    sections = [line]
    for child in list(item):
        tail, child.tail = child.tail, None
        if child.tag in {"ul", "ol"}:
            sections += _draw_list(child, depth + 1)
        elif child.tag == "p" and sections == [line] and not _has_content(line):
            _move_inline(child, line)
        elif child.tag in BLOCKS:
            more = make("section", f"item-more item-{level}")
            more.append(child)
            sections.append(more)
        else:
            target = sections[-1] if "item" in sections[-1].get("class", "").split() else line
            target.append(child)
        if tail and tail.strip():
            append_text(line if len(sections) == 1 else _new_line(sections, level), tail)
        elif tail and len(sections) == 1:
            append_text(line, tail.replace("\n", " "))
    return [section for section in sections if not is_empty(section)]


def _new_line(sections: list[Element], level: int) -> Element:
    line = make("section", f"item-more item-{level}")
    sections.append(line)
    return line


def _has_content(line: Element) -> bool:
    marker = line[0]
    return len(line) > 1 or bool((marker.tail or "").strip())


def _move_inline(paragraph: Element, line: Element) -> None:
    append_text(line, paragraph.text)
    for child in list(paragraph):
        line.append(child)


def _task_marker(item: Element) -> str | None:
    """☑ or ☐ for an item of a task list, whose checkbox is removed."""
    for box in item.iter("input"):
        if next(ancestor for ancestor in box.iterancestors("li")) is not item:
            continue
        checked = box.get("checked") is not None
        box.drop_tree()
        return "☑" if checked else "☐"
    return None
