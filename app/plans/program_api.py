"""Programs, their trying, presets and copies, for programs that call."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, delete, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from app.plans import copying, cursors, programs, trying
from app.plans.bodies import (
    ChangedProgramBody,
    CopyBody,
    CopyDayBody,
    NewProgramBody,
    NextBody,
    PresetBody,
    TryBody,
    wanted,
)
from app.plans.furnishing import add_preset
from app.plans.grids import planned
from app.plans.presets import PRESETS
from app.plans.program_schemas import (
    CopiedJson,
    FurnishedJson,
    PresetJson,
    ProgramJson,
    StandingJson,
    TriedJson,
    copied_json,
    furnished_json,
    preset_json,
    program_json,
    standing_json,
    tried_json,
)
from app.plans.programs import WantedProgram
from app.plans.schemas import PlanJson, plan_json
from app.web.documented import documented
from app.web.guards import act, editor, viewer

AnyRequest = Request[Any, Any, Any]
_ASKED = documented(401, 403, 404, 409)
_CHANGED = documented(404, 409, 413, 422)


class ProgramApi(Controller):
    """`/api/channels/{channel}/programs`."""

    path = "/api/channels/{channel:str}/programs"
    tags = ["Plans"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=_ASKED)
    async def all(self, channel: FromPath[str]) -> list[ProgramJson]:
        """The programs of a channel, by name."""
        used = await programs.uses(channel)
        return [program_json(one, used[one.program.id]) for one in await programs.programs(channel)]

    @post(guards=[editor], responses=_CHANGED)
    async def create(self, request: AnyRequest, channel: FromPath[str], data: JSONBody[NewProgramBody]) -> ProgramJson:
        """Add a program."""
        return program_json(await programs.add_program(channel, wanted(WantedProgram, data), **act(request)))

    @get("/{program:str}", responses=_ASKED)
    async def show(self, channel: FromPath[str], program: FromPath[str]) -> ProgramJson:
        """One program, by id or name."""
        one = await programs.program(channel, program)
        return program_json(one, (await programs.uses(channel))[one.program.id])

    @patch("/{program:str}", guards=[editor], responses=_CHANGED)
    async def change(
        self, request: AnyRequest, channel: FromPath[str], program: FromPath[str], data: JSONBody[ChangedProgramBody]
    ) -> ProgramJson:
        """Change a program, unless it was changed since `version`."""
        asked = wanted(WantedProgram, data)
        return program_json(await programs.edit_program(channel, program, asked, data.version, **act(request)))

    @delete("/{program:str}", guards=[editor], responses=_ASKED)
    async def remove(self, request: AnyRequest, channel: FromPath[str], program: FromPath[str]) -> None:
        """Delete a program that no zone has."""
        await programs.remove_program(channel, program, **act(request))

    @get("/{program:str}/try", responses=documented(404, 409, 422))
    async def try_program(
        self, request: AnyRequest, channel: FromPath[str], program: FromPath[str], at: FromQuery[datetime | None] = None
    ) -> TriedJson:
        """Try a program as it is stored, for an instant with an offset or for now."""
        return tried_json(await trying.try_program(channel, program, at=at, clock=request.app.state.clock))

    @get("/{program:str}/next", responses=_ASKED)
    async def standing(self, request: AnyRequest, channel: FromPath[str], program: FromPath[str]) -> list[StandingJson]:
        """What airs next of a program that goes in order; a package has one line for each source that does."""
        return [
            standing_json(one) for one in await cursors.standing(channel, program, clock=request.app.state.clock)
        ]  # fmt: skip

    @put("/{program:str}/next", guards=[editor], responses=_CHANGED)
    async def put_next(
        self, request: AnyRequest, channel: FromPath[str], program: FromPath[str], data: JSONBody[NextBody]
    ) -> list[StandingJson]:
        """Let an asset be next, in days that are made from now on."""
        stands = await cursors.put_next(channel, program, data.asset, data.seat, **act(request))
        return [standing_json(one) for one in stands]


class TryApi(Controller):
    """`/api/channels/{channel}/try`."""

    path = "/api/channels/{channel:str}/try"
    tags = ["Plans"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @post(status_code=200, responses=_CHANGED)
    async def try_source(self, request: AnyRequest, channel: FromPath[str], data: JSONBody[TryBody]) -> TriedJson:
        """Try what no program is made of yet: what it picks, from which pools, and why others fall out.

        Nothing is stored.
        """
        clock = request.app.state.clock
        return tried_json(await trying.try_spec(channel, data.source, data.mode, at=data.at, clock=clock))


class CopyApi(Controller):
    """`/api/channels/{channel}/plans/{plan}/copy` and `.../copy-day`."""

    path = "/api/channels/{channel:str}/plans/{plan:str}"
    tags = ["Plans"]  # noqa: RUF012 - Litestar's form
    guards = [editor]  # noqa: RUF012

    @post("/copy", responses=_CHANGED)
    async def copy(
        self, request: AnyRequest, channel: FromPath[str], plan: FromPath[str], data: JSONBody[CopyBody]
    ) -> CopiedJson:
        """Copy a plan with its zones, also to another channel with its programs; the copy is archived at first."""
        return copied_json(await copying.copy_plan(channel, plan, data.name, to=data.channel, **act(request)))

    @post("/copy-day", status_code=200, responses=_CHANGED)
    async def copy_day(
        self, request: AnyRequest, channel: FromPath[str], plan: FromPath[str], data: JSONBody[CopyDayBody]
    ) -> PlanJson:
        """Let other weekdays of a plan have the zones that one has, in the place of their own."""
        return plan_json(await copying.copy_day(channel, plan, data.day, data.to, **act(request)))


class PresetApi(Controller):
    """`/api/channels/{channel}/presets`."""

    path = "/api/channels/{channel:str}/presets"
    tags = ["Plans"]  # noqa: RUF012 - Litestar's form
    guards = [viewer]  # noqa: RUF012

    @get(responses=_ASKED)
    async def all(self, channel: FromPath[str]) -> list[PresetJson]:
        """The presets that can be added."""
        await planned(channel)
        return [preset_json(one) for one in PRESETS.values()]

    @post("/{preset:str}", guards=[editor], status_code=200, responses=_CHANGED)
    async def add(
        self, request: AnyRequest, channel: FromPath[str], preset: FromPath[str], data: JSONBody[PresetBody]
    ) -> FurnishedJson:
        """Add a preset as a new plan, or its zones to a plan; with `dry_run` only told."""
        done = await add_preset(
            channel, preset, plan=data.plan, name=data.name, dry_run=data.dry_run, **act(request)
        )  # fmt: skip
        return furnished_json(done)


CONTROLLERS = (ProgramApi, TryApi, CopyApi, PresetApi)
