"""`revloop agreement …`: write, check, read, compare and try the working agreement."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.text import Text

from revloop.cli.output import ExitCode, instant, print_json, problem_document, screen, talk
from revloop.kit import clock
from revloop.kit.errors import InvalidInput

if TYPE_CHECKING:
    from revloop.agreement.check import Checked
    from revloop.agreement.contract import Contract
    from revloop.agreement.problems import Problem
    from revloop.agreement.starting import Answers
    from revloop.agreement.starting.observed import Observed
    from revloop.agreement.versions import Edition

app = typer.Typer(
    help="Write, check, read, compare and try the working agreement.", no_args_is_help=True
)

File = Annotated[
    str, typer.Argument(metavar="FILE", help="The agreement file; - reads standard input.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
STDIN = "-"


class Format(StrEnum):
    TERMINAL = "terminal"
    MARKDOWN = "markdown"
    HTML = "html"


# new


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("agreement.yaml"),
    company: Annotated[str | None, typer.Option(help="The name of your company.")] = None,
    country: Annotated[
        str | None, typer.Option(help="Two letters; its public holidays are written down.")
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="Where your sellers work.")] = None,
    hours: Annotated[str | None, typer.Option(help="When they work: 09:00-17:00.")] = None,
    bookings: Annotated[
        str | None, typer.Option(help='What you want to sell in a quarter: "1000000 USD".')
    ] = None,
    average_deal: Annotated[str | None, typer.Option(help='An average deal: "30000 USD".')] = None,
    seller: Annotated[
        list[str] | None, typer.Option(help="Who takes leads; give it once for each.")
    ] = None,
    from_data: Annotated[
        bool,
        typer.Option(
            "--from-data", help="Fill in what the facts of a workspace show; ask nothing."
        ),
    ] = False,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-w",
            metavar="FOLDER",
            help="The workspace of --from-data; else REVLOOP_HOME, else here.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask.")] = False,
    as_json: Json = False,
) -> None:
    """Write a commented agreement to start from. Asks for what no option says.

    With --from-data, stages, sources, working hours, response times and reasons are those that the
    facts show, each with how many cases say so. What an option says goes before what they show.

    Example: revloop agreement new --company Acme --country DE --timezone Europe/Berlin
    """
    from revloop.agreement import starting

    if file.exists() and not force:
        raise InvalidInput(
            "file.exists", f"{file} is already there", hint="choose another name, or give --force"
        )
    observed = None
    usual = starting.Answers()
    if from_data:
        observed, usual = _observed(workspace, timezone, hours)
    asks = sys.stdin.isatty() and not no_input and not as_json and not from_data
    answers = starting.Answers(
        company=_answer("Company", company, usual.company, str, asks=asks),
        country=_answer(
            "Country (two letters)", country, usual.country, starting.check_country, asks=asks
        ),
        timezone=_answer("Time zone", timezone, usual.timezone, starting.check_timezone, asks=asks),
        hours=_answer("Working hours", hours, usual.hours, starting.check_hours, asks=asks),
        bookings=_answer(
            "Bookings a quarter", bookings, str(usual.bookings), starting.check_amount, asks=asks
        ),
        average_deal=_answer(
            "Average deal",
            average_deal,
            str(usual.average_deal),
            starting.check_amount,
            asks=asks,
        ),
        sellers=_sellers(seller, usual.sellers, asks=asks),
    )
    _write(file, starting.starting_file(answers, clock.now().date(), str(file), observed))
    if as_json:
        seen = {"observed": observed.document()} if observed else {}
        print_json({"file": str(file), "version": "1.0.0", **seen})
        return
    screen.print(Text(f"Wrote {file}: a first draft to argue about."))
    if observed:
        _print_observed(observed)
    page = file.with_suffix(".html")
    for step, why in (
        (f"check {file}", "after every change"),
        (f"explain {file} --output {page}", "to read it with the other team"),
        (f"words {file}", "the words its conditions may use"),
    ):
        screen.print(Text.assemble("  next: ", f"revloop agreement {step}", (f"  {why}", "dim")))


def _observed(
    workspace: Path | None, timezone: str | None, hours: str | None
) -> tuple[Observed, Answers]:
    """What the facts of a workspace show, and the answers that they give."""
    from revloop import engine
    from revloop.agreement import starting
    from revloop.cli.workspace import opened
    from revloop.intake.observing import Given, observe
    from revloop.operations.people import queries

    found = opened(workspace)
    company = found.company()
    given = Given(
        timezone=company.timezone,
        usual_hours=starting.Answers().hours,
        only_timezone=starting.check_timezone(timezone) if timezone is not None else None,
        only_hours=starting.check_hours(hours) if hours is not None else None,
    )
    names = {
        row["reference"]: row["name"] or f"{row['first_name']} {row['last_name']}".strip()
        for row in queries.user_names().to_pylist()
    }
    with engine.open(found.lake) as facts:
        observed = observe(facts, given, names)
    return observed, starting.usual_answers(observed, company.name)


def _print_observed(observed: Observed) -> None:
    inquiries = f"{observed.inquiries:,} inquir{'y' if observed.inquiries == 1 else 'ies'}"
    screen.print(
        Text(f"  It is filled from {inquiries}; its comments say on how many a value rests.")
    )
    for each in observed.missing:
        screen.print(Text.assemble("  missing: ", (each, "dim")))


T = TypeVar("T")


def _answer(
    question: str, given: str | None, usual: str, read: Callable[[str], T], *, asks: bool
) -> T:
    """What an option says, or the person, who is asked again until it can be read."""
    if given is not None or not asks:
        return read(usual if given is None else given)

    def read_or_ask_again(text: str) -> T:
        try:
            return read(text)
        except InvalidInput as error:
            hint = f"; {error.hint}" if error.hint else ""
            raise typer.BadParameter(f"{error.message}{hint}") from error

    answer: T = typer.prompt(question, default=usual, value_proc=read_or_ask_again, err=True)
    return answer


def _sellers(given: Sequence[str] | None, usual: Sequence[str], *, asks: bool) -> Sequence[str]:
    from revloop.agreement.starting import check_sellers

    if given:
        return check_sellers(given)

    def read(text: str) -> Sequence[str]:
        return check_sellers([name.strip() for name in text.split(",") if name.strip()])

    return _answer("Sellers, with commas", None, ", ".join(usual), read, asks=asks)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            "file.not_writable",
            f"{file} cannot be written: {(error.strerror or 'unknown reason').lower()}",
            hint="choose a folder that is there, and a name that no folder has",
        ) from error


# check


@app.command()
def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="Agreement files; - reads standard input.")
    ],
    as_json: Json = False,
) -> None:
    """Find every problem of an agreement at once, each with its place and how to mend it.

    Example: revloop agreement check agreement.yaml
    """
    checked = {file: _check(file) for file in files}
    if as_json:
        print_json({"files": [_check_document(file, each) for file, each in checked.items()]})
    else:
        for file, each in checked.items():
            _print_checked(file, each)
    failed = any(each.contract is None for each in checked.values())
    raise typer.Exit(ExitCode.PROBLEMS if failed else ExitCode.FINE)


def _check_document(file: str, checked: Checked) -> dict[str, Any]:
    return {
        "file": file,
        "ok": checked.contract is not None,
        "version": checked.contract.version if checked.contract else None,
        "hash": checked.contract.hash if checked.contract else None,
        "problems": [problem_document(problem) for problem in checked.problems],
    }


def _print_checked(file: str, checked: Checked) -> None:
    for problem in checked.problems:
        _print_problem(file, problem)
    counts = f"{_count(checked.errors, 'error')}, {_count(checked.warnings, 'warning')}"
    if checked.contract is None:
        screen.print(Text(f"{file}: {counts}", style="bold"))
        return
    form = checked.contract.form
    screen.print(Text(f"{file}: {counts}; {form.agreement} {form.version}", style="bold"))
    screen.print(Text(f"    {checked.contract.hash}", style="dim"))


def _count(problems: Sequence[Problem], word: str) -> str:
    return f"{len(problems) or 'no'} {word}{'' if len(problems) == 1 else 's'}"


def _print_problem(file: str, problem: Problem) -> None:
    from revloop.agreement.wording import visible

    colour = "red" if problem.severity == "error" else "yellow"
    place = f"{file}:{problem.place.line}:{problem.place.column}: "
    screen.print(
        Text.assemble(
            (place, "dim"),
            (f"{problem.severity} ", f"bold {colour}"),
            visible(problem.message),
            (f"  {problem.code}", "dim"),
        )
    )
    if problem.hint:
        screen.print(Text(f"    {visible(problem.hint)}", style="italic"))


# explain


@app.command()
def explain(
    file: File,
    format: Annotated[  # noqa: A002 - the option is called --format
        Format | None,
        typer.Option(help="terminal, markdown or html; by default what suits the output."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead.")
    ] = None,
    as_json: Json = False,
) -> None:
    """The whole agreement as a document to read and sign.

    Example: revloop agreement explain agreement.yaml --output agreement.html
    """
    from revloop.agreement.explain import to_html, to_markdown

    contract = _required(file)
    chosen = format or _suited(output)
    text = to_html(contract) if chosen is Format.HTML else to_markdown(contract)
    if output is not None:
        _write(output, text)
        talk.print(Text(f"Wrote {output}."))
    if as_json:
        document = {"format": str(chosen), "file": str(output) if output else None}
        print_json({**_identity(contract), **document, "text": None if output else text})
    elif output is None:
        _print_document(text, chosen)


def _suited(output: Path | None) -> Format:
    if output is not None:
        return Format.HTML if output.suffix in {".html", ".htm"} else Format.MARKDOWN
    return Format.TERMINAL if sys.stdout.isatty() else Format.MARKDOWN


def _print_document(text: str, chosen: Format) -> None:
    if chosen is not Format.TERMINAL:
        sys.stdout.write(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text.replace("<br>", " · ")))


# diff


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The version before.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The version after.")],
    as_json: Json = False,
) -> None:
    """What changed between two versions, in plain words, and whether the number says so.

    Example: revloop agreement diff agreement-2.0.0.yaml agreement-2.1.0.yaml
    """
    from revloop.agreement.diff import diff as compare

    found = compare(_required(old), _required(new))
    if as_json:
        print_json(
            {
                "before": _identity(found.before),
                "after": _identity(found.after),
                "needed": found.needed.word if found.needed else None,
                "given": found.given.word if found.given else None,
                "changes": [
                    {
                        "class": change.change_class.word,
                        "kind": str(change.difference.kind),
                        "path": [str(step) for step in change.difference.path],
                        "says": change.says,
                    }
                    for change in found.changes
                ],
                "problems": [problem_document(problem) for problem in found.problems],
            }
        )
    else:
        _print_diff(found)
    raise typer.Exit(ExitCode.PROBLEMS if found.problems else ExitCode.FINE)


def _print_diff(found: Any) -> None:
    before, after = found.before.version, found.after.version
    if not found.changes:
        screen.print(f"{before} and {after} agree on everything.")
    group = None
    for change in found.changes:
        if change.change_class is not group:
            group = change.change_class
            screen.print(Text(_GROUPS[group.word], style="bold"))
        screen.print(Text(f"  {change.says}"))
    for problem in found.problems:
        screen.print(Text.assemble(("error ", "bold red"), problem.message))
        screen.print(Text(f"    {problem.hint}", style="italic"))
    if found.changes and not found.problems:
        screen.print(
            Text(f"{before} to {after} is a {found.given.word} step, as it should be.", style="dim")
        )


_GROUPS = {
    "major": "Major: numbers before and after do not mean the same",
    "minor": "Minor: goals, people and dates",
    "patch": "Patch: wording",
}


# hash, schema


@app.command("hash")
def print_hash(file: File, as_json: Json = False) -> None:
    """The hash of what was agreed. Comments, spacing and the order of keys do not change it.

    Example: revloop agreement hash agreement.yaml
    """
    contract = _required(file)
    if as_json:
        print_json(_identity(contract))
    else:
        screen.print(contract.hash)


@app.command()
def schema(as_json: Json = False) -> None:
    """The JSON Schema of agreement files, for completion and errors in editors.

    With --json it stands in a document like those of the other commands, under `schema`.

    Example: revloop agreement schema > agreement.schema.json
    """
    from revloop.agreement.json_schema import json_schema

    if as_json:
        print_json({"schema": json_schema()})
    else:
        sys.stdout.write(f"{json.dumps(json_schema(), indent=2, ensure_ascii=False)}\n")


# which


@app.command()
def which(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Versions of one agreement.")],
    at: Annotated[
        str | None, typer.Option(help="The instant, with its offset; now if absent.")
    ] = None,
    signatures: Annotated[
        Path | None,
        typer.Option(help="A JSON list of signatures: version, role, signer, hash, at, emergency."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Which version governs an instant. Without signatures, as if every version had been signed.

    Example: revloop agreement which agreements/*.yaml --at 2026-05-04T09:00:00-04:00
    """
    from revloop.agreement.versions import governing

    moment = instant(at)
    editions = _versions_of_one([_required(file) for file in files])
    history = _history(editions, signatures)
    tenures = history.tenures if history else _as_if_signed(editions)
    governs = governing(tenures, moment)
    states = {edition.version: _state(history, edition, governs, moment) for edition in editions}
    if as_json:
        print_json(
            {
                "at": moment.isoformat(),
                "version": governs.version if governs else None,
                "hash": governs.hash if governs else None,
                "signatures": "given" if history else "assumed",
                "states": states,
            }
        )
        return
    if governs is None:
        screen.print(f"No version is in force at {moment.isoformat()}: nothing is judged.")
    else:
        screen.print(f"Version {governs.version} governs {moment.isoformat()}.")
    for version, state in states.items():
        screen.print(Text(f"  {version}: {state}", style="dim"))
    if history is None:
        screen.print(Text("As if every version had been signed in time.", style="dim"))


