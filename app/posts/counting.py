"""How platforms count texts: pure functions from a text to a number."""

import regex

_GRAPHEME = regex.compile(r"\X")
_HASHTAG = regex.compile(r"(?<![\w/&#])[#＃](?=\w*[^\W\d_])(\w+)")
# Instagram links a hashtag wherever a # stands, digits and emoji included.
_ANY_HASHTAG = regex.compile(r"[#＃](?=[\w\p{Extended_Pictographic}])")
_MENTION = regex.compile(r"(?<![\w.])@\w")
# Only ASCII: where a server takes more for the address, it counts less than we do.
_ADDRESS = regex.compile(r"https?://[\x21-\x7e]*[\w/#=&%+~$-]", regex.ASCII)
_REMOTE_MENTION = regex.compile(r"(?<![\w/=])(@[\w.-]+)@[\w.-]+\w", regex.ASCII)
_ADDRESS_COUNTS = "x" * 23


def code_points(text: str) -> int:
    """Unicode code points."""
    return len(text)


def utf16_units(text: str) -> int:
    """UTF-16 units, of which most emoji take two, as JavaScript and Java count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8_bytes(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def graphemes(text: str) -> int:
    """What a reader sees as one character: extended grapheme clusters (Unicode UAX 29)."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def mastodon_characters(text: str) -> int:
    """Graphemes, an address as 23 of them and a mention without its server (docs.joinmastodon.org, posting)."""
    return graphemes(_REMOTE_MENTION.sub(r"\1", _ADDRESS.sub(_ADDRESS_COUNTS, text)))


def hashtags(text: str) -> list[str]:
    """The hashtags written in a text, without their sign; numbers alone and parts of addresses are none."""
    return [str(found[1]) for found in _HASHTAG.finditer(text)]


def instagram_hashtags(text: str) -> int:
    """Hashtags as Instagram counts them: every one, also a repeated one and one that follows without a space."""
    return sum(1 for _ in _ANY_HASHTAG.finditer(text))


def mentions(text: str) -> int:
    """Names with an @; addresses of mail are none."""
    return sum(1 for _ in _MENTION.finditer(text))
