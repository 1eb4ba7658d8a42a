"""Single HTTP requests: verified, within bounds of time, through the proxies that the environment names."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, ClassVar
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import urllib3
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from layerscope.__about__ import __version__
from layerscope.errors import SourceUnavailable
from layerscope.sources.options import RegistryOptions
from layerscope.sources.registry.addresses import Origin, Reach, is_loopback
from layerscope.units import safe_text

_PORTS = {"http": 80, "https": 443}
_CONNECTIONS = 16
# A connection, and the head of an answer, may take as long as this many silences.
_HEAD_SILENCES = 2

Response = urllib3.BaseHTTPResponse


class ConnectionLost(Exception):
    """A connection broke in a way that another try may mend; the text says how."""


class NoTls(Exception):
    """The other side does not speak TLS."""


class Transport:
    """Connections to a registry and to the hosts that it refers to."""

    def __init__(self, home: str, options: RegistryOptions) -> None:
        self._options = options
        self._reach = Reach(origin_of(f"https://{home}"))
        self._home_host = origin_of(f"https://{home}")[0]
        self._managers: dict[str, urllib3.PoolManager] = {}
        self._lock = threading.Lock()

    def may_be_plain(self, url: str) -> bool:
        """Whether unencrypted HTTP will do for an address: its host is this machine, or the user said so."""
        host, port = origin_of(url)
        return is_loopback(host) or any(
            wish.lower().strip("[]") in (host, f"{host}:{port}", f"[{host}]:{port}")
            for wish in self._options.plain_hosts
        )

    def request(
        self, method: str, url: str, headers: Mapping[str, str], fields: Mapping[str, str] | None = None
    ) -> Response:
        """Send one request; redirects are the caller's, and so is closing.

        Raises ConnectionLost, NoTls, and SourceUnavailable for what another try would not mend.
        """
        parts, host = urlsplit(url), safe_text(origin_of(url)[0])
        if parts.scheme not in _PORTS or (parts.scheme == "http" and not self.may_be_plain(url)):
            raise SourceUnavailable(
                f"The registry refers to {host} by {safe_text(parts.scheme[:20])}, and only https is safe.",
                hint=f"Allow plain HTTP with `--insecure-registry {host}` if you trust the network.",
            )
        all_headers = {"User-Agent": f"layerscope/{__version__}", "Accept-Encoding": "identity", **headers}
        body: dict[str, Any] = {"fields": fields, "encode_multipart": False} if fields else {}
        with translated(host, self._options):
            return self._manager(url).request(
                method, url, headers=all_headers, redirect=False, retries=False, preload_content=False, **body
            )

    def close(self) -> None:
        """End all connections."""
        for manager in self._managers.values():
            manager.clear()

    def _manager(self, url: str) -> urllib3.PoolManager:
        proxy = _proxy(url)
        with self._lock:
            if proxy not in self._managers:
                self._managers[proxy] = self._new_manager(proxy)
            return self._managers[proxy]

    def _new_manager(self, proxy: str) -> urllib3.PoolManager:
        wishes: dict[str, Any] = {
            # The system's certificates, or those that SSL_CERT_FILE and SSL_CERT_DIR name.
            "ssl_context": ssl.create_default_context(),
            "timeout": urllib3.Timeout(connect=self._options.connect_seconds, read=self._options.silence_seconds),
            "maxsize": _CONNECTIONS,
        }
        if not proxy:
            manager = urllib3.PoolManager(**wishes)
            manager.pool_classes_by_scheme = _pool_classes(self._reach, self._options)
            return manager
        parts = urlsplit(proxy)
        known = f"{parts.username}:{parts.password or ''}" if parts.username else None
        return urllib3.ProxyManager(
            proxy, proxy_headers=urllib3.make_headers(proxy_basic_auth=known) if known else None, **wishes
        )


def origin_of(url: str) -> Origin:
    """The host, in lower case, and the port of a URL; raises SourceUnavailable for one that has none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        parts, port = urlsplit(""), 0
    if not parts.hostname:
        raise SourceUnavailable("The registry refers to an address that is none.", hint="Report it to who runs it.")
    return parts.hostname.lower(), port


