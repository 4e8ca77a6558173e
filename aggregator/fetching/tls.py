"""Whose certificates are believed, and what went wrong where TLS was not to be had, in words."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING, Final

import certifi

from aggregator.fetching.trouble import Trouble
from aggregator.fetching.words import clean
from aggregator.model import FailureKind

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["TlsSettings", "distrust", "tls_reason"]

_TOO_OLD: Final = "it offers no version of TLS that is still safe, 1.2 or newer"
_NO_TLS: Final = "what it speaks on this port is no TLS"
_NOTHING_IN_COMMON: Final = "it agrees to no cipher that is still safe, or wants a client certificate"
_UNKNOWN: Final = frozenset({18, 19, 20, 21})
"""X509_V_ERR codes: self-signed, alone or at the end of the chain, and chains that lead to nobody we know."""
# OpenSSL's names for what it met, and what that means for a person. RFC 8446 §6.2 has the alerts.
_REASONS: Final = {
    "TLSV1_ALERT_PROTOCOL_VERSION": _TOO_OLD,
    "UNSUPPORTED_PROTOCOL": _TOO_OLD,
    "WRONG_SSL_VERSION": _TOO_OLD,
    "WRONG_VERSION_NUMBER": _NO_TLS,
    "PACKET_LENGTH_TOO_LONG": _NO_TLS,
    "RECORD_LAYER_FAILURE": _NO_TLS,  # WRONG_VERSION_NUMBER's name since OpenSSL 3.2
    "SSLV3_ALERT_HANDSHAKE_FAILURE": _NOTHING_IN_COMMON,
    "SSL/TLS_ALERT_HANDSHAKE_FAILURE": _NOTHING_IN_COMMON,  # the same since OpenSSL 3.2
    "TLSV1_ALERT_INSUFFICIENT_SECURITY": _NOTHING_IN_COMMON,
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "it wants a client certificate, and we have none",
    "TLSV1_UNRECOGNIZED_NAME": "it has no site of that name",
}


class TlsSettings:
    """TLS settings, made when first needed: each costs 20 ms and a megabyte, and many polls need none.

    Without a CA file the system's certificates count (``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` move them, as OpenSSL
    has it); where there are none, as in a slim image, certifi's do.
    """

    def __init__(self) -> None:
        self._contexts: dict[Path | None, tuple[object, ssl.SSLContext]] = {}

    def context(self, ca_file: Path | None) -> ssl.SSLContext:
        """The settings for feeds with this CA bundle (None: the usual). Read again when the file has changed.

        Raises:
            Trouble: The bundle cannot be read or holds no certificate.
        """
        try:
            stamp = None if ca_file is None else _stamp(ca_file)
            known = self._contexts.get(ca_file)
            if known is None or known[0] != stamp:
                known = self._contexts[ca_file] = (stamp, _make(ca_file))
        except OSError as error:  # ssl.SSLError is one
            if isinstance(error, ssl.SSLError) or not error.errno:
                why = "it holds no certificate in PEM form"
            else:
                why = os.strerror(error.errno)
            raise Trouble(FailureKind.CONFIG, f"its CA file {clean(str(ca_file))} cannot be used: {why}") from error
        return known[1]


def tls_reason(error: ssl.SSLError) -> str:
    """Why TLS failed: in words where the reason is known to have a meaning for people, and in OpenSSL's."""
    name = error.reason or "broken TLS"
    said = clean(name.replace("_", " ").lower())
    return f"{words} ({said})" if (words := _REASONS.get(name)) else said


def distrust(error: ssl.SSLCertVerificationError) -> str:
    """Why a certificate was refused, and what can be done where nobody we know has signed it."""
    why = clean(error.verify_message or "not trusted")
    return f"{why}; ca_file can name whom to trust" if error.verify_code in _UNKNOWN else why


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_mtime_ns, status.st_size


def _make(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    if ca_file is None and not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context
