"""A channel's own texts take the place of the post's, field by field, within the desk's limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.posts import overriding
from app.posts.overriding import Own
from app.posts.rendering import Texts

POST = Texts("Harbour", "Twelve stalls.", ["market"])
TAG = st.text("abcäöü東_", min_size=1, max_size=8)
LINE = st.text(st.characters(categories=("L", "N", "P", "S")), max_size=40)
OWN = st.builds(Own, LINE, LINE, st.lists(TAG, max_size=5, unique_by=str.casefold))


@pytest.mark.parametrize(
    ("own", "texts"),
    [
        (None, POST),
        (Own(), POST),
        (Own(title="Bus"), Texts("Bus", "Twelve stalls.", ["market"])),
        (Own(description="One stall."), Texts("Harbour", "One stall.", ["market"])),
        (Own(hashtags=["bus"]), Texts("Harbour", "Twelve stalls.", ["bus"])),
        (Own("Bus", "One stall.", ["bus"]), Texts("Bus", "One stall.", ["bus"])),
    ],
)
def test_what_is_empty_is_as_in_the_post(own: Own | None, texts: Texts) -> None:
    assert overriding.texts_for(POST, own) == texts


@given(OWN)
def test_own_texts_are_kept_as_they_were_checked(own: Own) -> None:
    checked = overriding.checked(own, "c")
    assert overriding.read(overriding.stored(checked)) == checked
    said = overriding.texts_for(POST, checked)
    assert said.title == (" ".join(own.title.split()) or POST.title)
    assert said.description == (own.description.strip() or POST.description)
    assert list(said.hashtags) == (list(own.hashtags) or POST.hashtags)


@pytest.mark.parametrize("blank", [Own(), Own(title="  "), Own(description="\r\n"), Own(hashtags=" , ")])
def test_blank_own_texts_are_none(blank: Own) -> None:
    assert overriding.checked(blank, "c") is None


@pytest.mark.parametrize(
    ("own", "field", "code"),
    [
        (Own(title="x" * 101), "title", "TITLE_LONG"),
        (Own(description="x" * 5001), "description", "DESCRIPTION_LONG"),
        (Own(hashtags="1234"), "hashtags", "HASHTAG_BAD"),
    ],
)
def test_what_is_beyond_the_desks_limits_is_refused_at_the_channels_field(own: Own, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        overriding.checked(own, "c")
    assert (refused.value.code, list(refused.value.errors)) == (code, [f"overrides.c.{field}"])


def test_own_texts_are_found_by_id_and_by_slug_and_not_for_other_channels() -> None:
    channels = [("1", "bus"), ("2", "kitchen")]
    own = {"bus": Own(title="Bus"), "2": Own(title="Kitchen")}
    assert overriding.by_channel(own, channels) == {"1": Own(title="Bus"), "2": Own(title="Kitchen")}
    with pytest.raises(Invalid) as refused:
        overriding.by_channel({"other": Own()}, channels)
    assert refused.value.code == "OVERRIDE_CHANNEL"
