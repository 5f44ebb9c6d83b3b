"""Pages of plans as forms send and scripts ask: what is shown, changed, refused at its field, and put back."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from app.clock import ManualClock
from app.database import sql
from app.plans import service
from app.plans.service import PlanView
from app.plans.specs import AssetSpec
from app.settings import Settings
from tests.api.forms import FormPage
from tests.plans.desk import Desk

HOME = "/channels/one/plans"
HTMX = {"HX-Request": "true"}
PLAN = {"name": "Week", "description": "", "cron": "", "first": "", "last": "", "priority": "0", "active": "on"}
ZONE = {"name": "Evening", "start": "19:00", "end": "22:00", "first": "", "last": "", "dst": "", "enabled": "on"}


@pytest.fixture
async def planner(editor: httpx.AsyncClient, settings: Settings, clock: ManualClock) -> Desk:
    """The desk behind the pages, with a film to air all day and a program of it."""
    desk = Desk(settings, clock)
    await desk.channel()
    await desk.program("film", AssetSpec(await desk.asset("Ferry", 80)))
    await desk.program("news", AssetSpec(await desk.asset("News", 25)))
    return desk


async def week(desk: Desk, *zones: tuple[str, str, list[str]], **fields: Any) -> PlanView:
    id = await desk.plan(fields.pop("name", "Week"), *zones, **fields)
    return await service.plan("one", id)


def toast(answer: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(answer.headers["hx-trigger"])["toast"]
    return told


async def test_channel_without_plans_says_what_to_do(planner: Desk, editor: httpx.AsyncClient) -> None:
    shown = (await editor.get(HOME)).text
    assert "No plans yet" in shown
    assert f'href="{HOME}/new"' in shown


async def test_week_shows_who_has_each_stretch_and_why(planner: Desk, editor: httpx.AsyncClient) -> None:
    await week(planner, ("06:00", "02:00", ["film"]), cron="0 0 * * MON-FRI")
    await week(
        planner, ("19:00", "22:00", ["news"]), name="Festival", priority=5, first="2026-05-20", last="2026-05-20"
    )
    shown = (await editor.get(f"{HOME}?date=2026-05-20")).text
    assert "18 – 24 May 2026" in shown
    assert "Festival wins over Week: priority 5 over 0." in shown
    assert "Mon to Fri, 02:00 – 06:00: 4 h without programmes." in shown
    assert "Sat and Sun: " not in shown
    assert "Let 06:00-02:00 go on until 06:00" in shown
    assert (await editor.get(f"{HOME}?week=2026-05-24")).text.count("18 – 24 May 2026") == shown.count(
        "18 – 24 May 2026"
    )
    alone = (await editor.get(f"{HOME}?date=2026-05-20", headers={**HTMX, "HX-Target": "section#plan-week"})).text
    assert alone.strip().startswith('<section id="plan-week"')


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
async def test_week_of_the_clock_change_is_drawn(planner: Desk, editor: httpx.AsyncClient, day: str) -> None:
    await week(planner, ("06:00", "06:30", ["film"]))
    shown = (await editor.get(f"{HOME}?date={day}")).text
    assert ("23 h, clocks go forward" if day == "2026-03-28" else "25 h, clocks go back") in shown


async def test_day_that_is_made_is_marked(planner: Desk, editor: httpx.AsyncClient) -> None:
    await week(planner, ("06:00", "05:30", ["film"]))
    await planner.generate("2026-05-15")
    assert (await editor.get(f"{HOME}?date=2026-05-15")).text.count("This day is made already") == 1


async def test_stretch_is_explained_on_a_page_of_its_own(planner: Desk, editor: httpx.AsyncClient) -> None:
    await week(planner, ("06:00", "20:00", ["film"]))
    shown = (await editor.get(f"{HOME}?date=2026-05-20")).text
    links = re.findall(rf'href="({HOME}/stretch\?at=\d+)"', shown)
    first, last = (await editor.get(links[0])).text, (await editor.get(links[-1])).text
    assert "Week is the only plan that applies on this day." in first
    assert "Change zone" in first
    assert "zones/new?start=20%3A00" in last
    for bad in ("0", "99999999999999999999", "-5"):
        assert (await editor.get(f"{HOME}/stretch?at={bad}")).status_code in (400, 422)


async def test_plan_is_added_changed_archived_and_deleted(planner: Desk, editor: httpx.AsyncClient) -> None:
    answer = await editor.post(f"{HOME}/new", data={**PLAN, "cron": "0 0 * * MON-FRI", "priority": "7"})
    assert answer.status_code == 303
    at = answer.headers["location"]
    form = FormPage((await editor.get(f"{at}/edit")).text)
    assert (form.value("name"), form.value("priority"), form.value("version")) == ("Week", "7", "1")
    changed = {**PLAN, "name": "Weekdays", "first": "12-20", "last": "01-05", "version": "1"}
    assert (await editor.post(at, data=changed)).status_code == 303
    stale = await editor.post(at, data={**changed, "name": "Again"})
    assert stale.status_code == 409
    assert "(VERSION_STALE)" in stale.text
    assert "20 Dec to 5 Jan every year" in (await editor.get(at)).text
    await editor.post(f"{at}/archive")
    assert (await service.plans("one"))[0].plan.active is False
    await editor.post(f"{at}/restore")
    assert (await service.plans("one"))[0].plan.active is True
    assert (await editor.post(f"{at}/delete")).headers["location"] == HOME
    assert await service.plans("one") == []


async def test_wrong_plan_is_told_at_its_field_with_its_code(planner: Desk, editor: httpx.AsyncClient) -> None:
    await week(planner, name="Taken")
    wrong = [
        ({"cron": "0 0 * *"}, "cron", "INVALID_CRON"), ({"first": "2026-13-01"}, "first", "INVALID_DATE_RANGE"),
        ({"first": "2026-02-01", "last": "2026-01-01"}, "last", "INVALID_DATE_RANGE"),
        ({"priority": "-1"}, "priority", "INVALID_PRIORITY"), ({"priority": "high"}, "priority", "NOT_A_NUMBER"),
        ({"name": " "}, "name", "NAME_BAD"), ({"name": "taken"}, "name", "PLAN_NAME_DUPLICATE"),
    ]  # fmt: skip
    before = planner.stored()
    for fields, at, code in wrong:
        answer = await editor.post(f"{HOME}/new", data={**PLAN, **fields})
        assert answer.status_code in (409, 422), fields
        page = FormPage(answer.text)
        assert f"({code})" in page.error_at(at), (fields, page.error_at(at))
        assert page.value("name") == {**PLAN, **fields}["name"].strip()
    assert planner.stored() == before


async def test_plan_with_zones_is_not_deleted_but_offered_to_be_archived(
    planner: Desk, editor: httpx.AsyncClient
) -> None:
    made = await week(planner, ("19:00", "20:00", ["film"]))
    answer = await editor.post(f"{HOME}/{made.id}/delete")
    assert answer.status_code == 409
    assert "Week has 1 zone. Archive it instead. (PLAN_HAS_DEPENDENCIES)" in answer.text
    assert "Archive instead" in answer.text
    assert len(await service.plans("one")) == 1


async def test_zone_is_added_with_its_programs_ordered_without_scripts(
    planner: Desk, editor: httpx.AsyncClient
) -> None:
    made = await week(planner)
    at = f"{HOME}/{made.id}/zones"
    known = {row["name"]: row["id"] for row in await sql("SELECT id, name FROM program")}
    form = FormPage((await editor.get(f"{at}/new?start=22:00&end=24:00&days=SAT")).text)
    assert (form.value("start"), form.value("end"), form.fields["days"].values) == ("22:00", "24:00", ["SAT"])
    typed = {**ZONE, "end": "24:00", "days": ["FRI", "SAT"], "version": str(made.version)}
    acts: list[tuple[str, str, list[str]]] = [
        ("add", "film", ["film"]), ("add", "news", ["film", "news"]), ("up-1", "", ["news", "film"]),
        ("add", "film", ["news", "film", "film"]), ("down-0", "", ["film", "news", "film"]), ("out-2", "", ["film", "news"]),
        ("up-9", "", ["film", "news"]),
    ]  # fmt: skip
    listed: list[str] = []
    for act, added, after in acts:
        answer = await editor.post(at, data={**typed, "programs": listed, "add": known.get(added, ""), "act": act})
        assert answer.status_code == 200
        listed = FormPage(answer.text).fields["programs"].values
        assert listed == [known[name] for name in after], act
        kept = [
            one for one in re.findall(r"<(?:button|select)[^>]* autofocus", answer.text) if "act" in one or "add" in one
        ]
        assert len(kept) == (act != "up-9"), act
    assert len((await service.plan("one", made.id)).plan.zones) == 1
    done = await editor.post(at, data={**typed, "programs": listed, "add": known["news"], "act": "save"})
    assert done.headers["location"] == f"{HOME}/{made.id}"
    zone = (await service.plan("one", made.id)).plan.zones[-1]
    assert ([one.name for one in zone.programs], zone.days, zone.end_min) == (
        ["film", "news", "news"], frozenset({"FRI", "SAT"}), 1440,
    )  # fmt: skip
    shown = (await editor.get(f"{HOME}/{made.id}")).text
    assert "film, news, news" in shown
    assert "Fri and Sat" in shown


async def test_wrong_zone_is_told_at_its_field_with_its_code(planner: Desk, editor: httpx.AsyncClient) -> None:
    made = await week(planner, ("19:00", "22:00", ["film"]))
    wrong = [
        ({"start": "22:10", "end": "23:10"}, "start", "Z-VAL-02"), ({"start": "20:00", "end": "20:00"}, "end", "Z-VAL-05"),
        ({"end": "25:00"}, "end", "Z-VAL-05"), ({"end": "22:10"}, "end", "Z-VAL-01"), ({"name": ""}, "name", "Z-VAL-04"),
        ({"first": "tomorrow"}, "first", "Z-VAL-07"), ({"dst": "hope"}, "dst", "Z-VAL-08"),
        ({"start": "21:00", "end": "23:00"}, "start", "Z-VAL-09"),
    ]  # fmt: skip
    before = planner.stored()
    for fields, at, code in wrong:
        typed = {**ZONE, "start": "22:00", "end": "23:00", "version": str(made.version), **fields}
        answer = await editor.post(f"{HOME}/{made.id}/zones", data=typed)
        assert answer.status_code in (409, 422), fields
        assert f"({code})" in FormPage(answer.text).error_at(at), fields
    unknown = {**ZONE, "days": "SOMEDAY", "programs": "none", "version": str(made.version)}
    assert "(PROGRAM_NOT_FOUND)" in (await editor.post(f"{HOME}/{made.id}/zones", data=unknown)).text
    assert planner.stored() == before


async def test_drag_moves_a_zone_on_all_its_days_and_is_put_back(planner: Desk, editor: httpx.AsyncClient) -> None:
    made = await week(planner, ("19:00", "21:00", ["film"]), ("21:00", "22:00", ["news"]))
    zone = next(one for one in made.plan.zones if one.name == "19:00-21:00")
    at = f"{HOME}/{made.id}/zones/{zone.id}/move"
    moved = await editor.post(at, headers=HTMX, data={"start": "18:00", "end": "20:00", "version": made.version})
    assert (moved.status_code, toast(moved)["message"]) == (204, "19:00-21:00 is 18:00 – 20:00 now.")
    offered = (await editor.get(f"{HOME}/{made.id}")).text
    assert f'action="{toast(moved)["undo"]}"' in offered
    undone = await editor.post(toast(moved)["undo"], headers=HTMX)
    assert toast(undone)["message"] == "19:00-21:00 is back at 19:00 – 21:00."
    again = await editor.post(toast(moved)["undo"], headers=HTMX)
    assert (again.status_code, toast(again)["level"]) == (409, "bad")
    after = await service.plan("one", made.id)
    assert after.plan == made.plan
    refused = await editor.post(at, headers=HTMX, data={"start": "19:30", "end": "21:30", "version": after.version})
    assert (refused.status_code, toast(refused)["message"]) == (
        409,
        "19:00-21:00 overlaps 21:00-22:00, 21:00 to 22:00.",
    )
    stale = await editor.post(at, headers=HTMX, data={"start": "18:00", "end": "20:00", "version": made.version})
    assert "was changed by someone else meanwhile" in toast(stale)["message"]
    plain = await editor.post(at, data={"start": "19:30", "end": "21:30", "version": after.version})
    assert plain.status_code == 409
    assert FormPage(plain.text).value("start") == "19:30"
    assert (await service.plan("one", made.id)).plan == made.plan


async def test_deleting_and_adding_a_zone_is_put_back_unless_the_plan_changed(
    planner: Desk, editor: httpx.AsyncClient
) -> None:
    made = await week(planner, ("19:00", "21:00", ["film", "news"]))
    zone = next(one for one in made.plan.zones if one.programs)
    gone = await editor.post(f"{HOME}/{made.id}/zones/{zone.id}/delete", headers=HTMX, data={"version": made.version})
    assert (
        toast(await editor.post(toast(gone)["undo"], headers=HTMX))["message"]
        == "19:00-21:00 is back at 19:00 – 21:00."
    )
    assert (await service.plan("one", made.id)).plan == made.plan
    added = await editor.post(f"{HOME}/{made.id}/zones", headers=HTMX, data={**ZONE, "start": "22:00", "end": "23:00"})
    assert toast(await editor.post(toast(added)["undo"], headers=HTMX))["message"] == "Evening is gone again."
    assert (await service.plan("one", made.id)).plan == made.plan
    added = await editor.post(f"{HOME}/{made.id}/zones", headers=HTMX, data={**ZONE, "start": "22:00", "end": "23:00"})
    await service.edit_plan("one", made.id, service.WantedPlan(priority=3), None, **planner.act)
    late = await editor.post(toast(added)["undo"], headers=HTMX)
    assert (late.status_code, "was changed meanwhile" in toast(late)["message"]) == (409, True)
    assert len((await service.plan("one", made.id)).plan.zones) == len(made.plan.zones) + 1


async def test_undo_of_the_calendar_leaves_zones_alone(planner: Desk, editor: httpx.AsyncClient) -> None:
    made = await week(planner)
    added = await editor.post(f"{HOME}/{made.id}/zones", headers=HTMX, data={**ZONE, "version": made.version})
    event = toast(added)["undo"].rpartition("/")[2]
    answer = await editor.post(f"/api/calendar/undo/{event}")
    assert (answer.status_code, answer.json()["code"]) == (404, "UNDO_UNKNOWN")
    assert len((await service.plan("one", made.id)).plan.zones) == 2


async def test_grid_is_set_and_zones_off_it_are_named(planner: Desk, editor: httpx.AsyncClient) -> None:
    await week(planner, ("19:30", "21:00", ["film"]))
    filler = await planner.asset("Tides", 1, "FIL")
    grid = {"minutes": "60", "offset": "0", "day_start": "05:00", "filler_asset": filler}
    assert "Tides" in (await editor.get(f"{HOME}/grid")).text
    answer = await editor.post(f"{HOME}/grid", data=grid)
    assert "(Z-VAL-01)" in (await editor.get(answer.headers["location"])).text
    assert FormPage((await editor.get(f"{HOME}/grid")).text).value("day_start") == "05:00"
    for fields, at, code in (
        ({"minutes": "20"}, "minutes", "CHN-003"), ({"offset": "60"}, "offset", "CHN-004"),
        ({"day_start": "05:10"}, "day_start", "CHN-006"),
    ):  # fmt: skip
        wrong = await editor.post(f"{HOME}/grid", data={**grid, **fields})
        assert (wrong.status_code, f"({code})" in FormPage(wrong.text).error_at(at)) == (422, True), fields


async def test_preview_shows_what_airs_and_why_at_any_instant(planner: Desk, editor: httpx.AsyncClient) -> None:
    await week(planner, ("06:00", "08:00", ["film", "news"]))
    before = planner.stored()
    query = urlencode({"date": "2026-05-20", "now": "2026-05-20T07:40"})
    shown = (await editor.get(f"{HOME}/preview?{query}")).text
    assert shown.count("On air then") == 1
    assert "The program names it." in shown
    assert "Base has no programs." in shown
    assert "ZONE_EMPTY" in shown
    assert "On air then" not in (await editor.get(f"{HOME}/preview?date=2026-05-20")).text
    told = await editor.get("/api/channels/one/days/2026-05-20/preview?now=2026-05-20T06:40:00Z")
    assert [one["title"] for one in told.json()["events"]] == ["Ferry", "News", "Filler"]
    for wrong in ("date=someday", "date=2026-05-20&now=soon", "date=2027-05-20&now=2027-05-20T10:00"):
        assert (await editor.get(f"{HOME}/preview?{wrong}")).status_code == 422, wrong
    assert planner.stored() == before


async def test_viewers_look_and_change_nothing(planner: Desk, viewer: httpx.AsyncClient) -> None:
    made = await week(planner, ("19:00", "21:00", ["film"]))
    zone = made.plan.zones[-1].id
    at = f"{HOME}/{made.id}"
    for page in (HOME, at, f"{at}/zones/{zone}", f"{HOME}/preview"):
        shown = await viewer.get(page)
        assert shown.status_code == 200
        assert "data-move" not in shown.text
    for path in (
        f"{HOME}/new",
        f"{HOME}/grid",
        at,
        f"{at}/archive",
        f"{at}/delete",
        f"{at}/zones",
        f"{at}/zones/{zone}/move",
    ):
        assert (await viewer.post(path)).status_code == 403, path


async def test_other_channels_and_unknown_plans_have_no_such_page(planner: Desk, editor: httpx.AsyncClient) -> None:
    await planner.channel("posts", "social")
    await planner.channel("two")
    made = await week(planner)
    for path in ("/channels/posts/plans", "/channels/nowhere/plans", f"{HOME}/nothing", f"{HOME}/{made.id}/zones/none"):
        assert (await editor.get(path)).status_code == 404, path
    assert (await editor.get(f"/channels/two/plans/{made.id}")).status_code == 409
    assert (await editor.get(f"{HOME}/week")).status_code == 200
