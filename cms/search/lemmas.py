"""Polish lemmas: the form under which a dictionary lists a word ("organizacjom": "organizacja").

simplemma knows one lemma for each form. It does its work on words as they are written, before
anything is folded.
"""

import re
from functools import cache, lru_cache
from threading import Thread

import simplemma
import structlog
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY
from simplemma.strategies.dictionaries.dictionary_factory import DictionaryFactory

from cms.search.dictionary import LANGUAGE, FileDictionary, FileDictionaryFactory, file_path

logger = structlog.get_logger(__name__)

VERSION = simplemma.__version__
CACHED_WORDS = 16_384  # some 3 MB in each process
# How words that are typed without Polish letters may go on: "lawce" for „ławce”.
MOST_SPELLINGS = 8
POLISH_LETTERS = {
    "a": "aą", "c": "cć", "e": "eę", "l": "lł", "n": "nń", "o": "oó", "s": "sś", "z": "zźż",
}  # fmt: skip
INFINITIVES = ("ć", "c")
# "działa-ń", "szkole-ni-ami", "zaję-ci-om", but not "robi-cie", "pły-nie".
NOUN_OF_ACTION = re.compile(
    r"(.*(?:[ae](?=[nń])|[ęr](?=[cć])))(?:ń|ć|([nc]i)(?:e|a|u|em|om|ami|ach))"
)
SOFT_ENDINGS = {"ń": "ni", "ć": "ci"}


@cache
def _factory() -> DictionaryFactory:
    """Return the dictionary in its file, or in memory where DATA_DIR cannot be written."""
    factory = FileDictionaryFactory(file_path())
    try:
        factory.get_dictionary(LANGUAGE)
    except OSError as error:
        logger.warning("dictionary_kept_in_memory", error=type(error).__name__)
        return LOW_MEMORY_DICTIONARY_FACTORY
    return factory


@cache
def _strategy() -> DefaultStrategy:
    return DefaultStrategy(dictionary_factory=_factory())


@cache
def _lemmatizer() -> Lemmatizer:
    return Lemmatizer(cache_max_size=CACHED_WORDS, lemmatization_strategy=_strategy())


def prepare() -> None:
    """Have the dictionary at hand: the first process on a machine writes it, for some seconds.

    Whoever will write documents calls it before the lock of the sequence is taken.
    """
    _lemmatizer()


def prepare_in_background() -> None:
    """Do so in a thread, for a web process that shall answer at once."""
    Thread(target=prepare, name="dictionary", daemon=True).start()


def lemma_of(word: str) -> str:
    """Return the lemma of a word as it is written; of an unknown word, itself in small letters."""
    lemma = _lemmatizer().lemmatize(word, LANGUAGE)
    return _noun_of_verb(word.lower(), lemma) or lemma


def _noun_of_verb(word: str, lemma: str) -> str | None:
    """Return the noun of an action that simplemma takes for a form of the verb, or None.

    "szkoleń" is to it a form of „szkolić”, although "szkoleniach" is one of „szkolenie”.
    """
    found = NOUN_OF_ACTION.fullmatch(word)
    if not found or not lemma.endswith(INFINITIVES):
        return None
    noun = f"{found[1]}{found[2] or SOFT_ENDINGS[word[-1]]}e"
    return noun if is_known(noun) else None


def is_known(word: str) -> bool:
    """Whether the dictionary has the form, as it is written."""
    return _strategy().is_dictionary_member(word, LANGUAGE)


@lru_cache(maxsize=2048)
def lemmas_of(word: str) -> frozenset[str]:
    """Return all lemmas under which a word of a query may stand in the index.

    It may be a name in small letters, or be typed without Polish letters.
    """
    spellings = {word, word.lower(), word.capitalize(), *polish_spellings(word.lower())}
    return frozenset(lemma_of(spelling) for spelling in spellings)


def polish_spellings(word: str) -> list[str]:
    """Return the known words that an unknown one is without its Polish letters.

    Letter by letter, only what some word of the dictionary begins with is followed.
    """
    dictionary = _factory().get_dictionary(LANGUAGE)
    if not (word.isascii() and word.isalpha() and isinstance(dictionary, FileDictionary)):
        return []
    if is_known(word):
        return []
    begun = [""]
    for letter in word:
        longer = (start + one for start in begun for one in POLISH_LETTERS.get(letter, letter))
        begun = [start for start in longer if dictionary.has_beginning(start)][:MOST_SPELLINGS]
    return [spelling for spelling in begun if is_known(spelling)]
