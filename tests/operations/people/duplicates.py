"""Contacts with duplicates and dirt, and the truth of who is who.

Nothing here is measured on a real company: the shares below are assumptions, written before the
linkage was tried and not changed for it. They are what people who clean CRM data complain of.

The company's customers. 30 people work at a company on average, most companies being small. Given
and family names are as unevenly spread as in life: the commonest given name has 1 in 60 people, the
commonest family name 1 in 300. Of the first records of
people 6 in 100 have no address, 10 a private one, 1 a role mailbox; 65 have a number of their own,
1 that of their company's switchboard, 34 none. 3 in 1,000 have a namesake at their company; another
3 in 1,000 share the number at home with a relative of the same family name, who is in the data too.

Duplicates. A duplicate is a further record of somebody drawn at random, as another system would
have it; some people have three records. Address: 68 in 100 the same, 11 none, 8 a private one, 6 a
slip of the pen in it, 5 another form of it at the same company, 2 a role mailbox. Number: 52 the
same, 36 none, 10 another one, 2 the switchboard. Name: 70 the same, 8 a short form, 6 a slip in the
given or family name, 6 an initial, 4 only the family name, 3 another family name after a wedding, 3
in one column as `Family, Given`. Company: 75 the same, 15 written in another way, 10 none. 3 in 100
have changed to another company with a new address there, and half of them kept their number.

How hard that is: records that share an address or a number, whosever it is, are one person in 5 of
6 pairs, and find 3 of 4 pairs that are one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Texts = npt.NDArray[Any]
Numbers = npt.NDArray[np.int64]

_GIVEN = [
    "james",
    "mary",
    "robert",
    "patricia",
    "john",
    "jennifer",
    "michael",
    "linda",
    "david",
    "elizabeth",
    "william",
    "barbara",
    "richard",
    "susan",
    "joseph",
    "jessica",
    "thomas",
    "sarah",
    "charles",
    "karen",
    "christopher",
    "lisa",
    "daniel",
    "nancy",
    "matthew",
    "betty",
    "anthony",
    "margaret",
    "mark",
    "sandra",
    "donald",
    "ashley",
    "steven",
    "kimberly",
    "andrew",
    "emily",
    "paul",
    "donna",
    "joshua",
    "michelle",
    "kenneth",
    "carol",
    "kevin",
    "amanda",
    "brian",
    "dorothy",
    "george",
    "melissa",
    "timothy",
    "deborah",
    "ronald",
    "stephanie",
    "edward",
    "rebecca",
    "jason",
    "sharon",
    "jeffrey",
    "laura",
    "ryan",
    "cynthia",
    "jacob",
    "kathleen",
    "gary",
    "amy",
    "nicholas",
    "angela",
    "eric",
    "shirley",
    "jonathan",
    "anna",
    "stephen",
    "brenda",
    "larry",
    "pamela",
    "justin",
    "emma",
    "scott",
    "nicole",
    "brandon",
    "helen",
    "benjamin",
    "samantha",
    "samuel",
    "katherine",
    "gregory",
    "christine",
    "alexander",
    "debra",
    "patrick",
    "rachel",
    "frank",
    "carolyn",
    "raymond",
    "janet",
    "jack",
    "maria",
    "dennis",
    "heather",
    "jerry",
    "diane",
    "tyler",
    "ruth",
    "aaron",
    "julie",
    "jose",
    "olivia",
    "adam",
    "joyce",
    "nathan",
    "virginia",
    "henry",
    "victoria",
    "zachary",
    "kelly",
    "douglas",
    "lauren",
    "peter",
    "christina",
    "kyle",
    "joan",
    "noah",
    "evelyn",
    "ethan",
    "judith",
    "jeremy",
    "megan",
    "walter",
    "andrea",
    "christian",
    "cheryl",
    "keith",
    "hannah",
    "roger",
    "jacqueline",
    "terry",
    "martha",
    "austin",
    "gloria",
    "sean",
    "teresa",
    "gerald",
    "ann",
    "carl",
    "sara",
    "harold",
    "madison",
    "dylan",
    "frances",
    "arthur",
    "kathryn",
    "lawrence",
    "janice",
    "jordan",
    "jean",
    "jesse",
    "abigail",
    "bryan",
    "alice",
    "billy",
    "julia",
    "bruce",
    "judy",
    "gabriel",
    "sophia",
    "joe",
    "grace",
    "logan",
    "denise",
    "alan",
    "amber",
    "juan",
    "doris",
    "albert",
    "marilyn",
    "willie",
    "danielle",
    "elijah",
    "beverly",
    "wayne",
    "isabella",
    "randy",
    "theresa",
    "vincent",
    "diana",
    "mason",
    "natalie",
    "jürgen",
    "sabine",
    "wolfgang",
    "petra",
    "dieter",
    "monika",
    "günter",
    "ursula",
    "uwe",
    "birgit",
    "holger",
    "heike",
    "bernd",
    "anja",
    "torsten",
    "kerstin",
    "ralf",
    "silke",
    "jens",
    "katja",
    "oliver",
    "ingo",
    "bettina",
    "dirk",
    "ulrike",
    "volker",
    "claudia",
    "lukas",
    "lena",
]
_SHORT = {
    "james": "jim", "robert": "bob", "patricia": "pat", "john": "jack", "jennifer": "jen",
    "michael": "mike", "elizabeth": "liz", "william": "bill", "barbara": "barb", "richard": "rick",
    "susan": "sue", "joseph": "joe", "thomas": "tom", "charles": "chuck", "christopher": "chris",
    "daniel": "dan", "matthew": "matt", "anthony": "tony", "margaret": "peggy", "steven": "steve",
    "kimberly": "kim", "andrew": "andy", "joshua": "josh", "kenneth": "ken", "timothy": "tim",
    "deborah": "deb", "ronald": "ron", "edward": "ted", "rebecca": "becky", "jeffrey": "jeff",
    "jacob": "jake", "nicholas": "nick", "jonathan": "jon", "stephen": "steve", "pamela": "pam",
    "benjamin": "ben", "samantha": "sam", "samuel": "sam", "katherine": "kate", "gregory": "greg",
    "alexander": "alex", "patrick": "pat", "raymond": "ray", "nathan": "nate", "victoria": "vicky",
    "zachary": "zach", "douglas": "doug", "peter": "pete", "christina": "tina", "theresa": "terry",
    "gerald": "jerry", "arthur": "art", "kathryn": "kathy", "lawrence": "larry", "albert": "al",
    "wolfgang": "wolf", "günter": "gunni", "jürgen": "jogi",
}  # fmt: skip
_ONSETS = [
    "b",
    "br",
    "c",
    "ch",
    "cl",
    "d",
    "dr",
    "f",
    "fl",
    "fr",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "kl",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "sch",
    "sh",
    "sp",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
]
_VOWELS = ["a", "e", "i", "o", "u", "au", "ei", "ie", "ea", "oo"]
_CODAS = [
    "ck",
    "hl",
    "ll",
    "n",
    "nd",
    "ng",
    "nn",
    "r",
    "rd",
    "rg",
    "rk",
    "rn",
    "s",
    "ss",
    "st",
    "t",
    "tt",
    "tz",
]
_ENDINGS = [
    "berg",
    "dorf",
    "er",
    "ford",
    "ham",
    "hardt",
    "hoff",
    "ing",
    "ke",
    "land",
    "ley",
    "mann",
    "mer",
    "ner",
    "sen",
    "smith",
    "son",
    "ton",
]
_TRADES = [
    "Analytics",
    "Bau",
    "Consulting",
    "Energy",
    "Foods",
    "Logistics",
    "Medical",
    "Metall",
    "Software",
    "Systems",
]
_LEGAL = {
    "US": ["Inc.", "LLC", "Corp"],
    "DE": ["GmbH", "AG", "GmbH & Co. KG"],
    "GB": ["Ltd", "plc"],
}
_PRIVATE = ["gmail.com", "yahoo.com", "outlook.com", "gmx.de", "web.de", "hotmail.com"]
_ROLES = ["info", "sales", "office", "contact", "support"]
_TITLES = [
    "CEO",
    "CTO",
    "CFO",
    "VP Sales",
    "VP Marketing",
    "Head of IT",
    "IT Manager",
    "Account Manager",
    "Buyer",
    "Engineer",
    "Sales Manager",
    "Marketing Manager",
    "Director Operations",
    "Project Manager",
    "Consultant",
    "Analyst",
]
_PER_COMPANY = 30
_EVENNESS = 10.0
_FAMILIES = 100_000
_COUNTRIES = ("US", "DE", "GB")


@dataclass(frozen=True, slots=True)
class Sample:
    """Cards, and who they are."""

    cards: pa.Table
    """As `actions.record_contacts` takes them."""
    person: Numbers
    """The person of each card."""


def sample(contacts: int, *, duplicates: float = 0.2, seed: int = 7) -> Sample:
    """So many contact records, of which this share are further records of somebody."""
    chance = np.random.default_rng(seed)
    world = _World(chance, contacts - int(contacts * duplicates))
    first = world.first_records()
    again = world.further_records(first, int(contacts * duplicates))
    columns = {name: np.concatenate([first[name], again[name]]) for name in first}
    order = chance.permutation(contacts)
    person = columns.pop("person")[order].astype(np.int64)
    cards = {
        name: pa.array(column[order].tolist(), pa.string()) for name, column in columns.items()
    }
    references = [f"crm:{number}" for number in range(contacts)]
    return Sample(pa.table({"reference": pa.array(references), **cards}), person)


class _World:
    """Companies and the people who work there."""

    def __init__(self, chance: np.random.Generator, people: int) -> None:
        self.chance = chance
        self.people = people
        self._make_companies(max(2, people // _PER_COMPANY))
        self._make_people()

    def _make_companies(self, number: int) -> None:
        words = self._words(number)
        trade = self.chance.choice(_TRADES, number)
        self.country = self.chance.choice(_COUNTRIES, number, p=[0.5, 0.3, 0.2])
        own = [str(place) if clash else "" for place, clash in enumerate(_repeated(words))]
        self.domain = np.array(
            [
                f"{word}{clash}.{_ending(country)}"
                for word, clash, country in zip(words, own, self.country, strict=True)
            ],
            dtype=object,
        )
        self.company = np.array(
            [
                f"{word.title()}{clash} {kind}"
                for word, clash, kind in zip(words, own, trade, strict=True)
            ],
            dtype=object,
        )
        self.style = self.chance.integers(0, 4, number)
        self.switchboard = self._numbers(self.country, number)
        weights = self.chance.lognormal(0, 1.2, number)
        self.weights = weights / weights.sum()

    def _make_people(self) -> None:
        given = np.array(_GIVEN, dtype=object)
        family = np.unique(self._words(_FAMILIES, named=True))
        self.chance.shuffle(family)
        self.given = given[_uneven(self.chance, len(given), self.people, 0.5)]
        self.family = family[_uneven(self.chance, len(family), self.people, 0.75)]
        self.works_at = self.chance.choice(len(self.weights), self.people, p=self.weights)
        some = self._drawn(0.003)
        partner = self._colleague(some)
        self.given[some], self.family[some] = self.given[partner], self.family[partner]
        self.relative = self._drawn(0.003)
        self.relative_of = (self.relative + 1) % self.people
        self.family[self.relative] = self.family[self.relative_of]
        self.own_number = self._numbers(self.country[self.works_at], self.people)
        self.own_number[self.relative] = self.own_number[self.relative_of]
        self.title = self.chance.choice(_TITLES, self.people).astype(object)
        self.address = self._work_addresses()
        self.private = self._private_addresses()

    def first_records(self) -> dict[str, Texts]:
        people = np.arange(self.people)
        address = self._picked(
            [0.06, 0.10, 0.01, 0.83],
            _blank(self.people),
            self.private,
            self._role_mailboxes(self.works_at),
            self.address,
        )
        number = self._picked(
            [0.65, 0.01, 0.34],
            self.own_number,
            self.switchboard[self.works_at],
            _blank(self.people),
        )
        at_home = np.concatenate([self.relative, self.relative_of])
        number[at_home] = self.own_number[at_home]
        return {
            "person": people.astype(object),
            "first_name": _titled(self.given),
            "last_name": _titled(self.family),
            "name": _blank(self.people),
            "email": address,
            "phone": number,
            "title": self.title,
            "company_name": self._with_legal_form(self.works_at),
            "country": self.country[self.works_at].astype(object),
        }

    def further_records(self, first: dict[str, Texts], number: int) -> dict[str, Texts]:
        who = self.chance.integers(0, self.people, number)
        moved = self.chance.random(number) < 0.03
        works_at = np.where(
            moved, self.chance.integers(0, len(self.company), number), self.works_at[who]
        )
        given, family, whole = self._names_again(who)
        known = np.where(first["email"][who] == "", self.address[who], first["email"][who])
        address = self._picked(
            [0.68, 0.11, 0.08, 0.06, 0.05, 0.02],
            _written_otherwise(self.chance, known),
            _blank(number),
            self.private[who],
            _slips(self.chance, known),
            self._another_form(who),
            self._role_mailboxes(works_at),
        )
        address = np.where(moved, self._moved_address(who, works_at), address)
        phone = self._picked(
            [0.52, 0.36, 0.10, 0.02],
            self._spelled(
                np.where(first["phone"][who] == "", self.own_number[who], first["phone"][who])
            ),
            _blank(number),
            self._numbers(self.country[works_at], number),
            self.switchboard[works_at],
        )
        kept = moved & (self.chance.random(number) < 0.5)
        phone = np.where(kept, self.own_number[who], np.where(moved, "", phone))
        company = self._picked(
            [0.75, 0.15, 0.10],
            self._with_legal_form(works_at),
            self._company_otherwise(works_at),
            _blank(number),
        )
        return {
            "person": who.astype(object),
            "first_name": given,
            "last_name": family,
            "name": whole,
            "email": address,
            "phone": phone,
            "title": np.where(self.chance.random(number) < 0.6, self.title[who], ""),
            "company_name": company,
            "country": self.country[works_at].astype(object),
        }

    def _names_again(self, who: Numbers) -> tuple[Texts, Texts, Texts]:
        given, family = _titled(self.given[who]), _titled(self.family[who])
        number = len(who)
        way = self.chance.choice(7, number, p=[0.70, 0.08, 0.06, 0.06, 0.04, 0.03, 0.03])
        short = np.array([_SHORT.get(name, name).title() for name in self.given[who]], dtype=object)
        which = self.chance.random(number) < 0.5
        new_name = _titled(self.family[self.chance.integers(0, self.people, number)])
        written = [
            f"{b}, {a}" if turned else ""
            for a, b, turned in zip(given, family, way == 6, strict=True)
        ]
        first = np.select(
            [way == 1, (way == 2) & which, way == 3, (way == 4) | (way == 6)],
            [short, _slips(self.chance, given), _initials(given), _blank(number)],
            given,
        )
        last = np.select(
            [(way == 2) & ~which, way == 5, way == 6],
            [_slips(self.chance, family), new_name, _blank(number)],
            family,
        )
        return first, last, np.array(written, dtype=object)

    def _work_addresses(self) -> Texts:
        return self._addresses(np.arange(self.people), self.works_at, self.style[self.works_at])

    def _another_form(self, who: Numbers) -> Texts:
        works_at = self.works_at[who]
        return self._addresses(who, works_at, (self.style[works_at] + 1) % 4)

    def _moved_address(self, who: Numbers, works_at: Numbers) -> Texts:
        return self._addresses(who, works_at, self.style[works_at])

    def _addresses(self, who: Numbers, works_at: Numbers, style: Numbers) -> Texts:
        """Namesakes get a number behind their name."""
        made: list[str] = []
        given, family, domain = self.given[who], self.family[who], self.domain[works_at]
        for a, b, at, form in zip(given, family, domain, style, strict=True):
            first, last = _ascii(a), _ascii(b)
            local = (f"{first}.{last}", f"{first[0]}{last}", f"{last}.{first}", f"{first}_{last}")
            made.append(f"{local[form]}@{at}")
        listed = np.array(made, dtype=object)
        if len(who) == self.people:
            self.clashes = _clash_numbers(listed)
        for place in np.flatnonzero(self.clashes[who]):
            local, _, at = listed[place].partition("@")
            listed[place] = f"{local}{self.clashes[who[place]] + 1}@{at}"
        return listed

    def _private_addresses(self) -> Texts:
        year = self.chance.integers(60, 99, self.people)
        host = self.chance.choice(_PRIVATE, self.people)
        rows = zip(self.given, self.family, year, host, strict=True)
        made = [f"{_ascii(a)}{_ascii(b)}{y}@{h}" for a, b, y, h in rows]
        return np.array(made, dtype=object)

    def _role_mailboxes(self, works_at: Numbers) -> Texts:
        role = self.chance.choice(_ROLES, len(works_at))
        rows = zip(role, self.domain[works_at], strict=True)
        return np.array([f"{local}@{domain}" for local, domain in rows], dtype=object)

    def _with_legal_form(self, works_at: Numbers) -> Texts:
        rows = zip(self.company[works_at], self.country[works_at], works_at, strict=True)
        made = [f"{name} {_LEGAL[country][place % 2]}" for name, country, place in rows]
        return np.array(made, dtype=object)

    def _company_otherwise(self, works_at: Numbers) -> Texts:
        way = self.chance.integers(0, 3, len(works_at))
        bare = self.company[works_at]
        head = np.array([name.split()[0] for name in bare], dtype=object)
        return np.select([way == 0, way == 1], [bare, _slips(self.chance, bare)], head)

    def _numbers(self, country: Texts, number: int) -> Texts:
        lines = self.chance.integers(2_000_000, 9_999_999, number)
        areas = self.chance.integers(201, 989, number)
        forms = {"US": "+1{area}{line}", "DE": "+4915{area}{line}", "GB": "+447{area}{line:06}"}
        rows = zip(country, areas, lines, strict=True)
        made = [
            forms[land].format(area=area, line=line % 10**6 if land == "GB" else line)
            for land, area, line in rows
        ]
        return np.array(made, dtype=object)

    def _spelled(self, numbers: Texts) -> Texts:
        """Half of them with blanks, as people type them."""
        typed = self.chance.random(len(numbers)) < 0.5
        made = [
            f"{number[:3]} {number[3:6]} {number[6:9]} {number[9:]}" if number and way else number
            for number, way in zip(numbers, typed, strict=True)
        ]
        return np.array(made, dtype=object)

    def _picked(self, shares: list[float], *choices: Texts) -> Texts:
        way = self.chance.choice(len(shares), len(choices[0]), p=shares)
        return np.choose(way, choices).astype(object) if len(choices) < 32 else choices[0]

    def _drawn(self, share: float) -> Numbers:
        return self.chance.choice(self.people, max(1, int(share * self.people)), replace=False)

    def _colleague(self, who: Numbers) -> Numbers:
        """Somebody else at their company; themselves where they work alone."""
        order = np.argsort(self.works_at, kind="stable")
        place = np.empty(self.people, dtype=np.int64)
        place[order] = np.arange(self.people)
        next_to = order[(place[who] + 1) % self.people]
        return np.where(self.works_at[next_to] == self.works_at[who], next_to, who)

    def _words(self, number: int, *, named: bool = False) -> Texts:
        parts = [
            self.chance.choice(_ONSETS, number),
            self.chance.choice(_VOWELS, number),
            self.chance.choice(_CODAS, number),
            self.chance.choice(_ENDINGS if named else _VOWELS, number),
            self.chance.choice([""] if named else _CODAS, number),
        ]
        return np.array(["".join(word) for word in zip(*parts, strict=True)], dtype=object)


def _uneven(chance: np.random.Generator, kinds: int, number: int, slope: float) -> Numbers:
    weights = 1 / (np.arange(kinds) + _EVENNESS) ** slope
    return chance.choice(kinds, number, p=weights / weights.sum())


def _repeated(words: Texts) -> npt.NDArray[np.bool_]:
    _, first = np.unique(words.astype(str), return_index=True)
    repeated = np.ones(len(words), dtype=np.bool_)
    repeated[first] = False
    return repeated


def _clash_numbers(listed: Texts) -> Numbers:
    seen: dict[str, int] = {}
    counted = np.zeros(len(listed), dtype=np.int64)
    for place, each in enumerate(listed):
        counted[place] = seen.get(each, 0)
        seen[each] = counted[place] + 1
    return counted


def _slips(chance: np.random.Generator, texts: Texts) -> Texts:
    """One letter dropped, doubled, exchanged with its neighbour, or another one."""
    way = chance.integers(0, 4, len(texts))
    where = chance.random(len(texts))
    letter = chance.choice(list("abcdefghiklmnoprstuw"), len(texts))
    made = []
    for text, form, share, other in zip(texts, way, where, letter, strict=True):
        length = len(text.partition("@")[0])
        place = 1 + int(share * max(1, length - 2))
        if length < 3:
            made.append(text)
        elif form == 0:
            made.append(text[:place] + text[place + 1 :])
        elif form == 1:
            made.append(text[:place] + text[place] + text[place:])
        elif form == 2 and place + 1 < length:
            made.append(text[:place] + text[place + 1] + text[place] + text[place + 2 :])
        else:
            made.append(text[:place] + other + text[place + 1 :])
    return np.array(made, dtype=object)


def _written_otherwise(chance: np.random.Generator, addresses: Texts) -> Texts:
    way = chance.integers(0, 4, len(addresses))
    made = [
        text.upper() if form == 1 else f" {text} " if form == 2 else text
        for text, form in zip(addresses, way, strict=True)
    ]
    return np.array(made, dtype=object)


def _titled(names: Texts) -> Texts:
    return np.array([name.title() for name in names], dtype=object)


def _initials(names: Texts) -> Texts:
    return np.array([f"{name[0]}." for name in names], dtype=object)


def _blank(number: int) -> Texts:
    return np.full(number, "", dtype=object)


def _ascii(name: str) -> str:
    return name.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae")


def _ending(country: str) -> str:
    return {"US": "com", "DE": "de", "GB": "co.uk"}[country]
