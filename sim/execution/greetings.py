"""What answers at an address, found out before Dask is let near it.

Whoever listens as Dask does greets first, with a short message whose length comes ahead of it. Dask's own client
believes any length it is told, so that eight bytes of something else can ask for more memory than there is, and waits
without end for a greeting that never comes. Here lengths have a limit and waiting has an end.
"""

from __future__ import annotations

import socket
import ssl
import time

__all__ = ["fault_of"]

_LONGEST = 1 << 16
_WORD = b"pickle-protocol"


def fault_of(host: str, port: int, *, patience: float, context: ssl.SSLContext | None = None) -> str | None:
    """Return what is wrong with what listens somewhere, in words; None where it greets as Dask does.

    Parameters
    ----------
    host : str
    port : int
    patience : float
        Seconds for all of it.
    context : SSLContext, optional
        For an address that asks for TLS.
    """
    end = time.monotonic() + patience
    try:
        with _opened(host, port, end, context) as plain:
            size = int.from_bytes(_read(plain, 8, end), "little")
            if size > _LONGEST:
                return "something other than Dask answers"
            return None if _WORD in _read(plain, size, end) else "something other than Dask answers"
    except TimeoutError:
        return f"no greeting after {patience:g} seconds"
    except EOFError:
        return "it hangs up without a greeting"
    except (OSError, ValueError) as error:
        return str(error) or type(error).__name__


def _opened(host: str, port: int, end: float, context: ssl.SSLContext | None) -> socket.socket:
    """Return a connection; what is not there yet is tried again until the time is up."""
    while True:
        try:
            plain = socket.create_connection((host, port), _left(end))
            break
        except ConnectionRefusedError:
            if time.monotonic() + 0.1 >= end:
                raise
            time.sleep(0.1)
    if context is None:
        return plain
    try:
        plain.settimeout(_left(end))
        return context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _read(plain: socket.socket, size: int, end: float) -> bytes:
    found = b""
    while len(found) < size:
        plain.settimeout(_left(end))
        more = plain.recv(size - len(found))
        if not more:
            raise EOFError
        found += more
    return found


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
