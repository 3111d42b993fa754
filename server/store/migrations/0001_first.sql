-- What a reader's count belongs to: an article, or a page of a host that only has a share widget.
CREATE TABLE page (
	id     INTEGER PRIMARY KEY,
	site   TEXT    NOT NULL,
	views  INTEGER NOT NULL DEFAULT 0,
	shares INTEGER NOT NULL DEFAULT 0
);

-- The canonical URLs that a page has or had: one count, wherever it is read.
CREATE TABLE page_url (
	site TEXT    NOT NULL,
	url  TEXT    NOT NULL,
	page INTEGER NOT NULL REFERENCES page (id),
	PRIMARY KEY (site, url)
);

CREATE TABLE article (
	id         INTEGER PRIMARY KEY,
	site       TEXT    NOT NULL,
	slug       TEXT    NOT NULL,
	page       INTEGER NOT NULL REFERENCES page (id),
	source     TEXT    NOT NULL,
	guid       TEXT    NOT NULL, -- as the source gives it, or empty
	url        TEXT    NOT NULL, -- canonical URL of its home, or empty when its home is here
	title      TEXT    NOT NULL,
	summary    TEXT    NOT NULL,
	author     TEXT    NOT NULL,
	categories TEXT    NOT NULL, -- JSON array
	image_src  TEXT    NOT NULL,
	image_alt  TEXT    NOT NULL,
	body       TEXT    NOT NULL, -- JSON array of news.Node
	search     TEXT    NOT NULL, -- title and text in lower case
	published  BIGINT  NOT NULL, -- milliseconds since 1970
	first_seen BIGINT  NOT NULL,
	updated    BIGINT  NOT NULL, -- 0: never
	hash       TEXT    NOT NULL, -- of the content as it came
	UNIQUE (site, slug)
);
CREATE INDEX article_newest ON article (site, published DESC, id DESC);
CREATE INDEX article_guid ON article (site, source, guid);
CREATE INDEX article_url ON article (site, url);

CREATE TABLE category (
	article INTEGER NOT NULL REFERENCES article (id),
	site    TEXT    NOT NULL,
	name    TEXT    NOT NULL,
	PRIMARY KEY (article, name)
);
CREATE INDEX category_site ON category (site, name);

-- Pictures that articles use, and our copies of them. An article's own folder scopes its file: addresses.
CREATE TABLE picture (
	site    TEXT    NOT NULL,
	src     TEXT    NOT NULL,
	name    TEXT    NOT NULL DEFAULT '', -- content name of our copies; empty while there are none
	widths  TEXT    NOT NULL DEFAULT '', -- JSON array
	width   INTEGER NOT NULL DEFAULT 0,
	height  INTEGER NOT NULL DEFAULT 0,
	color   TEXT    NOT NULL DEFAULT '',
	tries   INTEGER NOT NULL DEFAULT 0,
	due     BIGINT  NOT NULL DEFAULT 0, -- when to try, milliseconds since 1970
	error   TEXT    NOT NULL DEFAULT '',
	PRIMARY KEY (site, src)
);
CREATE INDEX picture_name ON picture (name);
CREATE TABLE picture_use (
	article INTEGER NOT NULL REFERENCES article (id),
	site    TEXT    NOT NULL,
	src     TEXT    NOT NULL,
	PRIMARY KEY (article, src)
);
CREATE INDEX picture_use_src ON picture_use (site, src);
CREATE TABLE picture_file (
	name  TEXT    NOT NULL,
	width INTEGER NOT NULL,
	ext   TEXT    NOT NULL,
	data  BLOB    NOT NULL,
	PRIMARY KEY (name, width, ext)
);

-- What happened, by day. Nothing here is about a person.
CREATE TABLE daily (
	page    INTEGER NOT NULL REFERENCES page (id),
	day     TEXT    NOT NULL, -- the office's local day
	type    TEXT    NOT NULL,
	via     TEXT    NOT NULL,
	host    TEXT    NOT NULL,
	network TEXT    NOT NULL,
	n       INTEGER NOT NULL,
	PRIMARY KEY (page, day, type, via, host, network)
);

-- What keeps a reader from counting twice, and is destroyed within two days.
CREATE TABLE salt (
	day    TEXT PRIMARY KEY,
	secret BLOB NOT NULL
);
CREATE TABLE reader (
	day  TEXT NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (day, hash)
);

-- What keeps an event from counting twice.
CREATE TABLE event (
	id  TEXT PRIMARY KEY,
	day TEXT NOT NULL
);
CREATE INDEX event_day ON event (day);

CREATE TABLE source (
	site  TEXT NOT NULL,
	name  TEXT NOT NULL,
	state TEXT NOT NULL, -- JSON
	PRIMARY KEY (site, name)
);
