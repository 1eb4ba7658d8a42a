"""Requests to one repository of a registry: authorised, redirected, tried again (OCI distribution-spec, "Pull")."""

import email.utils
import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from layerscope.errors import ImageError, ImageNotFound, SourceUnavailable
from layerscope.oci.reference import Reference
from layerscope.sources.options import RegistryOptions
from layerscope.sources.registry.answer import PASSING_STATUSES, read_document, read_reason
from layerscope.sources.registry.authorization import Authorization
from layerscope.sources.registry.challenge import parse_challenges
from layerscope.sources.registry.transport import ConnectionLost, NoTls, Response, Transport, origin_of
from layerscope.units import safe_text

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REDIRECT_LIMIT = 5
_RENEWALS = 2


class Document(Struct, frozen=True):
    """A small body, with what its head says of it."""

    content: bytes
    media_type: str
    digest: str


class RegistryClient:
    """Reads from one repository; may be used by several threads."""

    def __init__(self, reference: Reference, options: RegistryOptions) -> None:
        self.reference = reference
        self.options = options
        self.host = safe_text(reference.host)
        self._transport = Transport(reference.endpoint, options)
        self._authorization = Authorization(reference, self._transport, options)
        self._scheme = "https"
        self._is_scheme_settled = False

    def document(self, path: str, what: str, limit_bytes: int, *, accept: tuple[str, ...] = ()) -> Document:
        """A small document, at most one byte more than the limit; raises ImageNotFound and SourceUnavailable."""
        headers = {"Accept": ", ".join(accept)} if accept else {}
        for number in range(1, self.options.tries + 1):
            response = self.get(path, what, headers)
            try:
                content = read_document(response, self.host, limit_bytes, self.options)
            except ConnectionLost as lost:
                self._wait_or_give_up(number, lost)
            else:
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return Document(content, kind, response.headers.get("Docker-Content-Digest", ""))
        raise AssertionError("the last try either returns or raises")

    def get(self, path: str, what: str, headers: Mapping[str, str]) -> Response:
        """The answer to a request below `/v2/REPOSITORY/`, with status 200, 206 or 416, to be read and closed.

        Raises ImageNotFound where there is no such thing, and SourceUnavailable for any other refusal.
        """
        for number in range(1, self.options.tries + 1):
            try:
                response = self._send(path, headers)
            except ConnectionLost as lost:
                self._wait_or_give_up(number, lost)
                continue
            if response.status in {200, 206, 416}:
                return response
            if response.status not in PASSING_STATUSES:
                raise self._refusal(response, what)
            asked_seconds = _retry_after_seconds(response)
            if number == self.options.tries or asked_seconds > self.options.longest_wait_seconds:
                raise self._refusal(response, what)
            response.close()
            self.wait(number, asked_seconds)
        raise AssertionError("the last try either returns or raises")

    def wait(self, number: int, asked_seconds: float = 0) -> None:
        """Wait before another try: longer each time, not quite as long as others do, and as long as was asked for."""
        own_seconds = self.options.first_wait_seconds * 2 ** (number - 1) * random.uniform(0.5, 1)
        time.sleep(min(max(own_seconds, asked_seconds), self.options.longest_wait_seconds))

    def lost(self, error: ConnectionLost) -> SourceUnavailable:
        """The error for a connection that broke too often."""
        return SourceUnavailable(
            f"The registry {self.host} stopped answering: {error}, {self.options.tries} times.",
            hint="Check the network, then run the command again.",
        )

    def close(self) -> None:
        """End all connections."""
        self._transport.close()

    def _wait_or_give_up(self, number: int, error: ConnectionLost) -> None:
        if number == self.options.tries:
            raise self.lost(error) from error
        self.wait(number)

    def _send(self, path: str, headers: Mapping[str, str]) -> Response:
        """Send a request; where it is refused for want of a valid token, get one and send it again.

        Twice, since another thread may use up a token that is good for a single request.
        """
        header = self._authorization.header
        response = self._at_home(path, _authorized(headers, header))
        for _ in range(_RENEWALS):
            if response.status != 401 or not self._is_renewed(response, header):
                break
            response.close()
            header = self._authorization.header
            response = self._at_home(path, _authorized(headers, header))
        return self._redirected(response, headers) if response.status in _REDIRECTS else response

    def _is_renewed(self, response: Response, header: str | None) -> bool:
        challenges = parse_challenges(response.headers.getlist("WWW-Authenticate"))
        try:
            return self._authorization.renew(header, challenges)
        except BaseException:
            response.close()
            raise

    def _at_home(self, path: str, headers: Mapping[str, str]) -> Response:
        """Ask the registry itself, by HTTP only where that is allowed and where TLS does not work."""
        url = self._url(path)
        try:
            response = self._transport.request("GET", url, headers)
        except (NoTls, SourceUnavailable, ConnectionLost) as error:
            may_be_plain = not self._is_scheme_settled and self._transport.may_be_plain(url)
            if may_be_plain and not _is_untrusted(error):
                self._scheme, self._is_scheme_settled = "http", True
                return self._at_home(path, headers)
            if isinstance(error, NoTls):
                raise SourceUnavailable(
                    str(error), hint=f"If it is plain HTTP that you trust, add `--insecure-registry {self.host}`."
                ) from error
            raise
        self._is_scheme_settled = True
        return response

    def _url(self, path: str) -> str:
        return f"{self._scheme}://{self.reference.endpoint}/v2/{self.reference.repository}/{path}"

    def _redirected(self, response: Response, headers: Mapping[str, str]) -> Response:
        """Follow redirects; who we are is told to the registry alone (distribution-spec, "HTTP redirects")."""
        home = url = self._url("")
        for _ in range(_REDIRECT_LIMIT):
            location = response.headers.get("Location", "")
            response.close()
            url = self._location(url, location)
            is_home = urlsplit(url)[:2] == urlsplit(home)[:2]
            response = self._elsewhere(url, _authorized(headers, self._authorization.header if is_home else None))
            if response.status not in _REDIRECTS:
                return response
        response.close()
        raise SourceUnavailable(f"The registry {self.host} redirects without end.", hint="Report it to who runs it.")

    def _elsewhere(self, url: str, headers: Mapping[str, str]) -> Response:
        try:
            return self._transport.request("GET", url, headers)
        except NoTls as error:
            raise SourceUnavailable(str(error), hint="Report it to whoever runs the registry.") from error

    def _location(self, url: str, location: str) -> str:
        """Where a redirect leads; raises SourceUnavailable for an address that none should have."""
        try:
            url = urljoin(url, location)
            is_good = location and url.isascii() and url.isprintable() and not set(" @") & set(urlsplit(url).netloc)
        except ValueError:
            is_good = False
        if not is_good:
            raise SourceUnavailable(
                f"The registry {self.host} redirects to an address that is none.", hint="Report it to who runs it."
            )
        origin_of(url)
        return url

    def _refusal(self, response: Response, what: str) -> ImageError:
        """The error for a status that is no success."""
        status, asked_seconds = response.status, _retry_after_seconds(response)
        reason = read_reason(response, self.host, self.options, self._authorization.secrets)
        if status in {401, 403}:
            return SourceUnavailable(
                f"The registry {self.host} refuses access to {what}: {reason}.", hint=self._authorization.advice
            )
        if status == 404:
            return ImageNotFound(f"The registry {self.host} has no {what}: {reason}.", hint="Check the name and tag.")
        if status == 429:
            wait = f"in {asked_seconds:.0f} s" if asked_seconds else "later"
            hint = f"Try again {wait}." if self._authorization.is_known else f"Try again {wait}, or log in first."
            return SourceUnavailable(f"The registry {self.host} limits how often it answers: {reason}.", hint=hint)
        return SourceUnavailable(f"The registry {self.host} cannot give {what}: {reason}.", hint="Try again later.")


def _authorized(headers: Mapping[str, str], header: str | None) -> dict[str, str]:
    return {**headers, "Authorization": header} if header else dict(headers)


def _is_untrusted(error: Exception) -> bool:
    """Whether TLS works and only its certificate is wrong: then plain HTTP would be no better."""
    return isinstance(error.__cause__, Exception) and "CERTIFICATE_VERIFY_FAILED" in str(error.__cause__)


def _retry_after_seconds(response: Response) -> float:
    """What Retry-After asks for, as a number or a date; 0 for nothing."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
