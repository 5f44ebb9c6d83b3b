import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.standard_webhooks import BadSignature, new_secret, sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
HEADERS = {"webhook-id": ID, "webhook-timestamp": "1614265330", "webhook-signature": SIGNATURE}

ids = st.from_regex(r"[A-Za-z0-9_:\-]{1,40}", fullmatch=True)
instants = st.integers(1_500_000_000, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def test_vector_of_the_specification_is_signed_and_verified() -> None:
    assert sign(SECRET, ID, AT, BODY) == HEADERS
    verify(SECRET, HEADERS, BODY, AT)


@given(ids, instants, st.binary(max_size=200))
def test_what_we_sign_we_verify(id: str, at: datetime, body: bytes) -> None:
    secret = new_secret()
    verify(secret, sign(secret, id, at, body), body, at)


@given(ids, instants, st.binary(max_size=200), st.binary(max_size=200))
def test_any_other_body_is_refused(id: str, at: datetime, body: bytes, other: bytes) -> None:
    headers = sign(SECRET, id, at, body)
    if other != body:
        with pytest.raises(BadSignature):
            verify(SECRET, headers, other, at)


@given(ids, ids)
def test_any_other_id_is_refused(id: str, other: str) -> None:
    headers = sign(SECRET, id, AT, BODY) | {"webhook-id": other}
    if other != id:
        with pytest.raises(BadSignature):
            verify(SECRET, headers, BODY, AT)


def test_any_other_secret_is_refused() -> None:
    with pytest.raises(BadSignature):
        verify(new_secret(), HEADERS, BODY, AT)


def test_timestamp_is_signed_too() -> None:
    with pytest.raises(BadSignature, match="does not match"):
        verify(SECRET, HEADERS | {"webhook-timestamp": "1614265331"}, BODY, AT)


@pytest.mark.parametrize("seconds", [-300, -299.9, 0, 300])
def test_delivery_within_the_tolerance_is_taken(seconds: float) -> None:
    verify(SECRET, HEADERS, BODY, AT + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-300.001, 300.001, 301, 86_400, -86_400])
def test_delivery_too_old_or_too_new_is_refused(seconds: float) -> None:
    with pytest.raises(BadSignature, match="300 seconds"):
        verify(SECRET, HEADERS, BODY, AT + timedelta(seconds=seconds))


def test_tolerance_is_the_callers() -> None:
    verify(SECRET, HEADERS, BODY, AT + timedelta(seconds=900), tolerance_s=900)
    with pytest.raises(BadSignature):
        verify(SECRET, HEADERS, BODY, AT + timedelta(seconds=11), tolerance_s=10)


@pytest.mark.parametrize(
    "signatures",
    [
        f"v1,{'A' * 43}= {SIGNATURE}",
        f"{SIGNATURE} v1,{'A' * 43}=",
        f"v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== {SIGNATURE}",
    ],
)
def test_one_right_signature_among_several_is_enough(signatures: str) -> None:
    verify(SECRET, HEADERS | {"webhook-signature": signatures}, BODY, AT)


@pytest.mark.parametrize(
    "signatures",
    [
        "",
        " ",
        "v1,",
        SIGNATURE.removeprefix("v1,"),
        SIGNATURE.replace("v1", "v2"),
        SIGNATURE[:-1],
        "v1,é",
        f"x{SIGNATURE}",
    ],
)
def test_wrong_signature_is_refused(signatures: str) -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, HEADERS | {"webhook-signature": signatures}, BODY, AT)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_missing_header_is_named(name: str) -> None:
    with pytest.raises(BadSignature, match=name):
        verify(SECRET, {key: value for key, value in HEADERS.items() if key != name}, BODY, AT)


@pytest.mark.parametrize(
    "timestamp", ["", "now", "1614265330.0", " 1614265330", "1_614_265_330", "-1", "9" * 5000, "١٦"]
)
def test_timestamp_that_is_no_number_is_refused(timestamp: str) -> None:
    with pytest.raises(BadSignature, match="number of seconds"):
        verify(SECRET, HEADERS | {"webhook-timestamp": timestamp}, BODY, AT)


def test_header_names_are_read_in_any_case() -> None:
    verify(SECRET, {name.title(): value for name, value in HEADERS.items()}, BODY, AT)


@pytest.mark.parametrize("id", ["", "a.b", "a b", "a\r\nx: y", "é", "x" * 257])
def test_id_that_could_be_misread_is_not_signed(id: str) -> None:
    with pytest.raises(ValueError, match="webhook id"):
        sign(SECRET, id, AT, BODY)


@pytest.mark.parametrize("secret", ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64!", "whsec_abc"])
def test_secret_of_another_form_is_an_error_of_ours(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        sign(secret, ID, AT, BODY)


def test_error_about_a_secret_does_not_tell_it() -> None:
    with pytest.raises(ValueError, match="whsec_") as raised:
        sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", ID, AT, BODY)
    assert "MfKQ9r8G" not in str(raised.value)


def test_naive_time_is_an_error() -> None:
    with pytest.raises(Exception, match="time zone"):
        sign(SECRET, ID, datetime(2026, 1, 1), BODY)  # noqa: DTZ001 - the naive time is the test
    with pytest.raises(Exception, match="time zone"):
        verify(SECRET, HEADERS, BODY, datetime(2021, 2, 25))  # noqa: DTZ001


def test_new_secrets_are_long_and_never_alike() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(base64.b64decode(secret.removeprefix("whsec_"))) for secret in secrets} == {32}
