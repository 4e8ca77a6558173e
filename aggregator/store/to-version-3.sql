-- From version 2 to version 3: items that need not be read again. Frozen: what it makes is version 3, whatever
-- schema.sql has become since.

CREATE TABLE item_marks (
    feed_id INTEGER PRIMARY KEY REFERENCES feeds (id) ON DELETE CASCADE,
    marks BLOB NOT NULL                    -- 32 bytes an item: fingerprint of its bytes, id of its sighting, a check of that
) STRICT;
