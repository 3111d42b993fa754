-- A database as the first release left it (commit 86519b1, three migrations): two posts, a page of a host, five views and a share.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE migration (name TEXT PRIMARY KEY);
INSERT INTO migration VALUES('migrations/0001_first.sql');
INSERT INTO migration VALUES('migrations/0002_identity.sql');
INSERT INTO migration VALUES('migrations/0003_lean_counting.sql');
CREATE TABLE page (
	id     INTEGER PRIMARY KEY,
	site   TEXT    NOT NULL,
	views  INTEGER NOT NULL DEFAULT 0,
	shares INTEGER NOT NULL DEFAULT 0
);
INSERT INTO page VALUES(1,'brebes',3,1);
INSERT INTO page VALUES(2,'brebes',1,0);
INSERT INTO page VALUES(3,'brebes',1,0);
CREATE TABLE page_url (
	site TEXT    NOT NULL,
	url  TEXT    NOT NULL,
	page INTEGER NOT NULL REFERENCES page (id),
	PRIMARY KEY (site, url)
);
INSERT INTO page_url VALUES('brebes','https://kab-brebes.kpu.go.id/profil',3);
CREATE TABLE article (
	id         INTEGER PRIMARY KEY,
	site       TEXT    NOT NULL,
	slug       TEXT    NOT NULL,
	page       INTEGER NOT NULL REFERENCES page (id),
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
	updated    BIGINT  NOT NULL, -- of the content as it came
	UNIQUE (site, slug)
);
INSERT INTO article VALUES(1,'brebes','rapat-pleno-terbuka',1,'','Rapat Pleno Terbuka','KPU menetapkan daftar pemilih.','Humas','["Berita"]','','','[{"k":"p","n":[{"t":"KPU Kabupaten Brebes menetapkan daftar pemilih dalam rapat pleno terbuka."}]},{"k":"ul","n":[{"k":"li","n":[{"t":"Pertama"}]},{"k":"li","n":[{"t":"Kedua"}]}]}]',replace('rapat pleno terbuka\nkpu kabupaten brebes menetapkan daftar pemilih dalam rapat pleno terbuka.\npertama\nkedua','\n',char(10)),1786500000000,1795460369642,0);
INSERT INTO article VALUES(2,'brebes','sosialisasi-pemilih-pemula-anggaran',2,'','Sosialisasi "Pemilih Pemula" & Anggaran','Pemilih pemula diajak memeriksa namanya.','','["Kegiatan"]','','','[{"k":"p","n":[{"t":"Pemilih pemula diajak memeriksa namanya."}]}]',replace('sosialisasi "pemilih pemula" & anggaran\npemilih pemula diajak memeriksa namanya.','\n',char(10)),1786586400000,1795460369643,0);
CREATE TABLE category (
	article INTEGER NOT NULL REFERENCES article (id),
	site    TEXT    NOT NULL,
	name    TEXT    NOT NULL,
	PRIMARY KEY (article, name)
);
INSERT INTO category VALUES(1,'brebes','Berita');
INSERT INTO category VALUES(2,'brebes','Kegiatan');
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
CREATE TABLE picture_use (
	article INTEGER NOT NULL REFERENCES article (id),
	site    TEXT    NOT NULL,
	src     TEXT    NOT NULL,
	PRIMARY KEY (article, src)
);
CREATE TABLE picture_file (
	name  TEXT    NOT NULL,
	width INTEGER NOT NULL,
	ext   TEXT    NOT NULL,
	data  BLOB    NOT NULL,
	PRIMARY KEY (name, width, ext)
);
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
INSERT INTO daily VALUES(1,'2026-11-24','view','page','','',3);
INSERT INTO daily VALUES(2,'2026-11-24','view','page','','',1);
INSERT INTO daily VALUES(1,'2026-11-24','share','page','','whatsapp',1);
INSERT INTO daily VALUES(3,'2026-11-24','view','page','','',1);
CREATE TABLE salt (
	day    TEXT PRIMARY KEY,
	secret BLOB NOT NULL
);
INSERT INTO salt VALUES('2026-11-24',X'f40c8e4c6d4b45ee4a79172e3ab194b478ccf253236cbb71f12fc4ed393c9328');
CREATE TABLE source (
	site  TEXT NOT NULL,
	name  TEXT NOT NULL,
	state TEXT NOT NULL, -- JSON
	PRIMARY KEY (site, name)
);
CREATE TABLE article_source (
	article INTEGER NOT NULL REFERENCES article (id),
	site    TEXT    NOT NULL,
	source  TEXT    NOT NULL,
	guid    TEXT    NOT NULL, -- as the source gives it, or empty
	hash    TEXT    NOT NULL,
	PRIMARY KEY (article, source)
);
INSERT INTO article_source VALUES(1,'brebes','posts','post:rapat-pleno','59695075f34d6aa420c6c609bba324f9');
INSERT INTO article_source VALUES(2,'brebes','posts','post:sosialisasi','6e51567bac97e899e3348e35c29463c2');
CREATE TABLE slug_alias (
	site    TEXT    NOT NULL,
	slug    TEXT    NOT NULL,
	article INTEGER NOT NULL REFERENCES article (id),
	PRIMARY KEY (site, slug)
);
CREATE TABLE reader (
	day  TEXT NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (day, hash)
) WITHOUT ROWID;
INSERT INTO reader VALUES('2026-11-24',X'3242bc4f7c2670c7535f2a5ab23b9258');
INSERT INTO reader VALUES('2026-11-24',X'3898e240467c8590ad5dd32e8e176a22');
INSERT INTO reader VALUES('2026-11-24',X'a6a930710b179c3a211075b67b09066d');
INSERT INTO reader VALUES('2026-11-24',X'b0771623d42ba307ce40177829d12415');
INSERT INTO reader VALUES('2026-11-24',X'b8e3bb114c443f87b1f4c7f379334d34');
INSERT INTO reader VALUES('2026-11-24',X'e038d2193cf2be997b492c667f8bbf93');
CREATE TABLE event (
	seq INTEGER PRIMARY KEY, -- in the order of arrival, which is how they are forgotten
	id  TEXT    NOT NULL UNIQUE,
	day TEXT    NOT NULL
);
INSERT INTO event VALUES(1,'old-view-1','2026-11-24');
INSERT INTO event VALUES(2,'old-view-2','2026-11-24');
INSERT INTO event VALUES(3,'old-view-3','2026-11-24');
INSERT INTO event VALUES(4,'old-view-4','2026-11-24');
INSERT INTO event VALUES(5,'old-share-1','2026-11-24');
INSERT INTO event VALUES(6,'old-view-5','2026-11-24');
CREATE INDEX article_newest ON article (site, published DESC, id DESC);
CREATE INDEX category_site ON category (site, name);
CREATE INDEX picture_name ON picture (name);
CREATE INDEX picture_use_src ON picture_use (site, src);
CREATE INDEX article_source_guid ON article_source (site, guid);
CREATE INDEX article_page ON article (page);
CREATE INDEX slug_alias_article ON slug_alias (article);
CREATE INDEX page_url_page ON page_url (page);
COMMIT;
