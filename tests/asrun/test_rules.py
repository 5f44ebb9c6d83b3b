"""What a row may say: a reason unless it aired, and nothing aired without evidence."""

import pytest

from app.asrun.rules import LONGEST_MS, MARKS, ON_AIR, check, kind_of
from app.errors import Invalid
from app.library.rules import TYPES
from tests.asrun.rows import at, entry

NOT_AIRED = ("TRUNCATED", "SHORT", "SKIPPED", "SUBSTITUTED", "ERROR")


@pytest.mark.parametrize("status", NOT_AIRED)
def test_whatever_did_not_air_as_planned_says_why(status):
    for reason in (None, "", "  "):
        with pytest.raises(Invalid) as refused:
            check(entry(status=status, reason=reason))
        assert refused.value.code == "REASON_NEEDED"
    check(entry(status=status, reason="FENCE_TERMINATION"))


@pytest.mark.parametrize("status", ON_AIR)
def test_nothing_was_on_air_without_evidence(status):
    with pytest.raises(Invalid) as refused:
        check(entry(status=status, reason="why", evidence="none"))
    assert refused.value.code == "EVIDENCE_NEEDED"


def test_what_was_skipped_or_failed_and_the_marks_of_a_block_need_no_evidence():
    for status in ("SKIPPED", "ERROR"):
        check(entry(status=status, reason="CHANNEL_TERMINATED", evidence="none", end_ms=None))
    for status in MARKS:
        check(entry(status=status, evidence="none", end_ms=None, asset=None))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "PLAYED"}, "ASRUN_WORD_BAD"),
        ({"evidence": "seen"}, "ASRUN_WORD_BAD"),
        ({"kind": "film"}, "ASRUN_WORD_BAD"),
        ({"title": " "}, "ASRUN_TEXT_BAD"),
        ({"title": "x" * 501}, "ASRUN_TEXT_BAD"),
        ({"source": ""}, "ASRUN_TEXT_BAD"),
        ({"source_key": ""}, "ASRUN_TEXT_BAD"),
        ({"end_ms": at("12:00")}, "INVALID_TIME_RANGE"),
        ({"end_ms": at("12:00") + LONGEST_MS + 1}, "INVALID_TIME_RANGE"),
        ({"planned_ms": at("12:00"), "planned_end_ms": at("11:00")}, "INVALID_TIME_RANGE"),
        ({"planned_end_ms": at("12:10")}, "INVALID_TIME_RANGE"),
        ({"start_ms": -1}, "INVALID_TIME_RANGE"),
    ],
)
def test_rows_that_are_refused(fields, code):
    with pytest.raises(Invalid) as refused:
        check(entry(**fields))
    assert refused.value.code == code


def test_kinds_of_what_was_played():
    kinds = {type: kind_of(type) for type in (*TYPES, None)}
    assert {type: kind for type, kind in kinds.items() if kind != "program"} == {
        "ADV": "commercial", "COM": "commercial", "PRO": "promo", "IDS": "ident", "BMP": "ident", "LIN": "ident",
        "PSA": "psa", "FIL": "filler", None: "pad",
    }  # fmt: skip
