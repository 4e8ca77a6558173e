-- From version 1 to version 2: readers with digests of their own, and deliveries. Frozen: what it makes is version 2,
-- whatever schema.sql has become since.

CREATE TABLE subscribers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: a signed link means one reader for ever
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'maildir', 'notify')), -- how their digests leave
    address TEXT NOT NULL,                 -- a mail address, a Maildir folder, or "alerts" for config.toml's notify addresses
    schedule TEXT NOT NULL CHECK (schedule IN ('at_once', 'daily', 'weekly')),
    at TEXT NOT NULL,                      -- local time of a daily or weekly digest, as HH:MM
    weekday TEXT NOT NULL,                 -- of a weekly digest: mon to sun
    timezone TEXT NOT NULL,                -- the zone of "at", and of the times shown
    format TEXT NOT NULL CHECK (format IN ('html', 'text')), -- html: both forms in one mail
    filter TEXT NOT NULL,                  -- JSON: a rule in the keys of [[flags]]; {}: everything
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'unsubscribed', 'removed')),
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    seen_entry INTEGER NOT NULL,           -- the newest entry that was considered for them
    UNIQUE (channel, address)
) STRICT;

-- A column in the middle and AUTOINCREMENT: the table is built anew. The old way of renaming leaves the references of
-- other tables alone, so that they mean the new one.
PRAGMA legacy_alter_table = ON;
DROP INDEX digests_by_window;
ALTER TABLE digests RENAME TO digests_of_version_1;
CREATE TABLE digests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: a mail that was sent names its digest
    subscriber_id INTEGER REFERENCES subscribers (id) ON DELETE CASCADE, -- whose it is; NULL: everybody's, config.toml's
    composed_at TEXT NOT NULL,
    window_end TEXT NOT NULL,              -- the scheduled moment it answers, or when it was asked for by hand
    trigger TEXT NOT NULL CHECK (trigger IN ('schedule', 'manual')),
    subject TEXT NOT NULL,
    entries INTEGER NOT NULL,              -- how many entries it holds; an empty digest is recorded too
    content TEXT NOT NULL                  -- JSON: the digest itself, so that it can be shown again unchanged
) STRICT;
INSERT INTO digests (id, composed_at, window_end, trigger, subject, entries, content)
    SELECT id, composed_at, window_end, trigger, subject, entries, content FROM digests_of_version_1;
DROP TABLE digests_of_version_1;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX digests_by_window ON digests (window_end);
CREATE INDEX digests_by_subscriber ON digests (subscriber_id);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'maildir', 'notify')),
    recipient TEXT NOT NULL,               -- an address, a folder, or "notify"
    subscriber_id INTEGER REFERENCES subscribers (id) ON DELETE CASCADE, -- NULL: config.toml names the recipient
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'refused', 'given_up', 'cancelled')),
    attempts INTEGER NOT NULL DEFAULT 0,   -- how often it was tried
    planned_at TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,         -- when it is due
    give_up_at TEXT NOT NULL,              -- when trying ends
    finished_at TEXT,                      -- when it was sent, refused, given up or cancelled
    last_answer TEXT,                      -- what the server, or the system, said last
    message_id TEXT,                       -- of a mail, frozen before it was first sent
    message BLOB,                          -- its bytes, frozen before it was first sent, kept until it is finished
    lease_owner TEXT,                      -- the process sending it now
    lease_expires_at TEXT,                 -- when a killed process's claim lapses
    UNIQUE (digest_id, channel, recipient)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE state = 'waiting';

-- What was edited is looked for at every beat.
CREATE INDEX entries_by_change ON entries (changed_at) WHERE changed_at IS NOT NULL;
