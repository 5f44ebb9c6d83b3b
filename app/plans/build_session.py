"""A session in which a plan is built: lines are read and carried out on a draft, until it is saved or given up."""

import cmd
import shlex
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import click

from app.commands import REFUSED, refusals
from app.errors import Conflict, Unavailable
from app.plans.drafts import Act, Draft
from app.wording import count


@dataclass(slots=True)
class Session:
    """A draft and what was done to it since it was taken up or saved.

    `asks`: somebody types, who can be asked; otherwise the first line that is refused ends the session.
    """

    draft: Draft
    asks: bool
    as_json: bool
    acts: list[tuple[str, Act]] = field(default_factory=list)
    line: str = ""
    ended: bool = False

    def do(self, act: Act) -> Draft:
        """Change the draft, unless that is refused."""
        self.draft = act(self.draft)
        self.acts.append((self.line, act))
        return self.draft

    def begin(self, draft: Draft) -> None:
        """Go on with another draft to which nothing was done."""
        self.draft, self.acts = draft, []

    @property
    def unsaved(self) -> str:
        """How much is not saved; empty where nothing is."""
        return count(len(self.acts), "change") if self.draft.changed else ""

    def leave(self) -> None:
        """End, if nothing is lost by it or somebody says so."""
        if self.unsaved and self.asks:
            try:
                self.ended = _agreed(f"Give up {self.unsaved}? [y/N]: ")
                return
            except EOFError:  # whoever was there has gone
                click.echo("", err=True)
        self.ended = True
        if self.unsaved:
            raise Conflict(
                "DRAFT_UNSAVED", f"{self.unsaved} not saved: nothing of that is stored. Say save at the end."
            )


def _agreed(question: str) -> bool:
    click.echo(question, nl=False, err=True)
    return input().strip().lower() in ("y", "yes")


class Loop(cmd.Cmd):
    """Reads lines from standard input and carries out the words of each; on a terminal with a prompt and completion."""

    def __init__(self, session: Session, words: click.Group) -> None:
        super().__init__("tab" if session.asks else "")
        self.session, self.words, self.status = session, words, 0
        self.prompt = f"{session.draft.plan.name}> " if session.asks and sys.stdout.isatty() else ""

    def run(self) -> int:
        """Read until the end; gives the exit status."""
        while not self.session.ended:
            try:
                self.cmdloop()
            except KeyboardInterrupt:
                if not self.session.asks:
                    raise
                click.echo("\nThe line is given up; quit ends the session.", err=True)
            except UnicodeDecodeError:
                self._stop(self._carried_out(_refuse_bytes))
        return self.status

    def onecmd(self, line: str) -> bool:
        """Carry out a line; whether the session is over."""
        self._stop(self._carried_out(lambda: self._left() if line == "EOF" else self._words(line)))
        return self.session.ended

    def completenames(self, text: str, *where: Any) -> list[str]:
        """The words that may come next."""
        found: click.Command | None = self.words
        for word in where[0][: where[1]].split():
            found = found.commands.get(word) if isinstance(found, click.Group) else None
        return [one for one in sorted(found.commands) if one.startswith(text)] if isinstance(found, click.Group) else []

    def completedefault(self, *asked: Any) -> list[str]:
        """The same after the first word."""
        return self.completenames(*asked)

    def _stop(self, status: int) -> None:
        """Where nobody can mend a line that was refused, what follows it is not done either."""
        if status and not self.session.asks:
            if self.session.unsaved and not self.session.ended:
                click.echo(f"The session ends here, and nothing is stored of {self.session.unsaved}.", err=True)
            self.session.ended = True
        self.status = status if self.session.ended else 0

    def _carried_out(self, work: Callable[[], None]) -> int:
        """Do what a line asks for; gives the exit status that it would have as a command."""
        try:
            with refusals(as_json=self.session.as_json):
                _while_the_database_answers(work)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else ""
            click.echo(f"Error: {error.format_message()}\nSay {f'help {path}'.strip()} for more.", err=True)
            return error.exit_code
        except click.Abort:
            click.echo("The line is given up.", err=True)
            return REFUSED
        except SystemExit as ended:
            return REFUSED if ended.code else 0
        return 0

    def _left(self) -> None:
        if self.session.asks:
            click.echo("", err=True)
        self.session.leave()

    def _words(self, line: str) -> None:
        self.session.line = line.strip()
        try:
            line.encode()
            words = shlex.split(line)
        except UnicodeEncodeError:
            _refuse_bytes()
        except ValueError as error:
            raise click.UsageError(f"The line cannot be read: {str(error).lower()}.") from error
        if words:
            self.words.main(
                words, prog_name="", standalone_mode=False, obj=self.session,
                default_map=_for_all(self.words, as_json=self.session.as_json),
            )  # fmt: skip


def _while_the_database_answers(work: Callable[[], None]) -> None:
    try:
        work()
    except sqlite3.OperationalError as error:
        raise Unavailable("DATABASE_BUSY", f"The database does not answer: {error}. Say it again.") from error


def _refuse_bytes() -> NoReturn:
    raise click.UsageError("The line is no text in UTF-8.")


def _for_all(command: click.Command, **defaults: Any) -> dict[str, Any]:
    """Defaults for every command below a group."""
    if isinstance(command, click.Group):
        return {name: _for_all(one, **defaults) for name, one in command.commands.items()}
    return defaults
