"""A desk with a post in every state, each brought about by a receiver that behaves so."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from app.clock import HOUR_MS
from tests.system.desk import Desk
from tests.system.films import Films

# What a receiver does, and what becomes of a post that is sent to it.
OUTCOMES = {
    "ok": "published",
    "400": "failed",
    "429-seconds?after=3600": "retry_wait",
    "accepted?pending=1000": "confirming",
    "drop-after": "unconfirmed",
}
TEXT = "Twelve stalls, one morning.\nFilmed at the harbour market."


@dataclass
class Gallery:
    """The posts by their state, one asset and channel to look at, and a channel with plans."""

    posts: dict[str, str] = field(default_factory=dict)
    asset: str = ""
    channel: str = ""
    wave: str = "harbour-day"
    linear: str = "harbour-tv"
    plan: str = "week"
    booking: str = ""

    @classmethod
    def hang(cls, desk: Desk, films: Films) -> "Gallery":
        """Make the posts and wait until each is in its state."""
        made = cls()
        channels = {state: desk.channel(f"Harbour {state}", behaviour) for behaviour, state in OUTCOMES.items()}
        for state, channel in channels.items():
            made._add(desk, films, state, channel)
        made._add(desk, films, "scheduled", channels["published"])
        made._add(desk, films, "cancelled", channels["published"])
        made._add(desk, films, "partially_published", channels["published"], channels["failed"])
        closed = desk.channel("Harbour paused")
        made._add(desk, films, "missed", closed)
        made._add(desk, films, "paused", closed)
        made._bring_about(desk, closed)
        made._wave(desk, films, *channels.values())
        made.channel = channels["published"]
        made._plan(desk)
        return made

    def _add(self, desk: Desk, films: Films, state: str, *channels: str) -> None:
        title = f"Market haul, {state.replace('_', ' ')}"
        asset = desk.asset(films.film(f"market {state}"))
        self.asset = self.asset or asset
        texts = {"description": TEXT, "hashtags": "market harbour"}
        minutes = 24 * 60 + 5 * len(self.posts)
        self.posts[state] = desk.post(asset, title, *channels, minutes=minutes, **texts)

    def _bring_about(self, desk: Desk, closed: str) -> None:
        for state in (*OUTCOMES.values(), "partially_published"):
            desk.act(self.posts[state], "force")
        desk.ask("DELETE", f"/api/schedule/post/{self.posts['cancelled']}")
        # Its time comes and goes while nothing goes out there.
        desk.sql("UPDATE target SET due_ms = due_ms - ? WHERE post = ?", 36 * HOUR_MS, self.posts["missed"])
        for state in (*OUTCOMES.values(), "partially_published", "cancelled", "missed"):
            desk.await_state(self.posts[state], state)
        desk.ask("POST", f"/api/channels/{closed}/pause")

    def _wave(self, desk: Desk, films: Films, *channels: str) -> None:
        """A wave with a group of filled slots and one of empty ones."""
        start = datetime.now(UTC) + timedelta(days=2)
        wave_film = desk.asset(films.film("harbour day"))
        for hours, more in ((0, {"video_id": wave_film}), (8, {})):
            wanted = {"channel_ids": channels, "delay_seconds": 2400, "wave_id": self.wave, "wave_title": "Harbour day"}
            at = (start + timedelta(hours=hours)).isoformat()
            desk.ask("POST", "/api/schedules/staggered", {**wanted, "start_time": at, **more})

    def _plan(self, desk: Desk) -> None:
        """A linear channel with a plan."""
        wanted = {"title": "Harbour TV", "slug": self.linear, "kind": "linear", "timezone": "Europe/Lisbon"}
        desk.ask("POST", "/api/channels", wanted)
        desk.ask("POST", f"/api/channels/{self.linear}/plans", {"name": self.plan})
        desk.sql("UPDATE asset SET approved = 1 WHERE id = ?", self.asset)
        wanted = {"asset": self.asset, "start": (datetime.now(UTC) + timedelta(days=6)).isoformat()}
        self.booking = desk.ask("POST", f"/api/channels/{self.linear}/bookings", wanted)["id"]
