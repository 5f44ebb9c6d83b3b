"""A publication for the webhook adapter."""

from datetime import UTC, datetime
from typing import Any

from app.posts.adapters.base import File, Publication
from app.standard_webhooks import new_secret

DUE = datetime(2026, 5, 14, 16, 30, tzinfo=UTC)
SECRET = new_secret()


def publication(url: str, target: str = "t1", prepared: dict[str, Any] | None = None) -> Publication:
    return Publication(
        target_id=target,
        post_id="p1",
        generation=1,
        due=DUE,
        channel="Harbour",
        title="Harbour Tonight 🚢",
        description="What happened\non the quay.",
        hashtags=["boat", "港"],
        file=File("http://desk.test/files/a", "harbour.mp4", 3, "ab12", "video/mp4", 1000),
        callback_url=f"http://desk.test/api/callbacks/{target}",
        config={"url": url},
        secret=SECRET,
        prepared=prepared or {},
    )
