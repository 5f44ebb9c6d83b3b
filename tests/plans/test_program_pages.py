"""Pages of programs, the tester, presets and copies, as plain forms and as fragments."""

import httpx
import pytest

from app.clock import ManualClock
from app.database import sql
from app.plans import cursors, programs, service
from app.plans.specs import AssetSpec, ClockSpec, Element, PackageSpec, RuleSpec, SeriesSpec
from tests.api.forms import FormPage
from tests.plans.desk import Desk

AT = "/channels/one/programs"


@pytest.fixture
async def desk(app, settings, clock: ManualClock) -> Desk:
    made = Desk(settings, clock)
    await made.channel()
    return made


async def add(editor: httpx.AsyncClient, kind: str, **fields: object) -> programs.ProgramView:
    answer = await editor.post(AT, data={"kind": kind, "slots": "1", **fields})
    assert answer.status_code == 303, FormPage(answer.text).alerts
    return await programs.program("one", answer.headers["location"].rpartition("/")[2])


async def test_each_kind_is_added_and_its_form_shows_it_again(editor: httpx.AsyncClient, desk: Desk) -> None:
    show, _ = await desk.series("Harbour", 3)
    film, opening = await desk.asset("Ferry", 80), await desk.asset("Opening", 0.5, "BMP")
    twin, _ = await desk.asset("Twin", 5), await desk.asset("Twin", 5)
    whole = {
        "types": ["EPI", "MOV"], "rule_series": "harbour\n", "genres": "Drama, Crime", "ratings": "12", "not_ratings": "18",
        "tags": "Noir", "not_tags": "adult", "seasons": "1-2", "episodes": "5", "shortest": "20", "longest": "1:30:00",
        "rest_hours": "48", "mode": "least_recently_used",
    }  # fmt: skip
    rows = {
        "rows": "3", "kind-0": "series", "what-0": "Harbour", "season-0": "1", "kind-1": "rule",
        "what-1": "types: EPI; series: Harbour; longest: 30:00", "kind-2": "asset", "what-2": "",
    }  # fmt: skip
    clock = {
        "rows": "3", "type-0": "BMP", "count-0": "1", "at-0": "0:30", "hard-0": "on", "type-1": "", "type-2": "EPI",
        "count-2": "2", "tags-2": "Night", "fallback-2": "mov", "rest_hours": "5", "mode": "random",
    }  # fmt: skip
    wanted = {
        "asset": ({"asset": "ferry", "slots": "3", "bleed": "on"}, AssetSpec(film)),
        "series": ({"series": "Harbour", "season": "1", "mode": "syndication"}, SeriesSpec(show, 1)),
        "rule": (whole, RuleSpec(
            ("EPI", "MOV"), (show,), (1, 2), (5, 5), ("Drama", "Crime"), ("12",), ("18",), ("noir",), ("adult",),
            1200, 5400, 48,
        )),
        "package": (
            {"compose": "block", "count": "2", "intro": "Opening", "outro": twin, "intro_when": "conditional",
             "outro_when": "never", "mode": "sequential", **rows},
            PackageSpec(
                (SeriesSpec(show, 1), RuleSpec(("EPI",), (show,), longest_s=1800)), "block", 2, (opening,), (twin,),
                "conditional", "never",
            ),
        ),
        "clock": (clock, ClockSpec(
            (Element("BMP", 1, 30, True), Element("EPI", 2, None, False, ("night",), ("MOV",))), 5,
        )),
    }  # fmt: skip
    for kind, (fields, spec) in wanted.items():
        assert FormPage((await editor.get(f"{AT}/new?kind={kind}")).text).value("kind") == kind
        made = await add(editor, kind, name=f"A {kind}", **fields)
        assert made.program.spec == spec
        page = FormPage((await editor.get(f"{AT}/{made.program.id}")).text)
        again = {name: page.fields[name].values for name in page.fields if name not in ("next", "seat")}
        saved = await editor.post(f"{AT}/{made.program.id}", data=again)
        assert saved.status_code == 303, FormPage(saved.text).alerts
        assert (await programs.program("one", made.program.id)).program == made.program
    page = (await editor.get(AT)).text
    assert all(f"A {kind}" in page for kind in wanted)
    assert "Finds nothing" in page
    assert (await programs.program("one", "A asset")).program.bleed


async def test_rows_are_added_moved_and_removed_without_storing(editor: httpx.AsyncClient, desk: Desk) -> None:
    rows = {"rows": "2", "type-0": "MUS", "count-0": "3", "type-1": "NEW", "hard-1": "on", "at-1": "0:00"}
    before = desk.stored()
    for act, types, number in (("more", ["MUS", "NEW", ""], 3), ("up-1", ["NEW", "MUS"], 2), ("drop-0", ["NEW"], 1)):
        page = FormPage((await editor.post(AT, data={"kind": "clock", "name": "Hour", "act": act, **rows})).text)
        assert [page.value(f"type-{row}") for row in range(number)] == types
        assert (page.value("rows"), page.value("name")) == (str(number), "Hour")
        assert bool(page.fields[f"hard-{types.index('NEW')}"].values)
    assert desk.stored() == before


