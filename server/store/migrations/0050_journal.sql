-- What was counted and is not yet in event, reader and daily. Each of those takes a row at a place of its own, so that a transaction of thirty views wrote a
-- hundred pages of the file; here they come one behind the other, and are brought over a thousand or two at a time. Only SQLite's are.
CREATE TABLE journal (
	id      BIGINT  NOT NULL, -- of event
	hash    BIGINT,           -- of reader; NULL: that one was known, and nothing is added to daily
	salted  INTEGER NOT NULL, -- day of event and reader
	page    INTEGER NOT NULL, -- these are of daily
	day     TEXT    NOT NULL,
	type    TEXT    NOT NULL,
	via     TEXT    NOT NULL,
	host    TEXT    NOT NULL,
	network TEXT    NOT NULL
);
