"""HTTPS goes to the checked address under the name of the URL, and only to whom a certificate proves."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.outbound import client, outcome_of
from app.outbound.dialing import Dialer
from app.outbound.guard import Guard
from app.outbound.pool import Pool
from app.outbound.transport import OutboundTransport
from tests.outbound.conftest import EMPTY_OK, leads_to

NAME = "studio.example"


@dataclass
class Secure:
    port: int = 0
    certificate: Path = Path()
    names: list[str | None] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(EMPTY_OK)
        await writer.drain()
        writer.close()


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[Secure]:
    known = Secure(certificate=_certificate(tmp_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(known.certificate)
    context.sni_callback = lambda _socket, name, _context: known.names.append(name)
    async with await asyncio.start_server(known.answer, "127.0.0.1", 0, ssl=context) as listening:
        known.port = listening.sockets[0].getsockname()[1]
        yield known


def _trusting(certificate: Path) -> httpx.AsyncClient:
    tls = ssl.create_default_context(cafile=str(certificate))
    dialer = Dialer(Guard({NAME, "other.example"}), leads_to("127.0.0.1"))
    return httpx.AsyncClient(transport=OutboundTransport(Pool(dialer, tls, 10)))


async def test_name_of_the_url_is_asked_for_and_told(secure: Secure) -> None:
    async with _trusting(secure.certificate) as http:
        assert (await http.get(f"https://{NAME}:{secure.port}/")).status_code == 200
    assert secure.names == [NAME]
    assert f"host: {NAME}:{secure.port}".encode() in secure.heads[0].lower()


async def test_certificate_for_another_name_is_never_sent_to(secure: Secure) -> None:
    async with _trusting(secure.certificate) as http:
        with pytest.raises(httpx.ConnectError) as raised:
            await http.get(f"https://other.example:{secure.port}/")
    assert outcome_of(raised.value) == "never_sent"
    assert secure.heads == []


async def test_certificate_of_an_unknown_authority_is_never_sent_to(secure: Secure) -> None:
    async with client({NAME}, resolve=leads_to("127.0.0.1")) as http:
        with pytest.raises(httpx.ConnectError) as raised:
            await http.get(f"https://{NAME}:{secure.port}/")
    assert outcome_of(raised.value) == "never_sent"
    assert secure.heads == []


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