REFUSED = [
    ("series", {"series": "Nothing"}, "series", "The library has no series Nothing."),
    ("asset", {"asset": ""}, "asset", "Name a video"),
    ("asset", {"asset": "Twin"}, "asset", "Several are called Twin."),
    ("rule", {"seasons": "first"}, "seasons", "Write a range"),
    ("rule", {"longest": "long"}, "longest", "Write a length"),
    ("rule", {"mode": "manual"}, "mode", "Only episodes of a series"),
    ("series", {"series": "Harbour", "slots": "0"}, "slots", "1 to 96 blocks"),
    ("series", {"series": "Harbour", "slots": "many"}, "slots", "whole number"),
    (
        "package",
        {"compose": "block", "intro_when": "always", "outro_when": "always", "rows": "1"},
        "what-0",
        "at least one",
    ),
    ("package", {"compose": "block", "rows": "1", "kind-0": "rule", "what-0": "noir"}, "what-0", "is no condition"),
    ("clock", {"rows": "1"}, "type-0", "at least one element"),
    ("clock", {"rows": "1", "type-0": "MUS", "at-0": "x"}, "at-0", "Write a length"),
]


async def test_refused_forms_say_why_at_the_field_and_keep_what_was_typed(
    editor: httpx.AsyncClient, desk: Desk
) -> None:
    await desk.series("Harbour", 1)
    for _ in range(2):
        await desk.asset("Twin", 5)
    before = desk.stored()
    for kind, fields, field, words in REFUSED:
        answer = await editor.post(AT, data={"kind": kind, "name": "Kept", **fields})
        page = FormPage(answer.text)
        assert answer.status_code == 422
        assert words in page.error_at(field), (kind, fields)
        assert page.value("name") == "Kept"
    answer = await editor.post(AT, data={"kind": "magic", "name": "x"})
    assert (answer.status_code, "Choose a kind of program" in answer.text) == (422, True)
    hard = {"kind": "clock", "name": "Hour", "rows": "1", "type-0": "MUS", "hard-0": "on"}
    assert (
        "A hard element is one, at a second of the hour." in FormPage((await editor.post(AT, data=hard)).text).alerts[0]
    )
    assert desk.stored() == before


async def test_stale_forms_and_viewers_change_nothing(
    editor: httpx.AsyncClient, viewer: httpx.AsyncClient, desk: Desk
) -> None:
    await desk.furnish()
    one = (await programs.program("one", "ferry")).program
    before = desk.stored()
    stale = await editor.post(
        f"{AT}/{one.id}", data={"name": "boat", "asset": "Ferry", "slots": "1", "version": "7"}
    )  # fmt: skip
    assert (stale.status_code, "changed by someone else" in stale.text) == (422, True)
    for path in (AT, f"{AT}/{one.id}", f"{AT}/{one.id}/delete", f"{AT}/{one.id}/next", f"{AT}/presets/prime-time"):
        assert (await viewer.post(path, data={})).status_code == 403
    page = (await viewer.get(f"{AT}/{one.id}")).text
    assert "Save program" not in page
    assert "Delete program" not in page
    assert desk.stored() == before


async def test_program_tells_what_is_next_and_an_operator_sets_it(editor: httpx.AsyncClient, desk: Desk) -> None:
    ids = await desk.furnish()
    one = (await programs.program("one", "harbour")).program
    page = (await editor.get(f"{AT}/{one.id}")).text
    assert "S01E01 Harbour 1" in page
    assert "19:00-21:00" in page
    done = await editor.post(f"{AT}/{one.id}/next", data={"seat": "0", "next": ids[4]})
    assert done.headers["location"] == f"{AT}/{one.id}"
    (stands,) = await cursors.standing("one", "harbour", clock=desk.clock)
    assert stands.next.id == ids[4]
    assert await sql("SELECT 1 FROM event WHERE verb = 'next chosen' AND subject_id = ?", one.id)
    used = await editor.post(f"{AT}/{one.id}/delete")
    assert (used.status_code, "harbour fills 1 zone. Take it out of there first." in used.text) == (409, True)


async def test_episode_is_picked_by_hand_and_forgotten_with_its_series(editor: httpx.AsyncClient, desk: Desk) -> None:
    _, ids = await desk.series("Harbour", 3)
    await desk.series("Kitchen", 1)
    made = await add(editor, "series", name="manual", series="Harbour", mode="manual")
    page = (await editor.get(f"{AT}/{made.program.id}")).text
    assert "Nobody picked an episode" in page
    form = {"name": "manual", "series": "Harbour", "mode": "manual", "slots": "1", "pick": ids[2], "version": "1"}
    await editor.post(f"{AT}/{made.program.id}", data=form)
    page = (await editor.get(f"{AT}/{made.program.id}")).text
    assert ("Picked by hand." in page, "Nobody picked" in page) == (True, False)
    await editor.post(f"{AT}/{made.program.id}", data={**form, "series": "Kitchen", "version": "2"})
    assert (await programs.program("one", "manual")).program.spec.pick is None


