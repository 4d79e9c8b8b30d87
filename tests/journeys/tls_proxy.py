"""A proxy on the loopback that ends TLS, as production has one in front: it adds who asks, and by what scheme."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# What a client says of itself is replaced, and each connection carries one request: nothing has to be counted.
REPLACED = (b"x-forwarded-for:", b"x-forwarded-proto:", b"x-forwarded-host:", b"forwarded:", b"connection:")
HEAD = 64 * 1024


def certificate(folder: Path) -> Path:
    """Write a certificate of our own for localhost, with its key, into a file below `folder`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = folder / "localhost.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def proxy(port: int, upstream: int, folder: Path) -> Iterator[None]:
    """Listen on `port` of the loopback with TLS, and pass requests on to the port `upstream`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def serve() -> asyncio.Server:
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _pass(reader, writer, upstream)

        return await asyncio.start_server(take, "127.0.0.1", port, ssl=context, limit=HEAD)

    server = asyncio.run_coroutine_threadsafe(serve(), loop).result(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: int) -> None:
    """Pass one request on with what a proxy adds, and its answer back."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(REPLACED)]
        host = str(writer.get_extra_info("peername")[0]).encode()
        lines += [b"X-Forwarded-For: " + host, b"X-Forwarded-Proto: https", b"Connection: close"]
        back, onward = await asyncio.open_connection("127.0.0.1", upstream)
        onward.write(b"\r\n".join(lines) + b"\r\n\r\n")
        sending = asyncio.create_task(_pump(reader, onward))
        await _pump(back, writer)
        sending.cancel()
        onward.close()
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # the browser went away
    finally:
        writer.close()


async def _pump(source: asyncio.StreamReader, goal: asyncio.StreamWriter) -> None:
    while part := await source.read(HEAD):
        goal.write(part)
        await goal.drain()
