"""Certificates for test servers, from an authority nobody trusts but who is told to."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Authority"]


class Authority:
    """A certificate authority of its own."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def context(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """What a server with a certificate for these names and addresses speaks TLS with."""
        not_after = datetime.now(UTC) - timedelta(days=1) if expired else None
        certificate = self._ca.issue_cert(*(names or ("localhost", "127.0.0.1", "::1")), not_after=not_after)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        return context

    def chain(self, folder: Path, *names: str) -> Path:
        """Key and certificate for these names in one PEM file, for servers that are programs of their own."""
        path = folder / "chain.pem"
        self._ca.issue_cert(*names).private_key_and_cert_chain_pem.write_to_path(str(path))
        return path

    def write(self, folder: Path) -> Path:
        """The authority's certificate as a PEM file, what ``ca_file`` takes."""
        path = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(str(path))
        return path
