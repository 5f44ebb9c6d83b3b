"""Reads a page's fields: what stands in them, and what is said at them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = ("input", "img", "br", "meta", "link")


@dataclass
class Field:
    """A field of a form; `values` has several entries where boxes share a name."""

    values: list[str] = field(default_factory=list)
    invalid: bool = False
    described_by: list[str] = field(default_factory=list)


class FormPage(HTMLParser):
    """The fields of a page by their names, and the texts of elements that have an id or are alerts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, Field] = {}
        self.texts: dict[str, str] = {}
        self.alerts: list[str] = []
        self._open: list[tuple[str, str, str]] = []
        self._select = ""
        self.feed(html)

    def value(self, name: str) -> str:
        values = self.fields[name].values
        return values[-1] if values else ""

    def error_at(self, name: str) -> str:
        """The message at a field, if it is marked as wrong and described by the message."""
        found = self.fields[name]
        errors = [id for id in found.described_by if id.endswith("-error")]
        return " ".join(self.texts[errors[0]].split()) if found.invalid and errors else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag in ("input", "select", "textarea"):
            self._field(tag, has)
        elif tag == "option" and "selected" in has:
            self.fields[self._select].values = [has["value"]]
        if has.get("role") == "alert":
            self.alerts.append("")
        if tag not in VOID:
            self._open.append((tag, has.get("id", ""), has.get("role", "")))

    def _field(self, tag: str, has: dict[str, str]) -> None:
        found = self.fields.setdefault(has.get("name", ""), Field())
        found.invalid |= has.get("aria-invalid") == "true"
        found.described_by += has.get("aria-describedby", "").split()
        if tag == "select":
            self._select = has.get("name", "")
        elif has.get("type") != "checkbox" or "checked" in has:
            found.values.append(has.get("value", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing that closes itself has a text."""

    def handle_endtag(self, tag: str) -> None:
        if any(opened == tag for opened, _, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        for tag, id, role in self._open:
            if id:
                self.texts[id] = self.texts.get(id, "") + data
            if role == "alert":
                self.alerts[-1] += data
            if tag == "textarea":
                self.fields[id.removeprefix("f-")].values = [data]