def _proxy(url: str) -> str:
    """The proxy that the environment names for an address, empty for none; this machine is always asked directly."""
    parts, (host, port) = urlsplit(url), origin_of(url)
    proxy = getproxies_environment().get(parts.scheme, "")
    if not proxy or is_loopback(host) or proxy_bypass(f"{host}:{port}"):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _pool_classes(reach: Reach, options: RegistryOptions) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3's pools, of connections whose addresses are looked at before anything is sent."""

    class Guarded:
        """What both kinds of connection add; as a mixin it has a `super()` that no type checker can see."""

        _limit_seconds: ClassVar[float] = _HEAD_SILENCES * options.silence_seconds

        def _new_conn(self: Any) -> Any:
            origin = (self.host.lower(), self.port)
            reach.check_name(origin)
            sock = super()._new_conn()  # type: ignore[misc]
            try:
                reach.check(origin, sock.getpeername()[0])
            except BaseException:
                sock.close()
                raise
            return sock

        def connect(self: Any) -> None:
            with _cut_after(self._limit_seconds, self):
                super().connect()  # type: ignore[misc]

        def getresponse(self: Any) -> Any:
            with _cut_after(self._limit_seconds, self):
                return super().getresponse()  # type: ignore[misc]

    class Plain(Guarded, HTTPConnection):
        """Without TLS."""

    class Secure(Guarded, HTTPSConnection):
        """With TLS."""

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


@contextmanager
def _cut_after(limit_seconds: float, connection: Any) -> Iterator[None]:
    """End a connection that takes too long as a whole: time-outs of sockets begin anew with every byte."""

    is_cut = threading.Event()

    def cut() -> None:
        is_cut.set()
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(limit_seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if is_cut.is_set():
        # The end of a connection ends a head, too, and would make a whole answer of a part.
        raise TimeoutError


@contextmanager
def translated(host: str, options: RegistryOptions) -> Iterator[None]:
    """Turn urllib3's errors into ours, and what another try may mend into ConnectionLost."""
    try:
        yield
    except NameResolutionError as error:
        raise SourceUnavailable(
            f"There is no address for the registry's host {host}.", hint="Check its spelling, the network and proxies."
        ) from error
    except NewConnectionError as error:
        reason = getattr(error.__cause__, "strerror", None) or "no connection"
        raise SourceUnavailable(
            f"{host} cannot be reached: {reason}.", hint="Check the host, its port and the network."
        ) from error
    except ConnectTimeoutError as error:
        raise SourceUnavailable(
            f"{host} does not answer within {options.connect_seconds:g} s.", hint="Check the network and proxies."
        ) from error
    except ProxyError as error:
        raise SourceUnavailable(
            f"The proxy for {host} does not let us through.", hint="Check HTTPS_PROXY and NO_PROXY."
        ) from error
    except SSLError as error:
        raise _tls_error(host, error) from error
    except (HTTPError, OSError, ValueError) as error:
        raise ConnectionLost(_how_lost(error)) from error


def _tls_error(host: str, error: SSLError) -> Exception:
    cause = next((item for item in (error.__cause__, *error.args) if isinstance(item, ssl.SSLError)), None)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return SourceUnavailable(
            f"The certificate of {host} is not trusted: {safe_text(cause.verify_message or 'it cannot be verified')}.",
            hint="Name the file of your own authority in SSL_CERT_FILE.",
        )
    return NoTls(f"{host} does not speak TLS as it should.")


def _how_lost(error: Exception) -> str:
    """How a connection was lost, without addresses, which may be signed."""
    name = type(error).__name__
    if "Timeout" in name:
        return "it fell silent"
    if isinstance(error, ValueError):
        return "the answer is not HTTP"
    return "the connection broke"
