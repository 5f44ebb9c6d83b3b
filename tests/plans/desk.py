"""A desk with linear channels and a library to plan with."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from app.accounts.rules import Identity
from app.clock import ManualClock
from app.database import new_id, sql
from app.library import series
from app.plans import days, programs, service
from app.plans.days import DayView
from app.plans.programs import WantedProgram
from app.plans.service import WantedPlan
from app.plans.specs import AssetSpec, SeriesSpec, Spec
from app.plans.zones import WantedZone, add_zone
from app.settings import Settings

EDITOR = Identity("user", "1", "Edda", "editor")
MIN = 60_000


@dataclass(frozen=True)
class Desk:
    """A data folder with its open database, and an editor who plans there."""

    settings: Settings
    clock: ManualClock
    by: Identity = EDITOR

    @property
    def act(self) -> dict[str, Any]:
        return {"by": self.by, "clock": self.clock}

    async def channel(self, slug: str = "one", kind: str = "linear", zone: str = "Europe/Lisbon") -> str:
        id = new_id()
        await sql(
            "INSERT INTO channel (id, slug, kind, title, timezone, day_start) VALUES (?, ?, ?, ?, ?, '06:00')",
            id, slug, kind, slug.title(), zone,
        )  # fmt: skip
        return id

    async def asset(
        self, title: str, minutes: float, type: str = "MOV", approved: bool = True, state: str = "ready"
    ) -> str:
        id = new_id()
        await sql(
            "INSERT INTO asset (id, type, title, name, duration_ms, state, approved, created_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
            id, type, title, title, round(minutes * MIN), state, approved,
        )  # fmt: skip
        return id

    async def series(self, title: str, number: int, minutes: float = 25) -> tuple[str, list[str]]:
        made = await series.add_series(title, **self.act)
        ids = []
        for episode in range(1, number + 1):
            asset = await self.asset(f"{title} {episode}", minutes, "EPI")
            await series.place(asset, series.Place(made.id, 1, episode), 1, **self.act)
            ids.append(asset)
        return made.id, ids

    async def program(self, name: str, spec: Spec, channel: str = "one", **fields: Any) -> str:
        wanted = WantedProgram(name=name, spec=spec, **fields)
        return (await programs.add_program(channel, wanted, **self.act)).program.id

    async def plan(self, name: str, *zones: tuple[str, str, list[str]], channel: str = "one", **fields: Any) -> str:
        made = await service.add_plan(channel, WantedPlan(name=name, **fields), **self.act)
        for start, end, items in zones:
            wanted = WantedZone(name=f"{start}-{end}", start=start, end=end, programs=items)
            await add_zone(channel, made.id, wanted, **self.act)
        return made.id

    async def furnish(self) -> list[str]:
        """A series in the evening and a film in a loop over the rest; gives the episodes."""
        show, episodes = await self.series("Harbour", 5)
        film = await self.asset("Ferry", 80)
        await self.program("harbour", SeriesSpec(show))
        await self.program("ferry", AssetSpec(film))
        await self.plan("Week", ("19:00", "21:00", ["harbour"]), ("21:00", "19:00", ["ferry"]))
        return episodes

    async def generate(self, date: str, **options: Any) -> DayView:
        return await days.generate("one", date, **options, **self.act)

    def stored(self) -> list[str]:
        with closing(sqlite3.connect(self.settings.database)) as connection:
            return list(connection.iterdump())
