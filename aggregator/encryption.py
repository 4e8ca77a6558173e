"""Why TLS was not to be had, in words, for feeds and mail alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ssl

__all__ = ["distrust", "tls_reason"]

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


def tls_reason(error: ssl.SSLError) -> str:
    """Why TLS failed: in words where the reason is known to have a meaning for people, and in OpenSSL's."""
    name = error.reason or "broken TLS"
    said = name.replace("_", " ").lower()
    return f"{words} ({said})" if (words := _REASONS.get(name)) else said


def distrust(error: ssl.SSLCertVerificationError, *, remedy: str) -> str:
    """Why a certificate was refused; where nobody we know has signed it, also that ``remedy`` can name who has."""
    why = error.verify_message or "not trusted"
    return f"{why}; {remedy} can name whom to trust" if error.verify_code in _UNKNOWN else why
