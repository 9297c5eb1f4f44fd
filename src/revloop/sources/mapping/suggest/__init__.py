"""A first mapping, guessed from the tables: to be read, corrected and used.

    synonyms.py  what exports call kinds and fields
    names.py     how much one name is like another
    fits.py      how well values fit a field
    keys.py      references between tables, by their values
    guessing.py  the kind of each table and the column of each field
    writing.py   the file

Each line says how sure it is and why. The same tables give the same text.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from revloop.facts.columns import Column, Holds
from revloop.facts.kinds import KINDS
from revloop.sources import values
from revloop.sources.mapping.form import EXPORTED_ON
from revloop.sources.mapping.suggest import guessing
from revloop.sources.mapping.suggest.fits import MOSTLY, is_date, meanings
from revloop.sources.mapping.suggest.guessing import Guess, Told, kinds_of
from revloop.sources.mapping.suggest.names import likeness, plain
from revloop.sources.mapping.suggest.synonyms import LOST, WON
from revloop.sources.mapping.suggest.writing import Page, flow, quoted, words
from revloop.sources.protocol import ROW
from revloop.sources.values.traits import Traits

if TYPE_CHECKING:
    import ibis.expr.types as ir

_STEM = 4
"""Letters that two words begin with when they are of one stem: engage, Engaging."""
_CURRENCY = ("currency", "currency code", "currency iso code", "waehrung", "devise", "moneda")


def suggest(
    tables: Map[str, ir.Table],
    found: Map[str, Map[str, Traits]] | None = None,
    *,
    source: str,
    exported_on: date,
    currency: str | None = None,
) -> str:
    """The text of a mapping for these tables.

    Args:
        tables: Raw tables by their names.
        found: The traits of their columns; counted here where they are not given.
        source: The name that the facts will carry.
        exported_on: No later than this the files were made; the newest date in them, if earlier, is
            taken for the day they were.
        currency: What amounts are in that name no currency; without it they are left out.
    """
    traits = found or {
        name: values.traits(table, [each for each in table.columns if each != ROW])
        for name, table in tables.items()
    }
    told = guessing.understand(tables, traits)
    page = Page()
    _head(page, told, source, exported_on, currency)
    known = [each for each in told if each.kind]
    for each in known:
        _Writer(page, each, told, currency).write()
    for each in told:
        if not each.kind:
            page.line(1, f"# {each.name}: no kind of fact is like it; its columns are")
            page.line(1, f"#   {', '.join(each.traits)}"[:400])
    return page.text()


def _head(
    page: Page, told: list[Told], source: str, exported_on: date, currency: str | None
) -> None:
    page.line(0, "# A suggestion, to be read and corrected. Each line says how sure it is and why.")
    page.line(0, "# What each kind of fact and field means is in the data dictionary.")
    page.line(0, "")
    page.line(0, f"source: {quoted(source)}")
    if currency:
        page.line(0, f"currency: {quoted(currency)}", "of the amounts that name none")
    newest = _newest(told, exported_on)
    reason = "the newest date in the files" if newest else "no date in the files says when"
    day = newest or exported_on.isoformat()
    page.line(0, f"{EXPORTED_ON}: {day}", f"{reason}; `at` of all that has no date of its own")
    page.line(0, "")
    page.line(0, "files:")


def _newest(told: list[Told], at_most: date) -> str | None:
    """The latest ISO date up to a day."""
    days = [
        each.greatest[:10]
        for table in told
        for each in table.traits.values()
        if is_date(each) and each.share("iso_dates") >= MOSTLY and each.greatest
    ]
    return max((day for day in days if day <= at_most.isoformat()), default=None)


@dataclass(slots=True)
class _Writer:
    """What a mapping says of one table."""

    page: Page
    told: Told
    others: list[Told]
    currency: str | None

    def write(self) -> None:
        told = self.told
        file, sheet = _file_of(told.name)
        self.page.line(1, f"- file: {quoted(file)}")
        if sheet:
            self.page.line(2, f"sheet: {quoted(sheet)}")
        self.spellings()
        self.page.line(2, "facts:")
        used: set[str] = set()
        for kind in kinds_of(told.kind):
            if kind != told.kind and not told.fields[kind] and kind != "contact":
                continue
            used |= self.fact(kind)
        if told.kind == "opportunity":
            self.stages()
        if told.kind == "user":
            used |= self.around_users()
        left = [name for name in told.traits if name not in used]
        if left:
            self.page.line(3, "# columns that nothing is made of yet:")
            for name in left:
                self.page.line(3, f"#   {name}: {_seen(told.traits[name])}")
        self.page.line(0, "")

    def spellings(self) -> None:
        mend = {
            guess.column: dict(guess.overlap.spellings)
            for fields in self.told.fields.values()
            for guess in fields.values()
            if guess.overlap and guess.overlap.spellings
        }
        if mend:
            self.page.line(2, "clean:", "the same word in another spelling")
            for column, spelling in mend.items():
                self.page.line(3, f"{quoted(column)}: {words(spelling)}")

    def begin(self, kind: str, sure: str = "", when: str = "") -> None:
        self.page.line(3, f"- kind: {kind}", sure)
        if when:
            self.page.line(4, f"when: {when}")

    def identity(self, suffix: str = "") -> None:
        told = self.told
        if told.id is None:
            self.page.line(4, "# no column names each row: rows that are equal are one fact")
            return
        spec = quoted(told.id.column)
        if told.hashed:
            spec = flow({"hash": spec})
        self.page.line(4, f"source_id: {spec}", f"{told.id.percent} %: {told.id.reason}{suffix}")

    def fact(self, kind: str) -> set[str]:
        """One fact of the table's own rows; the columns it uses."""
        told = self.told
        sure = told.sure if kind == told.kind else None
        self.begin(kind, f"{sure.percent} %: {sure.reason}" if sure else "the same row")
        self.identity()
        happened, updated = guessing.dates(told, kind)
        used = {told.id.column} if told.id else set()
        used |= self.times(happened, updated)
        lines = list(self.lines(kind))
        if lines:
            self.page.line(4, "fields:")
        for text, comment, columns in lines:
            self.page.line(5, text, comment)
            used |= columns
        return used

    def times(self, happened: Guess | None, updated: Guess | None) -> set[str]:
        used = set()
        if happened is None:
            self.page.line(4, f"at: {EXPORTED_ON}", "no column says when")
        else:
            column = quoted(happened.column)
            unknown = self.told.traits[happened.column].unknown
            spec = f"[{column}, {EXPORTED_ON}]" if unknown else column
            note = f"; {unknown:,} rows have none" if unknown else ""
            self.page.line(4, f"at: {spec}", f"{happened.percent} %: {happened.reason}{note}")
            self.question(happened.column)
            used.add(happened.column)
        if updated is not None:
            comment = f"{updated.percent} %: {updated.reason}"
            self.page.line(4, f"updated_at: {quoted(updated.column)}", comment)
            used.add(updated.column)
        return used

    def question(self, column: str) -> None:
        if self.told.traits[column].has_unclear_dates:
            self.page.line(
                4, f"# QUESTION: is 03/04 in {column} in April (day_first: true) or in March?"
            )

    def lines(self, kind: str) -> list[tuple[str, str, set[str]]]:
        """The fields of a fact: the line, its comment, the columns it uses."""
        told = self.told
        found = []
        for name, guess in told.fields[kind].items():
            text, note = self.spec(KINDS[kind][name], guess)
            comment = f"{guess.percent} %: {guess.reason}{note}"
            commented = "# " if text is None else ""
            line = f"{commented}{name}: {text or quoted(guess.column)}"
            found.append((line, comment, {guess.column}))
        found += self.added(kind)
        given = {line.split(":")[0] for line, _, _ in found}
        for column in KINDS[kind].columns:
            if column.required and column.name not in given and not column.private:
                found.append(_required(column, kind))
        return found

    def added(self, kind: str) -> list[tuple[str, str, set[str]]]:
        told = self.told
        if kind == "inquiry" and told.id is not None:
            return [(f"contact_id: {quoted(told.id.column)}", "the same row", {told.id.column})]
        if kind == "opportunity":
            return self.closing()
        if (
            kind == "price_book_entry"
            and told.id is not None
            and "product_id" not in told.fields[kind]
        ):
            return [(f"product_id: {quoted(told.id.column)}", "the same row", set())]
        if kind == "user":
            return [("role: {constant: sales}", "a guess: they sell", set())]
        if kind == "team":
            return [("side: {constant: sales}", "a guess", set())]
        return []

    def spec(self, column: Column, guess: Guess) -> tuple[str | None, str]:
        """A field's value in YAML, None where it can only stand as a comment; and a note."""
        traits = self.told.traits[guess.column]
        name = quoted(guess.column)
        match column.holds:
            case Holds.KEY:
                return self.reference(column, guess), ""
            case Holds.MONEY:
                return self.money(name)
            case Holds.NUMBER if column.unit == "0 to 1" and _counts_percents(traits):
                return flow({"column": name, "percent": "true"}), ""
            case Holds.TEXT if column.values:
                meant = meanings(traits, column)
                parts = {"column": name, "values": words(meant)}
                if len(meant) < len(traits.words):
                    parts["otherwise"] = "problem" if column.required else "unknown"
                return flow(parts), ""
            case _:
                return name, ""

    def reference(self, column: Column, guess: Guess) -> str:
        name = quoted(guess.column)
        target = next(
            (each for each in self.others if column.of in kinds_of(each.kind) and each.id), None
        )
        traits = self.told.traits[guess.column]
        if traits.share("emails") >= MOSTLY and column.of == "contact":
            return flow({"column": name, "by": "email"})
        if traits.share("domains", "urls") >= MOSTLY and column.of == "account":
            return flow({"column": name, "by": "domain"})
        if column.of in {"user", "contact"}:
            names_people = target.hashed if target else not _looks_like_an_id(traits)
            if names_people:
                return flow({"hash": name})
        return name

    def money(self, name: str) -> tuple[str | None, str]:
        for other, traits in self.told.traits.items():
            if likeness(other, _CURRENCY)[0] and traits.share("currencies") >= MOSTLY:
                return flow({"column": name, "currency_column": quoted(other)}), ""
        if self.currency is None:
            return None, "; say its currency, then remove the #"
        return name, ""

    def closing(self) -> list[tuple[str, str, set[str]]]:
        """Won and lost, by the words of the stage."""
        stage = self.told.fields["opportunity"].get("stage")
        if stage is None:
            return []
        traits = self.told.traits[stage.column]
        won, lost = _like(traits, WON), _like(traits, LOST)
        if not won:
            return []
        column = quoted(stage.column)
        closed = dict.fromkeys((*won, *lost), "true")
        ended = dict.fromkeys(won, "true") | dict.fromkeys(lost, "false")
        rest = {word: "false" for word in traits.words if word not in closed}
        is_closed = flow({"column": column, "values": _flags(closed | rest)})
        is_won = flow({"column": column, "values": _flags(ended), "otherwise": "unknown"})
        why = f"{', '.join((*won, *lost))} end an opportunity"
        found: list[tuple[str, str, set[str]]] = [
            (f"is_closed: {is_closed}", why, set()),
            (f"is_won: {is_won}", "open: unknown", set()),
        ]
        close = self.told.fields["opportunity"].get("close_date")
        if close is not None and self.only_when_closed(close.column, stage.column, (*won, *lost)):
            closed_at = f"closed_at: {quoted(close.column)}"
            found.append((closed_at, "filled only where it is closed", set()))
        return found

    def only_when_closed(self, close: str, stage: str, ends: tuple[str, ...]) -> bool:
        table = self.told.table
        filled = values.text(table[close]).value.notnull()
        is_open = values.text(table[stage]).value.notin(ends).fill_null(True)  # noqa: FBT003
        return int(table.filter(filled & is_open).count().to_pyarrow().as_py()) == 0

    def stages(self) -> None:
        """Dates of stages, and the money of what was won."""
        told, fields = self.told, self.told.fields["opportunity"]
        stage, close = fields.get("stage"), fields.get("close_date")
        if stage is None or told.id is None:
            return
        traits = told.traits[stage.column]
        won, lost = _like(traits, WON), _like(traits, LOST)
        key = quoted(told.id.column)
        for word, column in _dates_of_stages(told, traits).items():
            self.begin("opportunity_stage", f"60 %: {column} is like the stage {word}")
            self.identity()
            self.page.line(4, f"stages: {flow({quoted(word): quoted(column)})}")
            self.page.line(4, f"fields: {flow({'opportunity_id': key})}")
        if close is None or not won:
            return
        ends = (*won, *lost)
        held = f"[{', '.join(map(quoted, ends))}]"
        self.begin("opportunity_stage", "the end", flow({quoted(stage.column): held}))
        self.identity()
        self.page.line(4, f"stages: {flow({quoted('|'.join(ends)): quoted(close.column)})}")
        self.page.line(4, f"stage_column: {quoted(stage.column)}")
        self.page.line(4, f"fields: {flow({'opportunity_id': key})}")
        amount = fields.get("amount")
        if amount is not None and (money := self.money(quoted(amount.column))[0]):
            self.bookings(stage.column, won, close.column, money)

    def bookings(self, stage: str, won: tuple[str, ...], close: str, money: str) -> None:
        told, fields = self.told, self.told.fields["opportunity"]
        assert told.id is not None  # noqa: S101 - without an id there are no stages
        held = f"[{', '.join(map(quoted, won))}]"
        self.begin("booking", "what was won", flow({quoted(stage): held}))
        self.identity()
        self.page.line(4, f"at: {quoted(close)}")
        self.page.line(4, "fields:")
        self.page.line(5, "kind: {constant: booking}")
        self.page.line(5, f"opportunity_id: {quoted(told.id.column)}")
        for name in ("account_id", "product_id"):
            if name in fields:
                named = self.spec(KINDS["booking"][name], fields[name])[0]
                self.page.line(5, f"{name}: {named}")
        self.page.line(5, f"amount: {money}")

    def around_users(self) -> set[str]:
        """Managers and teams that stand beside each user and have no table of their own."""
        fields = self.told.fields["user"]
        manager, team = fields.get("manager_user_id"), fields.get("team_id")
        if manager is not None and manager.overlap is None:
            spec = self.reference(KINDS["user"]["manager_user_id"], manager)
        if manager is not None and manager.overlap is None and "hash" in spec:
            # By an id nothing is told of a manager that is not told of the user.
            self.begin("user", "each manager once")
            self.page.line(4, f"source_id: {spec}")
            self.page.line(4, "once: true")
            self.page.line(4, f"at: {EXPORTED_ON}")
            named = {"name": quoted(manager.column), "role": "{constant: sales}"}
            self.page.line(4, f"fields: {flow(named)}")
        if team is not None and team.overlap is None:
            self.begin("team", "each team once")
            self.page.line(4, f"source_id: {quoted(team.column)}")
            self.page.line(4, "once: true")
            self.page.line(4, f"at: {EXPORTED_ON}")
            named = {"name": quoted(team.column), "side": "{constant: sales}"}
            self.page.line(4, f"fields: {flow(named)}")
        return set()


