"""A row of a table, as an import wrote it, in words that a person would say. No I/O."""


def speak_row(text: str) -> str:
    """「课程：壶铃；人数：6 人；单节：120 元」 as 「壶铃：人数 6 人，单节 120 元。」.

    A text that is no such row stays as it is.
    """
    cells = [cell.partition("：") for cell in text.strip().rstrip("。").split("；")]
    if len(cells) < 2 or "\n" in text or not all(name and value for name, _, value in cells):
        return text
    subject = cells[0][2].strip()
    facts = "，".join(f"{name.strip()} {value.strip()}" for name, _, value in cells[1:])
    return f"{subject}：{facts}。"
