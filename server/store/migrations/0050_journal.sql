-- What was counted and is not yet in page, event, reader and daily. Each of those takes a row at a place of its own, so that a transaction of thirty views wrote
-- a hundred pages of the file; here they come one behind the other, and are brought over by the thousand. Only SQLite's are.
CREATE TABLE journal (
	seq     INTEGER PRIMARY KEY, -- in the order of arrival, from 1
	id      BIGINT  NOT NULL, -- of event
	hash    BIGINT,           -- of reader; NULL: that one was known, and nothing is added
	salted  INTEGER NOT NULL, -- day of event and reader
	page    INTEGER NOT NULL,
	sort    INTEGER NOT NULL, -- seq of the first row with the same rest, which alone has it
	day     TEXT,
	type    TEXT,
	via     TEXT,
	host    TEXT,
	network TEXT
);
