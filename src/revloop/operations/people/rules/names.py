"""Names of people and of companies: when two of them differ, and when they are only spelled so.

Two names do not differ if every word of the shorter one has its own counterpart in the longer one:
the same word, its initial, a short form of it, or, in longer words, one slip of the pen. Ann Smith,
A. Smith, Smith, Annie Smith and "SMITH, Ann" do not differ; Ann Smith and Ann Jones do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from revloop.operations.people.rules.text import clean, listed, words

_NO_NAMES = listed(
    "dr prof professor mr mrs ms mx miss herr frau mme mlle monsieur madame senor senora "
    "dipl phd mba msc bsc esq"
)
_SHORT_FORMS = tuple(
    listed(group)
    for group in (
        "alexander alex sasha sandro",
        "alexandra alex sandra sasha",
        "andreas andrew andy drew",
        "ann anna anne annie",
        "anthony tony",
        "barbara barb babs",
        "benjamin ben benny",
        "catherine katherine kathryn kate katie kathy cathy",
        "charles charlie chuck",
        "christina christine chris tina",
        "christopher christoph christian chris",
        "daniel dan danny",
        "david dave",
        "deborah deb debbie",
        "edward ed eddie ted",
        "elizabeth elisabeth liz lisa beth betty eliza",
        "francis frank",
        "frederick friedrich fred fritz",
        "gabriele gaby gabi",
        "gregory greg",
        "james jim jimmy jamie",
        "jennifer jen jenny",
        "johannes john johann hans hannes",
        "jonathan jon",
        "joseph josef joe joey sepp",
        "joshua josh",
        "kenneth ken kenny",
        "lawrence larry",
        "margaret maggie meg peggy",
        "matthew matthias matt",
        "michael mike mick michi",
        "nicholas nikolaus nick klaus nico",
        "pamela pam",
        "patricia pat patty tricia",
        "patrick pat paddy",
        "peter pete",
        "philip philipp phil",
        "rebecca becky",
        "richard rick dick rich",
        "robert rob bob bobby",
        "ronald ron",
        "samuel samantha sam",
        "stephen steven stefan stephan steve",
        "susan susanne sue suzy",
        "theresa teresa terry",
        "theodore theo ted",
        "thomas tom tommy",
        "timothy tim",
        "victoria vicky",
        "wilhelm william will bill billy willi",
        "zachary zach",
    )
)
_LEGAL_FORMS = listed(
    "inc incorporated corp corporation co company llc llp lp ltd limited plc pllc pty gmbh mbh ag "
    "kg kgaa ohg ug ev eg se sa sas sarl sl slu srl spa bv nv oy oyj ab as asa aps kk kft sro zoo "
    "cv ltda the group holding holdings international"
)
_SLIP_FROM = 6
"""A slip is forgiven in words of six letters or more: Mark and Mary are two people."""
_NAMES_TOO_MANY = 4
_COMPANIES_ALIKE = 85
Differ = Callable[[str, str], bool]


def person_name(first: str | None, last: str | None, whole: str | None = None) -> str:
    """The words of a name in one order and one spelling, "" if there is none."""
    first, last = clean(first), clean(last)
    return _person_name(first, last, "" if first and last else clean(whole))


@lru_cache(maxsize=1 << 16)
def _person_name(first: str, last: str, whole: str) -> str:
    if whole and len(whole) > len(first) + len(last):
        family, comma, given = whole.partition(",")
        text = f"{given} {family}" if comma else whole
    else:
        text = f"{first} {last}"
    if "@" in text:
        return ""
    return " ".join(word for word in words(text) if word not in _NO_NAMES and not word.isdigit())


def family_first(first: str | None, last: str | None, whole: str | None = None) -> str:
    """The same words as `person_name`, family name first; without one that is the last word."""
    in_order = person_name(first, last, whole)
    family = person_name("", last)
    if not family or not in_order.endswith(f" {family}"):
        family = in_order.rpartition(" ")[2]
    given = in_order.removesuffix(family).rstrip()
    return f"{family} {given}" if given else family


def people_differ(one: str, other: str) -> bool:
    """Whether two names in the form of `person_name` are those of different people."""
    shorter, longer = sorted((one.split(), other.split()), key=lambda name: (len(name), name))
    left = list(longer)
    # Whole words first, so that an initial does not take the counterpart of a longer word.
    for word in sorted(shorter, key=len, reverse=True):
        found = word if word in left else next((each for each in left if _alike(word, each)), None)
        if found is None:
            return True
        left.remove(found)
    return False


@lru_cache(maxsize=1 << 14)
def _alike(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    if any(one in group and other in group for group in _SHORT_FORMS):
        return True
    return min(len(one), len(other)) >= _SLIP_FROM and OSA.distance(one, other) <= 1


def short_form_of(word: str) -> str:
    """One word for a given name and its short forms, the same for all of them."""
    return _LONG_FORMS.get(word, word)


_LONG_FORMS = {
    word: min(group, key=lambda each: (-len(each), each))
    for group in reversed(_SHORT_FORMS)
    for word in sorted(group)
}


@lru_cache(maxsize=1 << 16)
def company_name(text: str | None) -> str:
    """The name of a company without its legal form: Acme Holdings, Inc. is acme."""
    text = clean(text).replace("&", " and ")
    all_words = [word for word in words(text) if word != "and"]
    own = [word for word in all_words if word not in _LEGAL_FORMS]
    return " ".join(own or all_words)


def companies_differ(one: str, other: str) -> bool:
    """Whether two names in the form of `company_name` are those of different companies."""
    first, second = set(one.split()), set(other.split())
    return not (
        first <= second
        or second <= first
        or fuzz.ratio(one.replace(" ", ""), other.replace(" ", "")) >= _COMPANIES_ALIKE
    )


def too_many_differ(names: Iterable[str], differ: Differ) -> bool:
    """Whether more than three of the names differ, each from each.

    Adding a name never makes it false, which is why it does not matter in what order names arrive.
    """
    distinct = sorted({name for name in names if name})
    return len(distinct) >= _NAMES_TOO_MANY and _find_differing(distinct, _NAMES_TOO_MANY, differ)


def _find_differing(names: Sequence[str], wanted: int, differ: Differ) -> bool:
    if wanted <= 1:
        return len(names) >= wanted
    return any(
        _find_differing(
            [other for other in names[place + 1 :] if differ(name, other)], wanted - 1, differ
        )
        for place, name in enumerate(names[: len(names) - wanted + 1])
    )
