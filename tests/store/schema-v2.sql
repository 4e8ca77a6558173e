-- The database as version 2 creates it. How an older one becomes it are steps in migrations.py; a test compares a
-- migrated database with a fresh one. Times are UTC ISO 8601 text to the second ("2017-04-20T05:01:00Z").
-- The comment above a table and beside a column is its documentation: docs/reference/schema.md is made of them.

-- A configured feed and its state.
CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,             -- short name from config.toml
    configured_url TEXT NOT NULL,          -- the address in config.toml
    url TEXT NOT NULL,                     -- where it is fetched today: configured, or an adopted permanent move
    title TEXT,                            -- as the feed calls itself
    site_url TEXT,                         -- the page it belongs to
    enabled INTEGER NOT NULL DEFAULT 1,    -- 0: disabled in, or removed from, config.toml; never polled
    status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'ok', 'failing', 'gone')),
    etag TEXT,                             -- validator as received (Latin-1), echoed byte for byte
    last_modified TEXT,                    -- validator as received (Latin-1), echoed byte for byte
    validators_url TEXT,                   -- the address that gave them, where a redirect had led there; NULL: url
    body_hash TEXT,                        -- SHA-256 of the last body parsed and stored
    failures INTEGER NOT NULL DEFAULT 0,   -- failed polls in a row
    failing_since TEXT,                    -- when the present row of failures began
    last_error TEXT,                       -- the last failure, in words; NULL after a success
    last_warning TEXT,                     -- what was wrong with the last document that was read all the same
    wishes TEXT,                           -- JSON: when its last document asked to be asked again (ttl, skipHours ...)
    first_success_at TEXT,                 -- when a document of it was first stored: before that its posts are history
    last_polled_at TEXT,
    last_success_at TEXT,                  -- last 200 that parsed, or 304
    last_new_at TEXT,                      -- last time it brought a new entry
    next_poll_at TEXT NOT NULL,            -- when it is due
    next_poll_reason TEXT NOT NULL,        -- why then, in words
    retry_after_until TEXT,                -- a Retry-After that still runs; even --force waits for it
    lease_owner TEXT,                      -- the process polling it now
    lease_expires_at TEXT                  -- when a killed process's claim lapses
) STRICT;
CREATE INDEX feeds_due ON feeds (next_poll_at) WHERE enabled = 1;

-- One attempt at one feed; pruned by age.
CREATE TABLE polls (
    id INTEGER PRIMARY KEY,
    feed_id INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    polled_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'unchanged', 'failed')),
    http_status INTEGER,                   -- NULL where no server answered
    bytes INTEGER NOT NULL,                -- body bytes as they came over the wire
    new INTEGER NOT NULL,                  -- entries not known before
    changed INTEGER NOT NULL,              -- entries that got a revision
    flagged INTEGER NOT NULL,              -- of these, entries that meet a rule
    duration REAL NOT NULL,                -- seconds from request to answer read
    error_kind TEXT,                       -- one of the failure kinds
    error TEXT                             -- the failure in words
) STRICT;
CREATE INDEX polls_by_feed ON polls (feed_id, polled_at);
CREATE INDEX polls_by_age ON polls (polled_at);

-- One post, however many feeds carried it.
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: a number in an old digest means one post for ever
    canonical_url TEXT,                    -- its address in canonical form; NULL where it has none
    title TEXT NOT NULL,
    author TEXT,
    published_at TEXT,                     -- as stated by the feed, in UTC; NULL where none or impossible
    published_raw TEXT,                    -- the words of the feed's date
    updated_at TEXT,                       -- as stated by the feed, in UTC
    first_seen_at TEXT NOT NULL,           -- when it was first stored here: what "new" means
    changed_at TEXT,                       -- when its newest revision was stored
    news INTEGER NOT NULL,                 -- 1: for a digest; 0: history that a first poll or a backfill brought
    content_hash TEXT NOT NULL,            -- SHA-256 of title and text
    extractor_version INTEGER NOT NULL,    -- the version of the rating extraction that read it
    html TEXT NOT NULL,                    -- clean HTML
    text TEXT NOT NULL                     -- the plain text that ratings were read from
) STRICT;
CREATE INDEX entries_by_first_seen ON entries (first_seen_at);
CREATE INDEX entries_by_published ON entries (published_at);
CREATE INDEX entries_by_date ON entries (min(coalesce(published_at, first_seen_at), first_seen_at));
CREATE INDEX entries_by_canonical_url ON entries (canonical_url);
CREATE INDEX entries_by_change ON entries (changed_at) WHERE changed_at IS NOT NULL;

