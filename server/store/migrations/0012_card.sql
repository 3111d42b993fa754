-- The preview picture of an article, made when it was first asked for: one each, the newest.
CREATE TABLE card (
	site TEXT NOT NULL,
	slug TEXT NOT NULL,
	name TEXT NOT NULL, -- made of what the card shows
	data BLOB NOT NULL, -- JPEG
	PRIMARY KEY (site, slug)
);
