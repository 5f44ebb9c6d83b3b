"""A channel of GitHub is shown on its page, which sends nobody into the form of a webhook."""

CHANNEL = {
    "title": "Clips", "platform": "github", "timezone": "Europe/Lisbon", "repository": "harbour/clips", "token": "t0ken",
}  # fmt: skip


async def test_the_page_names_the_repository_and_offers_no_webhook_form(scripts, editor):
    made = await scripts["editor"].post("/api/channels", json=CHANNEL)
    assert made.status_code == 201, made.text
    page = (await editor.get("/channels/clips")).text
    assert "https://github.com/harbour/clips" in page
    assert "Save channel" not in page
    assert 'name="url"' not in page
    assert "t0ken" not in page