-- An entry as one feed, or one imported file, carries it.
CREATE TABLE sightings (
    id INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    feed_id INTEGER REFERENCES feeds (id) ON DELETE SET NULL, -- NULL: imported by hand
    source TEXT,                           -- the file it was imported from; NULL for feeds
    guid TEXT,                             -- the feed's identifier, as given
    url TEXT,                              -- its address, as given
    match_key TEXT,                        -- the address without what differs between copies (scheme, www, tracking)
    guid_key TEXT,                         -- the same of a guid that is an address; a tag: or urn: guid itself
    title TEXT NOT NULL,                   -- as this copy has it
    published_at TEXT,                     -- as this copy states it, in UTC
    content_hash TEXT NOT NULL,            -- SHA-256 of this copy's title and text
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL             -- last changed document that held it
) STRICT;
CREATE INDEX sightings_by_entry ON sightings (entry_id);
CREATE INDEX sightings_by_guid ON sightings (feed_id, guid);
CREATE INDEX sightings_by_time ON sightings (feed_id, published_at);
CREATE INDEX sightings_by_match_key ON sightings (match_key) WHERE match_key IS NOT NULL;
CREATE INDEX sightings_by_guid_key ON sightings (guid_key) WHERE guid_key IS NOT NULL;
CREATE INDEX sightings_by_content ON sightings (content_hash);
CREATE INDEX sightings_without_address ON sightings (published_at) WHERE match_key IS NULL AND guid_key IS NULL;

-- An earlier state of an entry that changed.
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    replaced_at TEXT NOT NULL,             -- when the newer state was stored
    title TEXT NOT NULL,
    author TEXT,
    published_at TEXT,
    published_raw TEXT,
    updated_at TEXT,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    ratings TEXT NOT NULL                  -- JSON: the ratings this state stated, as rows of ratings
) STRICT;
CREATE INDEX revisions_by_entry ON revisions (entry_id, replaced_at);

-- One inspection report: what many posts are about.
CREATE TABLE inspections (
    id INTEGER PRIMARY KEY,
    provider_type TEXT NOT NULL,           -- CRC, NPS, PDU, REGION or YJS; "CRC+NPS" for the area reports of 2016-18
    provider TEXT,                         -- the body inspected, by its usual name
    area TEXT,                             -- the place
    regime TEXT NOT NULL,                  -- the inspection programme: quality_impact, annual_2018, pdu_2021 ...
    published_at TEXT NOT NULL,            -- the earliest date known for the report
    official_url TEXT,                     -- the inspectorate's own page, where a post or feed gave it
    first_seen_at TEXT NOT NULL
) STRICT;
CREATE INDEX inspections_by_area ON inspections (area, published_at);
CREATE INDEX inspections_by_regime ON inspections (provider_type, regime, published_at);

