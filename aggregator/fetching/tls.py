"""Whose certificates are believed."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

import certifi

from aggregator.fetching.trouble import Trouble
from aggregator.fetching.words import clean
from aggregator.model import FailureKind

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["TlsSettings"]


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


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_mtime_ns, status.st_size


def _make(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file)
    if ca_file is None and not context.cert_store_stats()["x509_ca"]:
        context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    return context
