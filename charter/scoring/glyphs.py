"""Disguise by glyphs: compatibility forms, marks, characters that print nothing or turn the line round, look-alikes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from charter.scoring.lexicon import known
from charter.scoring.mapping import Edit

# Letters that a reader takes for ASCII at a glance, after Unicode's confusables table (UTS 39): Cyrillic, Greek,
# Armenian and Cherokee ones, small capitals and phonetic signs, white letters on black.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏԛԝьгптнкмвАВЕКМНОРСТХУІЈЅԚԜοαεικνρτυχηΑΒΕΖΗΙΚΜΝΟΡΤΥΧգհոռսցօքᎪᏴᏟᎠᎬᎻᏆᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ",
    "aeopcyxijsdhlqwbrntnkmvABEKMHOPCTXYIJSQWoaeikvptuxnABEZHIKMNOPTYXqhnnugofABCDEHIJKLMPRSTVWZ",
) | str.maketrans(
    "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɡɑɩıȷʋⱪ🅰🅱🅲🅳🅴🅵🅶🅷🅸🅹🅺🅻🅼🅽🅾🅿🆀🆁🆂🆃🆄🆅🆆🆇🆈🆉",
    "abcdefghijklmnoprstuvwyzgaiijvkabcdefghijklmnopqrstuvwxyz",
)
_UPSIDE_DOWN = str.maketrans("ɐqɔpǝɟƃɓɥᴉıɾʞlɯuodbɹsʇnʌʍxʎz", "abcdefgghiijklmnopqrstuvwxyz")
_TURNED = re.compile(r"[^\S\n]*[a-zɐɔǝɟƃɓɥᴉıɾʞɯɹʇʌʍʎ'˙¿¡,. ]*[ɐɔǝɟƃɥɹʇʌʍʎ][a-zɐɔǝɟƃɓɥᴉıɾʞɯɹʇʌʍʎ'˙¿¡,. ]*+")
_HAS_TURNED = re.compile(r"[ɐɔǝɥɹʇʌʍʎ]")

_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_MARKS = r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_CLUSTER = re.compile(rf"(?:[\x00-\x7f](?=[{_MARKS}])|[^\x00-\x7f])[{_MARKS}]*+")
_RAISED = re.compile(r"[ªºʰ-ʸˡ-ˣᴬ-ᵪⁱⁿₐ-ₜⱼⱽ]{3,}")
_FOREIGN_SIGNS = (
    r"\u0370-\u058f\u13a0-\u13ff\u0131\u0237\u0250-\u02af\u1d00-\u1d7f\u2c6a\ua730-\ua731\U0001f170-\U0001f189"
)
_FOREIGN = re.compile(rf"[{_FOREIGN_SIGNS}]")
_MIXED = re.compile(rf"[A-Za-z][{_FOREIGN_SIGNS}]|[{_FOREIGN_SIGNS}][A-Za-z]")
# Letters of other alphabets, as against the signs in which pronunciation is written.
_LETTERED = re.compile(r"[\u0370-\u058f\u13a0-\u13ff]")
_WORD = re.compile(r"[\w\U0001f170-\U0001f189]+")
_CAPITALS = re.compile(r"[ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢsxq]*[ᴀʙᴄᴅᴇꜰɢʜᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ][ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢsxq]+")
_PICTURE = r"(?:[^\x00-\x7f\w\s\u2010-\u2027\u00b7\u2032\u2044]\ufe0f?)+"
_PARTED = re.compile(rf"(?<![A-Za-z])[A-Za-z](?:{_PICTURE}[A-Za-z]){{2,}}+(?![A-Za-z])")
_ANY_PARTED = re.compile(rf"(?<![A-Za-z])[A-Za-z](?:{_PICTURE}[A-Za-z])++(?![A-Za-z])")
_OVERRIDDEN = re.compile(r"\u202e([^\u202c\n]*+)\u202c?")
_TAGS = re.compile(r"[\U000e0020-\U000e007f]{2,}+")
_FLAG = "\U0001f3f4"
_MOST_EXPANDED = 4
_KEPT_TAGS = ("<super>", "<sub>", "<fraction>")
_LETTERS_KNOWN = 0.3
_MOST_MARKED = 0.2


def compatibility(text: str, _flags: set[str]) -> Iterator[Edit]:
    """Styled letters to plain ones, typographic apostrophes to typewriter ones, marks off Latin letters that cannot
    bear them; raised and lowered figures, fractions and other scripts stay.
    """
    raised = bool(_RAISED.search(text))
    clusters = list(_CLUSTER.finditer(text))
    marked = sum(cluster.group()[0].isascii() for cluster in clusters) > _MOST_MARKED * len(text)
    for cluster in clusters:
        seen = cluster.group()
        if seen in "’‘":
            yield Edit(cluster.start(), cluster.end(), "'")
            continue
        folded = _folded(seen[0], raised=raised) + seen[1:]
        if len(seen) > 1:
            folded = seen[0] if marked and seen[0].isascii() else _composed(folded)
        if folded != seen:
            yield Edit(cluster.start(), cluster.end(), folded)


def _folded(sign: str, *, raised: bool) -> str:
    if sign.isascii() or (raised and sign.isdigit()):
        return sign
    tag = unicodedata.decomposition(sign).partition(" ")[0]
    if not tag.startswith("<") or (tag in _KEPT_TAGS and not raised):
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    told = (
        tag == "<wide>"
        or plain == " "
        or (any(letter.isalnum() for letter in plain) and not (tag == "<circle>" and plain.isdigit()))
    )
    return plain if plain.isascii() and told and len(plain) <= _MOST_EXPANDED else sign


def _composed(cluster: str) -> str:
    composed = unicodedata.normalize("NFC", cluster)
    if not unicodedata.name(composed[0], "").startswith("LATIN"):
        return composed
    return composed[0] + "".join(sign for sign in composed[1:] if unicodedata.category(sign) not in ("Mn", "Me"))


def turned_line(text: str, flags: set[str]) -> Iterator[Edit]:
    """What stands after a right-to-left override, in the order in which it is seen."""
    for run in _OVERRIDDEN.finditer(text):
        if run.group(1):
            flags.add("reversed")
            yield Edit(run.start(), run.end(), run.group(1)[::-1])


def upside_down(text: str, flags: set[str]) -> Iterator[Edit]:
    """Lines of letters turned upside down, which run backwards."""
    if not _HAS_TURNED.search(text):
        return
    for run in _TURNED.finditer(text):
        read = run.group().translate(_UPSIDE_DOWN)[::-1]
        words = re.findall(r"[a-z']+", read)
        if sum(known(word) for word in words) > _LETTERS_KNOWN * len(words):
            flags.add("reversed")
            yield Edit(run.start(), run.end(), read.strip() if len(read.strip()) else read)


def tagged(text: str, flags: set[str]) -> Iterator[Edit]:
    """ASCII hidden in Unicode's tag characters, made visible; the flags of regions stay."""
    for run in _TAGS.finditer(text):
        if text[max(run.start() - 1, 0)] == _FLAG:
            continue
        flags.add("hidden")
        yield Edit(
            run.start(), run.end(), "".join(chr(ord(sign) - 0xE0000) for sign in run.group()).replace("\x7f", "")
        )


