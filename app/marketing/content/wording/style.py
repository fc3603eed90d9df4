"""What an account's style notes and a brief's tone change in templates. No I/O.

Templates can follow what is countable: the form of address, exclamation marks, emoji, how many
facts a text states, what it begins and ends with, words to replace and to avoid. Notes go before
the tone, and the tone before the examples of the brand's voice. Facts are never reworded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from app.marketing.content.brief import Brief, Channel
from app.marketing.content.wording.solemnity import is_solemn

_QUOTED = r"[“\"「『]([^”\"」』]{1,40})[”\"」』]"
_NEVER = r"(?:不[要能得]?|别|少|勿|无需|避免|没有|no|without|avoid|never|don't)[^，。；,;]{0,6}"
_SIGNS = {"exclamation": "感叹号|叹号|exclamation", "emoji": "表情|emoji"}
_ADDRESSED = r"(?<![不别勿])(?<!不要)(?:[用写称叫说]|称呼)(?:成|为|作|是)?[“\"「『]?"
_INFORMAL = re.compile(f"{_ADDRESSED}你(?!好)|您.{{0,3}}(?:改成|换成).{{0,2}}你")
_FORMAL = re.compile(f"{_ADDRESSED}您|你.{{0,3}}(?:改成|换成).{{0,2}}您")
_SHORT = re.compile(r"短一?些|更短|短句|简短|简洁|精炼|short|brief|concise", re.IGNORECASE)
_LONG = re.compile(r"充实|详细|长一些|写全|detailed|longer", re.IGNORECASE)
_REPLACED = re.compile(f"{_QUOTED}(?:改成|换成|改为){_QUOTED}")
_BANNED = re.compile(f"(?:不写|不用|别用|不要用|避免|禁用|avoid|don't say){_QUOTED}", re.IGNORECASE)
_OPENING = re.compile(
    f'(?:开头|开场|begin with|open with)(?!常)[^“"「『]{{0,6}}{_QUOTED}', re.IGNORECASE
)
_ENDING = re.compile(
    f'(?:结尾|末尾|最后|落款|署名|sign off with|end with)[^“"「『]{{0,6}}{_QUOTED}', re.IGNORECASE
)
_LIVELY = re.compile("活泼|热情|俏皮|欢快|元气|lively|cheerful|playful|enthusiastic", re.IGNORECASE)
_CASUAL = re.compile("活泼|俏皮|元气|随意|口语|像朋友|朋友般|年轻|casual|playful", re.IGNORECASE)
_SOBER = re.compile(
    "严肃|正式|庄重|肃穆|哀|稳重|专业|克制|平实|formal|sober|serious", re.IGNORECASE
)
_EMOJI = regex.compile(r"\p{Emoji_Presentation}")
_EMOJI_OF: dict[Channel, str] = {"moments": "✨", "broadcast": "😊", "welcome": "😊"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateStyle:
    """How texts are filled. exclaims, is_casual: None for the template's own way.

    extent: facts more (1) or fewer (-1) than a template states.
    """

    is_casual: bool | None = None
    exclaims: bool | None = None
    has_emoji: bool = False
    extent: int = 0
    opening: str = ""
    ending: str = ""
    replacements: tuple[tuple[str, str], ...] = ()
    banned: tuple[str, ...] = ()

    def reword(self, line: str) -> str:
        """A template's line, before facts are filled in, in this style."""
        for old, new in self.replacements:
            line = line.replace(old, new)
        if self.is_casual:
            line = line.replace("您", "你")
        if self.exclaims is False:
            line = line.replace("！", "。").replace("!", ".")
        elif (
            self.exclaims
            and (stop := re.search(r"[。.]$", line))
            and not line.endswith(">" + stop[0])
        ):
            line = line[:-1] + ("！" if stop[0] == "。" else "!")
        return line

    def allows(self, line: str) -> bool:
        """Whether a line has no word to avoid."""
        return not any(word in line for word in self.banned)

    def finish(self, text: str, channel: Channel) -> str:
        """The text with its ending and emoji, where the channel takes them."""
        if channel not in _EMOJI_OF:
            return text
        if self.ending and self.ending not in text:
            text = f"{text}\n{self.ending}"
        return f"{text} {_EMOJI_OF[channel]}" if self.has_emoji else text


def read_style(brief: Brief, notes: Sequence[str]) -> TemplateStyle:
    """What the account's notes ask for, then the brief's tone, then the examples of its voice.

    Texts of mourning have no exclamation marks and no emoji, whatever else is asked for.
    """
    style = TemplateStyle(banned=brief.must_not)
    for line in (
        *_list_voice_habits(brief.voice),
        *_list_tone_habits(brief.tone),
        brief.tone,
        *reversed(notes),
    ):
        style = _follow(style, line)
    is_quiet = is_solemn(brief)
    return replace(style, exclaims=False, has_emoji=False) if is_quiet else style


def _follow(style: TemplateStyle, line: str) -> TemplateStyle:
    """The style after one more line: it has its way over those before it."""
    if _INFORMAL.search(line) or _FORMAL.search(line):
        style = replace(style, is_casual=bool(_INFORMAL.search(line)))
    for key, words in _SIGNS.items():
        if re.search(words, line, re.IGNORECASE):
            is_wanted = not re.search(f"{_NEVER}(?:{words})", line, re.IGNORECASE)
            style = (
                replace(style, has_emoji=is_wanted)
                if key == "emoji"
                else replace(style, exclaims=is_wanted)
            )
    if _SHORT.search(line) or _LONG.search(line):
        style = replace(style, extent=-1 if _SHORT.search(line) else 1)
    opening, ending = _OPENING.search(line), _ENDING.search(line)
    return replace(
        style,
        opening=opening[1] if opening else style.opening,
        ending=ending[1] if ending else style.ending,
        replacements=(*style.replacements, *_REPLACED.findall(line)),
        banned=(*style.banned, *_BANNED.findall(line)),
    )


def _list_tone_habits(tone: str) -> list[str]:
    """The tone's words as notes."""
    habits = ["用感叹号"] * bool(_LIVELY.search(tone)) + ["称呼用你"] * bool(_CASUAL.search(tone))
    return habits + ["不用感叹号", "不用表情", "称呼用您"] * bool(_SOBER.search(tone))


def _list_voice_habits(voice: Sequence[str]) -> list[str]:
    """What all examples of the brand's voice have in common, as notes."""
    text = " ".join(voice)
    habits = ["称呼用你"] * ("你" in text and "您" not in text)
    habits += ["不用感叹号"] * (bool(voice) and not re.search("[!！]", text))
    return habits + ["用表情"] * bool(_EMOJI.search(text))
