"""What a condition may be before anything parses it: its length, its signs, its nesting."""

from __future__ import annotations

from decimal import Decimal

from sqlglot.dialects import DuckDB
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from revloop.kit.errors import RevloopError

LONGEST_TEXT = 4_096
MOST_TOKENS = 1_000
# A level of parentheses costs the parser some 22 Python frames; the interpreter has 1,000.
DEEPEST_NESTING = 20
MOST_NODES = 200
LONGEST_LIST = 250
LARGEST_NUMBER = Decimal(10) ** 15


class ConditionError(RevloopError):
    """A condition that cannot be used; `data["offset"]` is its place in the text, if known."""


def unreadable(error: Exception) -> ConditionError:
    details = getattr(error, "errors", None) or [{}]
    near = str(details[0].get("highlight") or "")[:40]
    return ConditionError(
        "condition.not_understood",
        f"the condition cannot be read near {near!r}" if near else "the condition cannot be read",
        hint="write comparisons joined by and, or, not: \"country in ('US','CA') and employees >= 50\"",
    )


def guard(text: str) -> None:
    """Refuse what could hurt the parser, before it sees it."""
    if len(text) > LONGEST_TEXT:
        raise too_large(f"the condition has {len(text):,} characters", f"{LONGEST_TEXT:,}")
    for offset, character in enumerate(text):
        if character == "\\" or (ord(character) < ord(" ") and character not in "\n\t\r"):
            raise ConditionError(
                "condition.unsafe_character",
                f"the character {character!r} may not stand in a condition",
                hint="databases read it in different ways; leave it out",
                offset=offset,
            )
    tokens = _tokens(text)
    if not tokens:
        raise ConditionError(
            "condition.empty", "the condition is empty", hint='write "true" for always'
        )
    if len(tokens) > MOST_TOKENS:
        raise too_large(f"the condition has {len(tokens):,} words and signs", f"{MOST_TOKENS:,}")
    _guard_nesting(tokens)


def _tokens(text: str) -> list[Token]:
    try:
        tokens: list[Token] = DuckDB().tokenize(text)
    except (SqlglotError, RecursionError) as error:
        raise unreadable(error) from error
    for token in tokens:
        if token.comments or token.token_type in {TokenType.SEMICOLON, TokenType.CASE}:
            raise ConditionError(
                "condition.not_allowed",
                "a condition is one expression, without comments, case or semicolon",
                hint="use the comments of the file",
                offset=token.start,
            )
    return tokens


def _guard_nesting(tokens: list[Token]) -> None:
    depth = run = 0
    for token in tokens:
        match token.token_type:
            case TokenType.L_PAREN:
                depth += 1
            case TokenType.R_PAREN:
                depth -= 1
        prefix = token.token_type in {TokenType.NOT, TokenType.DASH, TokenType.TILDE}
        run = run + 1 if prefix else 0
        if max(depth, run) > DEEPEST_NESTING:
            raise too_large("the condition is nested too deeply", f"{DEEPEST_NESTING} levels")


def too_large(what: str, limit: str) -> ConditionError:
    return ConditionError(
        "condition.too_large",
        f"{what}; the limit is {limit}",
        hint="split it: give a part its own name as a signal, tier or score point",
    )