-- One rating stated by one entry.
CREATE TABLE ratings (
    id INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    inspection_id INTEGER REFERENCES inspections (id) ON DELETE SET NULL, -- the report it is from, where known
    provider_type TEXT NOT NULL CHECK (provider_type IN ('CRC', 'NPS', 'PDU', 'REGION', 'YJS')),
    provider TEXT,                         -- the body's name
    area TEXT,                             -- the place judged
    aspect TEXT NOT NULL,                  -- "overall" or a standard's name
    rating TEXT NOT NULL CHECK (rating IN ('outstanding', 'good', 'requires_improvement', 'inadequate', 'positive', 'mixed', 'negative')),
    raw TEXT NOT NULL,                     -- the words that carry it, as written
    "when" TEXT NOT NULL CHECK ("when" IN ('current', 'previous')), -- the post's news, or an earlier verdict it recalls
    evidence TEXT NOT NULL,                -- the sentence, row or title it was read from
    field TEXT NOT NULL CHECK (field IN ('title', 'text')), -- where the evidence stands
    position INTEGER NOT NULL,             -- where the evidence starts in that field, in characters
    start INTEGER NOT NULL,                -- where raw starts in evidence
    "end" INTEGER NOT NULL,                -- where raw ends in evidence
    confidence REAL NOT NULL,              -- 0 to 1
    reason TEXT NOT NULL,                  -- how body, aspect and time were told, in words
    extractor_version INTEGER NOT NULL
) STRICT;
CREATE INDEX ratings_by_entry ON ratings (entry_id);
CREATE INDEX ratings_by_inspection ON ratings (inspection_id);
CREATE INDEX ratings_by_area ON ratings (provider_type, area);

-- An entry that met a rule of [[flags]].
CREATE TABLE flags (
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    rule TEXT NOT NULL,                    -- the rule's name
    rule_version TEXT NOT NULL,            -- a hash of the rule as it stood
    reason TEXT NOT NULL,                  -- what met it, in words
    flagged_at TEXT NOT NULL,
    PRIMARY KEY (entry_id, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX flags_by_rule ON flags (rule, flagged_at);

-- A reader who gets digests of their own, beside the recipients that config.toml names.
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

-- A digest that was composed, frozen as it was.
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
CREATE INDEX digests_by_window ON digests (window_end);
CREATE INDEX digests_by_subscriber ON digests (subscriber_id);

-- The ledger: exactly which entries, in which state, a digest holds.
CREATE TABLE digest_entries (
    digest_id INTEGER NOT NULL REFERENCES digests (id) ON DELETE CASCADE,
    entry_id INTEGER NOT NULL REFERENCES entries (id) ON DELETE CASCADE,
    why TEXT NOT NULL CHECK (why IN ('new', 'rating changed')), -- an edit that changes a rating is told once more
    content_hash TEXT NOT NULL,            -- the state that was told
    PRIMARY KEY (digest_id, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_entries_by_entry ON digest_entries (entry_id);

-- A digest on its way to one recipient over one channel.
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

-- The running daemon, one row at most: its lease and its heartbeat.
CREATE TABLE daemon (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    owner TEXT NOT NULL,                   -- host, process id and a random part
    started_at TEXT NOT NULL,
    heartbeat_at TEXT NOT NULL,            -- last completed beat: what healthcheck looks at
    lease_expires_at TEXT NOT NULL         -- another daemon may take over after this
) STRICT;

-- Full-text search over titles and texts. New entries are indexed together at the end of the transaction that stores
-- them: a trigger on INSERT would make FTS5 write out its pages after every row, at twice the cost.
CREATE VIRTUAL TABLE entries_fts USING fts5 (title, text, content='entries', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2');
INSERT INTO entries_fts (entries_fts, rank) VALUES ('hashsize', 4194304);
INSERT INTO entries_fts (entries_fts, rank) VALUES ('automerge', 8);
CREATE TRIGGER entries_fts_delete AFTER DELETE ON entries
WHEN EXISTS (SELECT 1 FROM entries_fts_docsize WHERE id = old.id) BEGIN
    INSERT INTO entries_fts (entries_fts, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
END;
CREATE TRIGGER entries_fts_update AFTER UPDATE OF title, text ON entries
WHEN EXISTS (SELECT 1 FROM entries_fts_docsize WHERE id = old.id) BEGIN
    INSERT INTO entries_fts (entries_fts, rowid, title, text) VALUES ('delete', old.id, old.title, old.text);
    INSERT INTO entries_fts (rowid, title, text) VALUES (new.id, new.title, new.text);
END;
