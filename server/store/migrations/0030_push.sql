-- The server's pair of keys for Web Push (VAPID, RFC 8292): every subscription is bound to it.
CREATE TABLE push_key (
	one     INTEGER PRIMARY KEY CHECK (one = 1),
	private TEXT NOT NULL, -- base64url
	public  TEXT NOT NULL
);

-- Who asked to be told of an office's news: an address at their browser's push service, and nothing else of them.
CREATE TABLE push_subscription (
	id         INTEGER PRIMARY KEY,
	site       TEXT    NOT NULL,
	endpoint   TEXT    NOT NULL, -- who knows it can send there: it is never logged
	key        TEXT    NOT NULL, -- the browser's public key, base64url
	auth       TEXT    NOT NULL, -- its secret, base64url
	categories TEXT    NOT NULL, -- JSON array; empty: all news
	seen       BIGINT  NOT NULL, -- the last push_news that was told, or was none of theirs
	due        BIGINT  NOT NULL DEFAULT 0, -- told nothing before, milliseconds since 1970
	claimed    BIGINT  NOT NULL DEFAULT 0, -- until then one server is at it
	tries      INTEGER NOT NULL DEFAULT 0, -- in vain, in a row
	UNIQUE (site, endpoint)
);
CREATE INDEX push_subscription_due ON push_subscription (site, seen, due);

-- New articles in the order in which they came, for a day.
CREATE TABLE push_news (
	site TEXT   NOT NULL,
	seq  BIGINT NOT NULL,
	slug TEXT   NOT NULL,
	at   BIGINT NOT NULL, -- milliseconds since 1970
	PRIMARY KEY (site, seq)
);
