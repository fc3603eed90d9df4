"""Replaces numbers and addresses that identify a person or an order by placeholders."""

import re
from collections import Counter

PLACEHOLDERS = {
    "email": "〔邮箱〕",
    "url": "〔网址〕",
    "id_card": "〔身份证〕",
    "phone": "〔电话〕",
    "bank_card": "〔银行卡〕",
    "order": "〔单号〕",
}
PLACEHOLDER = re.compile("|".join(PLACEHOLDERS.values()))

# \b and \w would take Chinese characters for parts of a number: 电话13800138000谢谢
PRIVATE = re.compile(
    r"""
    (?P<email> (?<![A-Z0-9._%+-]) [A-Z0-9._%+-]{1,64} @ (?:[A-Z0-9-]{1,63}\.)+ [A-Z0-9-]{2,63} )
  | (?P<url>
        (?: [A-Z][A-Z0-9+.-]{1,20}:// | www\. )
        [A-Z0-9._~:/?\#\[\]@!$&'()*+,;=%-]* [A-Z0-9/_=&\#%~-]
      | (?<![A-Z0-9@._-]) (?:[A-Z0-9-]{1,63}\.)+
        (?:com|cn|net|org|edu|gov|top|shop|cc|co|me|io|tv|vip|xyz|info) (?![A-Z0-9.-]*[A-Z0-9])
        (?: / (?: [A-Z0-9._~:/?\#\[\]@!$&'()*+,;=%-]* [A-Z0-9/_=&\#%~-] )? )?
    )
  | (?<![0-9]) (?:
        (?P<id_card>
            [1-9][0-9]{5} (?:18|19|20)[0-9]{2} (?:0[1-9]|1[0-2]) (?:0[1-9]|[12][0-9]|3[01])
            [0-9]{3}[0-9X]
        )
      | (?P<phone>
            (?:(?:\+|00)?86[ -]?)? 1[3-9][0-9] [ -]? [0-9]{4} [ -]? [0-9]{4}
          | \(? 0(?:10|2[0-9]|[3-9][0-9]{2}) (?:\)|[ -]){0,2}
            [0-9]{3,4} [ -]? [0-9]{4} (?:(?:-|转)[0-9]{1,6})?
          | [48]00 [ -]? [0-9]{3,4} [ -]? [0-9]{3,4}
        )
      | (?P<bank_card> [3-6][0-9]{3} (?:[ -]?[0-9]{4}){3} (?:[ -]?[0-9]{1,3})? )
      | (?P<order> [0-9]{10,} )
    ) (?![0-9])
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def mask_personal_data(text: str) -> tuple[str, Counter[str]]:
    """Mask a text that is in NFKC. Returns it with placeholders, and the count of each kind.

    Kinds: e-mail and web addresses, 18-digit identity cards, mainland mobile, landline and 400
    numbers, bank cards (16 to 19 digits with a right check digit), and any other number of 10 or
    more digits as an order's. Shorter numbers are sizes, prices and dates: they stay.
    """
    counts: Counter[str] = Counter()

    def replace_match(private_match: re.Match[str]) -> str:
        kind = _kind_of_match(private_match)
        counts[kind] += 1
        return PLACEHOLDERS[kind]

    return PRIVATE.sub(replace_match, text), counts


def remove_placeholders(text: str) -> str:
    """Replace each placeholder by a space, for statistics of what people wrote."""
    return PLACEHOLDER.sub(" ", text)


def _kind_of_match(private_match: re.Match[str]) -> str:
    kind = private_match.lastgroup or ""
    return "order" if kind == "bank_card" and not _passes_luhn(private_match.group()) else kind


def _passes_luhn(number: str) -> bool:
    """Whether the check digit of a bank card is right (Luhn, ISO/IEC 7812-1)."""
    digits = [int(character) for character in reversed(number) if character.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
