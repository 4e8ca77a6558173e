"""The only place with SQL: open and migrate the database, one module a table family.

``database`` opens it; ``feeds``, ``entries``, ``ratings``, ``inspections`` and ``daemon`` each know their own tables.
The hot paths use the ``sqlite3`` connection itself; ``Store.db`` is the same connection as a ``sqlite_utils.Database``,
imported when it is first asked for.
"""

from aggregator.store.database import Store, open_store

__all__ = ["Store", "open_store"]