async def test_tester_tells_what_a_rule_means_and_stores_nothing(viewer: httpx.AsyncClient, desk: Desk) -> None:
    await desk.furnish()
    await desk.asset("Fog", 90, approved=False)
    one = (await programs.program("one", "harbour")).program
    before = desk.stored()
    query = {"date": "2026-12-24", "time": "20:00", "mode": "random"}
    typed = await viewer.get(f"{AT}/try", params={**query, "text": "types: MOV"})
    assert all(words in typed.text for words in ("Ferry", "Thu 24 Dec, 20:00", "1 match", "Not approved for broadcast"))
    fields = await viewer.get(f"{AT}/try", params={**query, "types": "EPI", "genres": "", "rest_hours": "3"})
    assert "5 matches" in fields.text
    assert "checked" in fields.text
    block = await viewer.get(
        f"{AT}/try", params={**query, "program": one.id}, headers={"HX-Request": "true", "HX-Target": "section#tried"}
    )
    assert block.text.lstrip().startswith('<section id="tried"')
    assert "S01E01 Harbour 1" in block.text
    wrong = await viewer.get(f"{AT}/try", params={**query, "text": "colour: red"})
    assert (wrong.status_code, "is no condition" in wrong.text) == (422, True)
    assert (await viewer.get(f"{AT}/try", params={**query, "date": "soon", "types": "EPI"})).status_code == 422
    assert (await viewer.get(f"{AT}/try", params={**query, "time": "25:99", "types": "EPI"})).status_code == 422
    assert "Try it" in (await viewer.get(f"{AT}/try")).text
    assert desk.stored() == before


async def test_preset_is_looked_at_and_added(editor: httpx.AsyncClient, desk: Desk) -> None:
    await desk.furnish()
    assert "Saturday cartoons" in (await editor.get(f"{AT}/presets")).text
    before = desk.stored()
    looked = (await editor.get(f"{AT}/presets/prime-time")).text
    assert all(words in looked for words in ("A new plan, Prime time, of priority 10", "Film of the day", "1 match in"))
    week = (await service.plan("one", "Week")).id
    clash = await editor.get(f"{AT}/presets/prime-time?plan={week}")
    assert "overlaps 19:00-21:00" in clash.text
    named = await editor.post(f"{AT}/presets/prime-time", data={"plan": "", "name": "week"})
    assert (named.status_code, "already has a plan" in FormPage(named.text).error_at("name")) == (422, True)
    assert desk.stored() == before
    done = await editor.post(f"{AT}/presets/prime-time", data={"plan": "", "name": "Evenings"})
    made = await service.plan("one", "Evenings")
    assert (done.headers["location"], len(made.plan.zones)) == (f"/channels/one/plans/{made.id}", 2)
    assert (await editor.get(f"{AT}/presets/breakfast")).status_code == 404


async def test_plan_is_copied_and_its_weekdays_too(editor: httpx.AsyncClient, desk: Desk) -> None:
    await desk.furnish()
    await desk.channel("two")
    week = (await service.plan("one", "Week")).id
    page = FormPage((await editor.get(f"/channels/one/plans/{week}/copy")).text)
    assert page.value("name") == "Week copy"
    two = (await sql("SELECT id FROM channel WHERE slug = 'two'"))[0]["id"]
    done = await editor.post(f"/channels/one/plans/{week}/copy", data={"name": "Week", "channel": two})
    assert done.headers["location"] == f"/channels/two/plans/{(await service.plan('two', 'Week')).id}"
    assert {one.program.name for one in await programs.programs("two")} == {"harbour", "ferry"}
    again = await editor.post(f"/channels/one/plans/{week}/copy", data={"name": "Week", "channel": two})
    assert (again.status_code, "already has a plan Week" in FormPage(again.text).error_at("name")) == (422, True)
    day = f"/channels/one/plans/{week}/copy-day"
    assert (await editor.post(day, data={"day": "MON", "to": ["TUE", "WED"]})).status_code == 303
    none = await editor.post(day, data={"day": "MON"})
    assert (none.status_code, "Choose another day" in none.text) == (422, True)


async def test_other_kinds_of_channels_have_no_programs(editor: httpx.AsyncClient, desk: Desk) -> None:
    await desk.channel("social", "social")
    assert (await editor.get("/channels/social/programs")).status_code == 404
    assert (await editor.get("/channels/none/programs")).status_code == 404