def _versions_of_one(contracts: Sequence[Contract]) -> list[Edition]:
    from revloop.agreement.versions import Edition

    names = sorted({contract.form.agreement for contract in contracts})
    if len(names) > 1:
        raise InvalidInput(
            "which.several_agreements",
            f"these are versions of several agreements: {', '.join(names)}",
            hint="name the files of one",
        )
    hashes = {(contract.version, contract.hash) for contract in contracts}
    versions = [version for version, _ in hashes]
    for version in sorted(set(versions)):
        if versions.count(version) > 1:
            raise InvalidInput(
                "which.several_texts",
                f"version {version} is there with several texts",
                hint="a text that was shown to anybody keeps its number: raise that of the other",
            )
    return [Edition.of(each) for each in {each.version: each for each in contracts}.values()]


def _history(editions: Sequence[Edition], signatures: Path | None) -> Any:
    from revloop.agreement.versions import History
    from revloop.agreement.versions.rows import signatures_from

    if signatures is None:
        return None
    return History(tuple(editions), signatures_from(_json_file(signatures)))


def _as_if_signed(editions: Sequence[Edition]) -> Any:
    from revloop.agreement.versions import Entry, tenures

    starts = [(edition, edition.effective_from) for edition in editions]
    return tenures([Entry(edition, start, start, start) for edition, start in starts])