def _file_of(table: str) -> tuple[str, str | None]:
    """File and sheet of a raw table's name."""
    head, _, tail = table.rpartition("/")
    is_sheet = head.lower().endswith((".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"))
    return (head, tail) if is_sheet else (table, None)


def _seen(traits: Traits) -> str:
    """What is in a column, without quoting any of it: it may name people."""
    if not traits.known:
        return "empty"
    what = (
        "dates" if is_date(traits) else "numbers" if traits.share("numbers") >= MOSTLY else "texts"
    )
    return f"{traits.known:,} {what}, {traits.distinct:,} different"


def _counts_percents(traits: Traits) -> bool:
    if traits.count("percents"):
        return True
    numbers = [float(word) for word in traits.words if word.replace(".", "", 1).isdigit()]
    return max(numbers, default=0.0) > 1.0


def _looks_like_an_id(traits: Traits) -> bool:
    """No spaces and some digits: not the name of anybody."""
    return traits.share("integers", "uuids") >= MOSTLY or (
        traits.share("emails") == 0 and any(character.isdigit() for character in traits.least or "")
    )


def _like(traits: Traits, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in traits.words if plain(word) in {plain(each) for each in names})


def _flags(meant: Map[str, str]) -> str:
    return flow({quoted(word): flag for word, flag in meant.items()})


def _dates_of_stages(told: Told, stages: Traits) -> dict[str, str]:
    """Stages whose name begins like a word of a date column's name: Engaging and engage_date."""
    found: dict[str, str] = {}
    for column, traits in told.traits.items():
        if not is_date(traits):
            continue
        stems = {word[:_STEM] for word in plain(column).split() if len(word) >= _STEM} - {"date"}
        near = [
            word for word in stages.words if {each[:_STEM] for each in plain(word).split()} & stems
        ]
        if len(near) == 1 and near[0] not in found:
            found[near[0]] = column
    return found


def _required(column: Column, kind: str) -> tuple[str, str, set[str]]:
    """A field that must be there and that no column is like: a constant, for a person to check."""
    usual = {"activity": "call", "touch": "page_view", "booking": "booking"}
    word = usual.get(kind, column.values[0] if column.values else "unknown")
    return (f"{column.name}: {{constant: {word}}}", "a guess: no column says it", set())
