"""Imports httpx without its command line.

``import httpx`` also imports ``httpx._main`` where click and rich are installed, as they are here, and with it
rich's progress bars and pygments: 50 ms of every poll, for a program nobody asked for. httpx copes with that
module being absent, so for the moment of the import it is.
"""

from __future__ import annotations

import sys

__all__ = ["httpx"]

if "httpx" in sys.modules:
    import httpx
else:
    sys.modules["httpx._main"] = None  # type: ignore[assignment] # None: "known not to be there"
    try:
        import httpx
    finally:
        del sys.modules["httpx._main"]
