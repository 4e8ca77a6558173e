"""Follows probation inspection in England and Wales: who was rated, on what, and how.

The river, one room a stage: ``fetching`` (bytes from a feed), ``parsing`` (entries and text blocks),
``ratings`` and ``flags`` (what an entry states, and which rules it meets), ``polling`` (the plan of what
changes), ``store`` (the one place that writes), ``digest`` (what people read). See ``docs/architecture.md``.
"""

__all__ = ["__version__"]

# The one place the version is written: the build reads it here. Asking the installed metadata would cost
# every start 25 ms.
__version__ = "0.1.0"
