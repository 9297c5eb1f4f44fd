"""What a condition may be before anything parses it: its length, its signs, its calls, its nesting.

The parser reads far more than a condition may hold. What can be refused by looking at single words
and signs is refused here, with its exact place; parse.py then lets through only what it knows.
"""

from __future__ import annotations

from itertools import pairwise

from sqlglot.dialects import DuckDB
from sqlglot.errors import SqlglotError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from revloop.agreement.conditions.tree import FUNCTIONS
from revloop.kit.errors import RevloopError
from revloop.kit.spelling import did_you_mean, one_of

LONGEST_TEXT = 4_096
MOST_TOKENS = 1_000
# A level of parentheses costs the parser some 22 Python frames; the interpreter has 1,000.
DEEPEST_NESTING = 20
MOST_NODES = 200
LONGEST_LIST = 250
# A float holds 15 decimal digits exactly, and every engine compares floats alike.
MOST_DIGITS = 15

_SIGNS = frozenset({"(", ")", ",", "=", "!=", "<>", "<", "<=", ">", ">=", "-"})
_MAY_STAND_BEFORE_PARENTHESIS = frozenset(
    {"and", "or", "not", "in", "between", "like", "ilike", *FUNCTIONS}
)
_LANGUAGE = (
    "use words, values, = != < <= > >= between in like ilike, is null, and, or, not, "
    f"and the functions {one_of(FUNCTIONS)}"
)


class ConditionError(RevloopError):
    """A condition that cannot be used; `data["offset"]` is its place in the text, if known."""


def guard(text: str) -> None:
    """Refuse what could hurt the parser, before it sees it."""
    if len(text) > LONGEST_TEXT:
        raise too_large(f"the condition has {len(text):,} characters", f"{LONGEST_TEXT:,}")
    _guard_characters(text)
    tokens = _tokens(text)
    if not tokens:
        raise ConditionError(
            "condition.empty", "the condition is empty", hint='write "true" for always', offset=0
        )
    if len(tokens) > MOST_TOKENS:
        raise too_large(f"the condition has {len(tokens):,} words and signs", f"{MOST_TOKENS:,}")
    for token in tokens:
        _guard_token(token, text)
    for token, following in pairwise(tokens):
        if following.token_type is TokenType.L_PAREN:
            _guard_call(token)
    _guard_nesting(tokens)


def _guard_characters(text: str) -> None:
    for offset, character in enumerate(text):
        control = character < " " and character not in "\n\t\r"
        # Half of a pair that spells one character; no engine can store it.
        surrogate = "\ud800" <= character <= "\udfff"
        if control or surrogate or character == "\\":
            raise ConditionError(
                "condition.unsafe_character",
                f"the character {character!r} may not stand in a condition",
                hint="databases read it in different ways; leave it out",
                offset=offset,
            )


def _tokens(text: str) -> list[Token]:
    try:
        tokens: list[Token] = DuckDB().tokenize(text)
    except SqlglotError as error:
        raise unreadable(error) from error
    return tokens


def _guard_token(token: Token, text: str) -> None:
    if token.comments or token.token_type in {TokenType.SEMICOLON, TokenType.CASE}:
        raise ConditionError(
            "condition.not_allowed",
            "a condition is one expression, without comments, case or semicolon",
            hint="use the comments of the file",
            offset=token.start,
        )
    if token.token_type is TokenType.IDENTIFIER:
        written = token.text[:40]
        raise ConditionError(
            "condition.double_quotes",
            f'"{written}" stands in double quotes, which SQL keeps for names',
            hint=f"write text in single quotes: '{written}'",
            offset=token.start,
        )
    value = token.token_type is TokenType.NUMBER or text[token.start] == "'"
    if not (value or token.text in _SIGNS or token.text.isidentifier()):
        raise not_allowed(f"`{token.text[:40]}`", token.start)


def _guard_call(before: Token) -> None:
    name = before.text.lower()
    if name.isidentifier() and name not in _MAY_STAND_BEFORE_PARENTHESIS:
        raise ConditionError(
            "condition.not_allowed",
            f"{before.text[:40]} is not a function of the language of conditions",
            hint=did_you_mean(name, FUNCTIONS) or f"the functions are {one_of(FUNCTIONS)}",
            offset=before.start,
        )


def _guard_nesting(tokens: list[Token]) -> None:
    """Open parentheses and signs before an operand: both are frames of the parser."""
    waiting = [0]  # the signs whose operand has not ended, for each parenthesis that is open
    for token in tokens:
        match token.token_type:
            case TokenType.L_PAREN:
                waiting.append(0)
            case TokenType.R_PAREN:
                waiting = waiting[:-1] or [0]
            case TokenType.NOT | TokenType.DASH:
                waiting[-1] += 1
            case TokenType.AND | TokenType.OR | TokenType.COMMA:
                waiting[-1] = 0
        if len(waiting) - 1 + sum(waiting) > DEEPEST_NESTING:
            raise nested_too_deeply(token.start)


def unreadable(error: SqlglotError) -> ConditionError:
    """The parser's own refusal, with the place where it stopped."""
    if isinstance(error, TokenError):
        return ConditionError(
            "condition.not_understood",
            "the condition cannot be read to its end",
            hint="close every text with its quote: 'US'",
            offset=None,
        )
    found = getattr(error, "errors", None) or [{}]
    near = str(found[0].get("highlight") or "")[:40]
    return ConditionError(
        "condition.not_understood",
        f"the condition cannot be read near {near!r}" if near else "the condition cannot be read",
        hint="write comparisons joined by and, or, not: \"country in ('US','CA') and employees >= 50\"",
        offset=len(str(found[0].get("start_context") or "")),
    )


def not_allowed(what: str, offset: int) -> ConditionError:
    return ConditionError(
        "condition.not_allowed",
        f"{what} is not part of the language of conditions",
        hint=_LANGUAGE,
        offset=offset,
    )


def too_large(what: str, limit: str, offset: int | None = None) -> ConditionError:
    return ConditionError(
        "condition.too_large",
        f"{what}; the limit is {limit}",
        hint="split it: give a part its own name as a signal, tier or score point",
        offset=offset,
    )


def nested_too_deeply(offset: int | None = None) -> ConditionError:
    return too_large("the condition is nested too deeply", f"{DEEPEST_NESTING} levels", offset)
