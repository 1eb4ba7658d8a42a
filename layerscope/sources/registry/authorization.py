"""What is shown to a registry that asks who we are: a password, or a token that a server of its choice gives out.

Distribution's specifications "Token Authentication" and "OAuth2 Token Authentication". Only the right to pull one
repository is ever asked for.
"""

import threading
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

from layerscope.errors import MalformedImage, SourceUnavailable
from layerscope.oci.document import parse_object
from layerscope.oci.reference import Reference
from layerscope.sources.options import RegistryOptions
from layerscope.sources.registry.addresses import is_same_site
from layerscope.sources.registry.answer import PASSING_STATUSES, read_document, read_reason
from layerscope.sources.registry.challenge import Challenge
from layerscope.sources.registry.login import FoundLogin, Login, find_login
from layerscope.sources.registry.transport import ConnectionLost, NoTls, Response, Transport, origin_of
from layerscope.units import safe_text

_TOKEN_LIMIT_BYTES = 256 << 10
_CLIENT = "layerscope"


class Authorization:
    """The Authorization header for one repository, shared by all threads that read from it."""

    def __init__(self, reference: Reference, transport: Transport, options: RegistryOptions) -> None:
        self._reference = reference
        self._transport = transport
        self._options = options
        self._lock = threading.Lock()
        self._found: FoundLogin | None = None
        self._withheld = ""
        self._secrets: set[str] = set()
        self.header: str | None = None

    @property
    def secrets(self) -> frozenset[str]:
        """What must be shown nowhere."""
        return frozenset(self._secrets)

    @property
    def notes(self) -> str:
        """Why a login that may exist was not used, as sentences; empty where nothing is to be said."""
        return " ".join([*(self._found.problems if self._found else ()), *filter(None, [self._withheld])])

    @property
    def is_known(self) -> bool:
        """Whether the user's files have a login for the registry."""
        return self._found is not None and self._found.login is not None

    def renew(self, rejected: str | None, challenges: Sequence[Challenge]) -> bool:
        """Answer a challenge; returns whether there is another header than the rejected one now.

        Raises SourceUnavailable where the token server refuses, and ConnectionLost.
        """
        with self._lock:
            if self.header != rejected:
                return True
            by_scheme = {challenge.scheme: challenge.parameters for challenge in reversed(challenges)}
            if "bearer" in by_scheme:
                self.header = self._bearer(by_scheme["bearer"])
            elif "basic" in by_scheme and (login := self._login()) is not None and login.password:
                self.header = self._keep(login.basic)
            return self.header != rejected

    def _login(self) -> Login | None:
        if self._found is None:
            self._found = find_login(self._reference)
            login = self._found.login
            if login is not None:
                self._secrets |= {login.password, login.identity_token, login.registry_token}
        return self._found.login

    def _keep(self, header: str) -> str:
        self._secrets |= {header, header.partition(" ")[2]}
        return header

    def _bearer(self, parameters: dict[str, str]) -> str:
        realm = _checked_realm(parameters.get("realm", ""))
        login = self._login()
        if login is not None and login.registry_token:
            return self._keep(f"Bearer {login.registry_token}")
        if login is not None and not self._may_know(realm):
            login = None
        wishes = {"service": parameters.get("service", ""), "scope": f"repository:{self._reference.repository}:pull"}
        try:
            response = self._ask(realm, {name: value for name, value in wishes.items() if value}, login)
        except NoTls as error:
            raise SourceUnavailable(str(error), hint="Report it to whoever runs the registry.") from error
        return self._keep(f"Bearer {self._read_token(response, realm)}")

    def _ask(self, realm: str, wishes: dict[str, str], login: Login | None) -> Response:
        if login is not None and login.identity_token:
            grant = {"grant_type": "refresh_token", "client_id": _CLIENT, "refresh_token": login.identity_token}
            return self._transport.request("POST", realm, {}, wishes | grant)
        parts = urlsplit(realm)
        query = "&".join(filter(None, (parts.query, urlencode(wishes))))
        headers = {"Authorization": self._keep(login.basic)} if login is not None else {}
        return self._transport.request("GET", urlunsplit(parts._replace(query=query)), headers)

    def _read_token(self, response: Response, realm: str) -> str:
        host = origin_of(realm)[0]
        if response.status != 200:
            # A redirect is not followed either: the password would go with it.
            reason = read_reason(response, host, self._options, self.secrets)
            if response.status in PASSING_STATUSES:
                raise ConnectionLost(f"its token server {safe_text(host)} gives no token ({reason})")
            raise SourceUnavailable(
                f"The token server {safe_text(host)} of {self._reference.host} gives no token for "
                f"{self._reference.repository}: {reason}.",
                hint=self.advice,
            )
        what = f"The answer of the token server {safe_text(host)}"
        content = read_document(response, host, _TOKEN_LIMIT_BYTES, self._options)
        document = parse_object(content, what, limit_bytes=_TOKEN_LIMIT_BYTES)
        token = document.text("token") or document.text("access_token")
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise MalformedImage(f"{what} holds no token.", hint="Report it to whoever runs the registry.")
        return token

    @property
    def advice(self) -> str:
        """What to do after a refusal."""
        host = self._reference.host
        log_in = (
            f"The login for {host} is not accepted or may not read this; log in again with `docker login {host}`."
            if self.is_known
            else f"If the repository is private, log in with `docker login {host}`."
        )
        return f"{self.notes} {log_in}".strip()

    def _may_know(self, realm: str) -> bool:
        """Whether a token server may see the login: one of the registry's own site, or one that it was given to, too.

        The registry alone says where its token server is, and whoever can change its answers could ask for passwords.
        """
        realm_host = origin_of(realm)[0]
        home = origin_of(f"https://{self._reference.endpoint}")[0]
        if is_same_site(realm_host, home):
            return True
        known = find_login(Reference(realm_host, self._reference.repository, None, None)).login
        if known is None:
            shown = safe_text(realm_host)
            self._withheld = (
                f"The login was not sent to {shown}, which {self._reference.host} names as its token server; if that "
                f"is right, put an entry for {shown} beside it in the same file."
            )
        return known is not None


def _checked_realm(realm: str) -> str:
    origin_of(realm)
    parts = urlsplit(realm)
    if parts.username or parts.password or not realm.isascii() or not realm.isprintable():
        raise SourceUnavailable(
            "The registry's token server has an address that none should have.", hint="Report it to who runs it."
        )
    return urlunsplit(parts._replace(fragment=""))