def _state(history: Any, edition: Edition, governs: Edition | None, at: datetime) -> str:
    from revloop.agreement.versions import obstacles, status

    if history is None:
        if governs is not None and edition.version == governs.version:
            return "in force"
        return "superseded" if edition.effective_from <= at else "not yet in force"
    said = str(status(history, edition, at)).replace("_", " ")
    hindered = "; ".join(alert.sentence for alert in obstacles(history, edition, at))
    return f"{said} ({hindered})" if hindered else said


# try


@app.command("try")
def try_record(
    file: File,
    record: Annotated[
        Path, typer.Option(help="One lead as a JSON document; - reads standard input.")
    ],
    at: Annotated[
        str | None, typer.Option(help="The moment of asking, if the record has none.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Judge one lead by the agreement and show why: stages, lane, scores, clause by clause.

    Example: revloop agreement try agreement.yaml --record lead.json
    """
    from revloop.agreement.judging.lead import judge_lead
    from revloop.agreement.judging.records import NotARecord, read_record
    from revloop.cli.judged import as_document, print_judged

    if file == STDIN and str(record) == STDIN:
        raise InvalidInput(
            "file.one_standard_input",
            "standard input holds one document, and both are to come from it",
            hint="name a file for one of them",
        )
    contract = _required(file)
    try:
        lead = read_record(contract, _json_file(record), instant(at))
    except NotARecord as error:
        if as_json:
            print_json({"problems": [problem_document(problem) for problem in error.problems]})
        else:
            _print_record_problems(record, error.problems)
        raise typer.Exit(ExitCode.PROBLEMS) from error
    judged = judge_lead(contract, lead)
    if as_json:
        print_json({**_identity(contract), "at": lead.at.isoformat(), **as_document(judged)})
    else:
        print_judged(contract, lead, judged)


def _print_record_problems(record: Path, problems: Sequence[Problem]) -> None:
    from revloop.agreement.problems import path_text
    from revloop.agreement.wording import visible

    for problem in problems:
        where = f" {visible(path_text(problem.path))}:" if problem.path else ""
        place = (f"{record}:{where} ", "dim")
        screen.print(Text.assemble(place, ("error ", "bold red"), visible(problem.message)))
        screen.print(Text(f"    {visible(problem.hint)}", style="italic"))


# words


@app.command()
def words(
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="With the names that this agreement declares."),
    ] = None,
    as_json: Json = False,
) -> None:
    """The words that conditions may use, with their types, meanings and values.

    Example: revloop agreement words agreement.yaml
    """
    from revloop.cli.words import as_document, print_words

    contract = _required(file) if file is not None else None
    if as_json:
        identity = _identity(contract) if contract else {}
        print_json({**identity, "words": as_document(contract)})
    else:
        print_words(contract)


# Reading files.


def _check(file: str) -> Checked:
    from revloop.agreement.check import check as check_content

    return check_content(_content(file))


def _required(file: str) -> Contract:
    """The agreement of a file; without one, its problems are shown and the command ends."""
    checked = _check(file)
    if checked.contract is None:
        for problem in checked.errors:
            _print_to_talk(file, problem)
    return checked.required()


def _print_to_talk(file: str, problem: Problem) -> None:
    from revloop.agreement.wording import visible

    place = f"{file}:{problem.place.line}:{problem.place.column}: "
    talk.print(Text(f"{place}{visible(problem.message)}"))


def _content(file: str) -> bytes:
    if file == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise InvalidInput(
            "file.not_readable",
            f"{file} cannot be read: {(error.strerror or 'unknown reason').lower()}",
            hint="check the name, or write one with: revloop agreement new",
        ) from error


def _json_file(file: Path) -> Any:
    try:
        return json.loads(_content(str(file)))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            "file.not_json", f"{file} is not a JSON document: {error}", hint="check its brackets"
        ) from error


def _identity(contract: Contract) -> dict[str, Any]:
    return {
        "agreement": contract.form.agreement,
        "version": contract.version,
        "hash": contract.hash,
    }