def invisible(text: str, flags: set[str]) -> Iterator[Edit]:
    """Characters that print nothing: format controls, variation selectors, fillers; those inside emoji and foreign
    words, which shape them, stay.
    """
    for match in _NON_ASCII.finditer(text):
        sign, at = match.group(), match.start()
        if not (unicodedata.category(sign) == "Cf" or _selects(sign) or sign in "\u034f\u115f\u1160\u3164\uffa0\u2800"):
            continue
        if (sign in "\u200c\u200d" or _selects(sign)) and at and _shaped(text[at - 1]):
            continue
        around = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
        if any(neighbour.isascii() and neighbour.isalnum() for neighbour in around):
            flags.add("zero_width")
        yield Edit(at, at + 1, "")


def _selects(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0000" <= sign <= "\U000e01ef"


def _shaped(before: str) -> bool:
    """Whether a joiner or selector after this sign belongs to it: pictures, and scripts that join."""
    return not before.isascii() and unicodedata.category(before) in ("So", "Sk", "Mn", "Mc", "Lo", "Sm", "Po")


def lookalikes(text: str, flags: set[str]) -> Iterator[Edit]:
    """Foreign letters in Latin words, and whole look-alike words that read as English; real Cyrillic and Greek stay."""
    if not _FOREIGN.search(text):
        return
    mixed = bool(_MIXED.search(text))
    folds = [(word, word.group().translate(_LOOKALIKES)) for word in _WORD.finditer(text)]
    folds = [(word, folded) for word, folded in folds if _FOREIGN.search(word.group())]
    capitals = any(_CAPITALS.fullmatch(word.group()) for word, _ in folds)
    genuine = any(not folded.isascii() for _, folded in folds)
    for word, folded in folds:
        seen = word.group()
        pronounced = text[word.start() - 1 : word.start()] in ("/", "[") and not _LETTERED.search(seen)
        if not folded.isascii() or pronounced:
            continue
        alike = known(folded.lower()) or bool(_CAPITALS.fullmatch(seen))
        if _MIXED.search(seen) and (alike or any(sign.isalpha() and sign.isascii() for sign in seen)):
            pass
        elif len(seen) == 1:
            if not capitals and (not mixed or genuine or not "\u0400" <= seen <= "\u052f"):
                continue
        elif not alike and (genuine or not mixed):
            continue
        flags.add("homoglyph")
        yield Edit(word.start(), word.end(), folded, one_to_one=True)


def pictures_between(text: str, flags: set[str]) -> Iterator[Edit]:
    """Emoji and other signs that part the letters of a word; short words too, once a longer one is so parted."""
    if not _PARTED.search(text):
        return
    flags.add("spaced")
    for run in _ANY_PARTED.finditer(text):
        for gap in re.finditer(r"[^A-Za-z]+", run.group()):
            yield Edit(run.start() + gap.start(), run.start() + gap.end(), "")
