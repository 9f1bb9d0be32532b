"""The register writes in capitals: how a person would write it, and whether two say the same.

What comes out is proposed to a person, who knows better what a name is.
"""

import re

from cms.polish import transliterate

# Written small within a name.
SMALL = frozenset(
    {
        *("a", "bez", "dla", "do", "i", "im", "imienia", "ku", "na", "nad", "o", "od", "oraz"),
        *("po", "pod", "przy", "przez", "u", "w", "we", "z", "za", "ze"),
    }
)
# So too, and the first word of a street's name as well: „ul. św. Floriana”.
TITLES = frozenset(
    ("dr", "gen", "hm", "kpt", "ks", "mjr", "nr", "płk", "por", "ppłk", "prof", "św", "śp")
)
SMALL_ENDINGS = {"W LIKWIDACJI": "w likwidacji", "W ORGANIZACJI": "w organizacji"}
# Short names that stay in capitals although they have vowels.
CAPITALS = frozenset(
    ("AA", "AZS", "COP", "LGD", "LOK", "NGO", "OHP", "OPP", "OSP", "PZERII", "UE", "UKS", "UTW")
)
ROMAN = re.compile(r"[IVX]+")
VOWELS = frozenset("AEIOUYĄĘÓ")
STREETS = ("UL.", "AL.", "PL.", "OS.", "ALEJA", "ALEJE", "PLAC", "OSIEDLE", "RYNEK", "RONDO")
_WORD = re.compile(r"[^\W_]+(?:\.(?=[^\W_]))?", re.UNICODE)
# „Z O.O.” is no initial.
_LIABILITY = re.compile(r"\bO\. ?O\b")
_QUOTED = re.compile(r"[\"„”“«»'’]([^\"„”“«»'’]+)[\"„”“«»'’]")


def readable(text: str) -> str:
    """Return a name as people write it; one that is not all in capitals stays as it is."""
    if text != text.upper():
        return text
    ending = next((one for one in SMALL_ENDINGS if text.endswith(one)), "")
    begun = _WORD.sub(_cased, text.removesuffix(ending))
    done = begun[:1].upper() + begun[1:] + SMALL_ENDINGS.get(ending, "")
    return _QUOTED.sub(r"„\1”", done)


def readable_street(text: str) -> str:
    """Return a street with „ul.” before it, unless it is a square or an estate."""
    if not text.upper().startswith(STREETS):
        return f"ul. {_readable_patron(text)}"
    kind, _space, name = text.partition(" ")
    small = kind.lower() if kind.endswith(".") else kind.capitalize()
    return f"{small} {_readable_patron(name)}".strip()


def _readable_patron(text: str) -> str:
    name = readable(text)
    first = _WORD.match(text)
    is_title = first is not None and first.group().isupper() and _bare(first) in TITLES
    return name[:1].lower() + name[1:] if is_title else name


def fold(text: str) -> str:
    """Return what two spellings of the same have in common: letters and digits, nothing else."""
    plain = transliterate(text).casefold()
    words = re.findall(r"[a-z0-9]+", plain)
    return "".join(word for word in words if word != "ul")


def _bare(match: re.Match[str]) -> str:
    return match.group().rstrip(".").lower()


def _cased(match: re.Match[str]) -> str:
    word = match.group()
    bare = word.rstrip(".")
    has_dot = match.string[match.start() + len(bare) :].startswith(".")
    is_liability = bare == "O" and _LIABILITY.search(match.string)
    if len(bare) == 1 and has_dot and not is_liability:
        return word
    if bare.lower() in SMALL | TITLES:
        return word.lower()
    is_initials = len(bare) > 1 and not VOWELS & set(bare)
    if bare in CAPITALS or ROMAN.fullmatch(bare) or is_initials or any(map(str.isdigit, bare)):
        return word
    return word.capitalize()
