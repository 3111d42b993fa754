-- Counting an event writes each row once where it is looked up, and nothing more: an index is most of the cost of a view.
DROP TABLE reader;
CREATE TABLE reader (
	day  TEXT NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (day, hash)
) WITHOUT ROWID;

DROP TABLE event;
CREATE TABLE event (
	seq INTEGER PRIMARY KEY, -- in the order of arrival, which is how they are forgotten
	id  TEXT    NOT NULL UNIQUE,
	day TEXT    NOT NULL
);
