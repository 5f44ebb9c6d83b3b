"""What a remote says about a refusal is shown in its words, without the notation around them."""

import pytest

from app.posts.adapters.exchange import quoted


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b'{"error": "out of credits"}', ": out of credits"),
        (b'{"message": "Bad\\ncredentials", "status": 1}', ": Bad credentials"),
        (b'{"error": {"code": 5}}', ': {"error": {"code": 5}}'),
        (b"[1]", ": [1]"),
        (b"plain words", ": plain words"),
        (b"", ""),
        (b"\x00\x01", ""),
    ],
)
def test_words_of_a_remote(said, shown):
    assert quoted(said) == shown
