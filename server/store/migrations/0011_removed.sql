-- Articles that were taken back: their addresses stay theirs, and with their counts they can come again.
CREATE TABLE removed (
	site       TEXT    NOT NULL,
	slug       TEXT    NOT NULL,
	former     INTEGER NOT NULL, -- 1: an address that the article had before
	source     TEXT    NOT NULL,
	guid       TEXT    NOT NULL,
	page       INTEGER NOT NULL REFERENCES page (id),
	first_seen BIGINT  NOT NULL,
	PRIMARY KEY (site, slug)
);
CREATE INDEX removed_guid ON removed (site, source, guid);
CREATE INDEX removed_page ON removed (page);
