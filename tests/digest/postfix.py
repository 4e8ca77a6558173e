"""A Postfix of Debian's on a free loopback port, with a queue and mailboxes of its own: mail as the world handles it.

Only root can start one, and only where Debian's package is installed; it touches nothing outside its own folder.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.digest.mail_server import free_port

if TYPE_CHECKING:
    from tests.servers.tls import Authority

POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MISSING = "no Postfix here" if POSTFIX is None else "Postfix needs root" if os.getuid() else ""
"""Why none can be started; empty where one can."""

# Debian's master.cf less what local mail, relaying and chroots need.
_SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

_SETTINGS = {
    "compatibility_level": "3.6",
    "maillog_file": "/dev/stdout",
    "myhostname": "mail.example.org",
    "mydestination": "",
    "local_transport": "error:nobody is local",
    "mynetworks": "127.0.0.0/8",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "alias_maps": "",
    # Whoever is at example.org shares one Maildir, each mail with a Delivered-To; nothing goes anywhere else.
    "virtual_mailbox_domains": "example.org",
    "virtual_mailbox_base": "{folder}",
    "virtual_mailbox_maps": "static:mail/",
    "virtual_uid_maps": "static:65534",
    "virtual_gid_maps": "static:65534",
    "default_transport": "error:nothing leaves this machine",
    "relay_transport": "error:nothing leaves this machine",
    # Every recipient is judged on its own.
    "smtpd_recipient_restrictions": "check_recipient_access regexp:{folder}/manners, permit_mynetworks, reject",
    "smtpd_error_sleep_time": "0",
    "smtpd_client_connection_rate_limit": "0",
}
_MANNERS = """
/^gone@/ 550 5.1.1 Nobody of that name
/^grey@/ 450 4.2.0 Greylisted, come again
/^full@/ 452 4.2.2 The mailbox is full
/^closing@/ 421 4.3.2 Going down
"""


class Postfix:
    """Start it with ``with``. ``gone@``, ``grey@``, ``full@`` and ``closing@example.org`` are refused, each in its way."""

    def __init__(self, authority: Authority | None = None, **settings: str) -> None:
        # Not under pytest's own folder: that is root's alone, and Postfix's processes give root up.
        self._folder = Path(tempfile.mkdtemp(prefix="postfix-"))
        self._folder.chmod(0o755)
        self.port = free_port()
        for name in ("conf", "queue", "data", "mail"):
            (self._folder / name).mkdir()
        shutil.chown(self._folder / "data", "postfix")
        shutil.chown(self._folder / "mail", 65534)
        given = {**_SETTINGS, "queue_directory": "{folder}/queue", "data_directory": "{folder}/data", **settings}
        if authority is not None:
            chain = authority.chain(self._folder, "localhost", "127.0.0.1")
            given |= {"smtpd_tls_chain_files": str(chain), "smtpd_tls_security_level": "may"}
            given |= {"smtpd_tls_received_header": "yes"}
        lines = [f"{name} = {value.format(folder=self._folder)}\n" for name, value in given.items()]
        self._write("conf/main.cf", "".join(lines))
        self._write("conf/master.cf", _SERVICES.format(port=self.port))
        self._write("manners", _MANNERS)

    def __enter__(self) -> Self:
        assert POSTFIX is not None
        self._log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(
            [POSTFIX, "-c", str(self._folder / "conf"), "start-fg"], stdout=self._log, stderr=subprocess.STDOUT
        )
        for _ in range(200):
            time.sleep(0.05)
            try:
                with smtplib.SMTP("127.0.0.1", self.port, local_hostname="localhost", timeout=5):
                    return self
            except OSError:
                assert self._process.poll() is None, self.log
        raise AssertionError(self.log)

    def __exit__(self, *_: object) -> None:
        assert POSTFIX is not None
        subprocess.run(
            [POSTFIX, "-c", str(self._folder / "conf"), "stop"], stdout=self._log, stderr=subprocess.STDOUT, check=False
        )
        self._process.wait(30)
        self._log.close()
        shutil.rmtree(self._folder)

    @property
    def log(self) -> str:
        """What Postfix says of itself."""
        return (self._folder / "log").read_text("utf-8", "replace")

    def mailbox(self, address: str, expected: int = 1) -> list[bytes]:
        """The mails to an address; waits for so many, as Postfix delivers after it has answered."""
        owner = f"\nDelivered-To: {address}\n".encode()
        for _ in range(200):
            mails = [file.read_bytes() for file in sorted((self._folder / "mail" / "new").glob("*"))]
            found = [mail for mail in mails if owner in mail]
            if len(found) >= expected:
                break
            time.sleep(0.05)
        return found

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text)
