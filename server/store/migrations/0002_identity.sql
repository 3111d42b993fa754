-- Which item of which source an article is, and what that item held when it last came: two feeds may bring one article, and neither
-- undoes the other.
CREATE TABLE article_source (
	article INTEGER NOT NULL REFERENCES article (id),
	site    TEXT    NOT NULL,
	source  TEXT    NOT NULL,
	guid    TEXT    NOT NULL, -- as the source gives it, or empty
	hash    TEXT    NOT NULL,
	PRIMARY KEY (article, source)
);
CREATE INDEX article_source_guid ON article_source (site, guid);
INSERT INTO article_source (article, site, source, guid, hash) SELECT id, site, source, guid, hash FROM article;
DROP INDEX article_guid;
ALTER TABLE article DROP COLUMN source;
ALTER TABLE article DROP COLUMN guid;
ALTER TABLE article DROP COLUMN hash;

-- An article is found by the addresses of its page, old ones included.
DROP INDEX article_url;
CREATE INDEX article_page ON article (page);

-- Addresses that articles had: one that was published answers for ever.
CREATE TABLE slug_alias (
	site    TEXT    NOT NULL,
	slug    TEXT    NOT NULL,
	article INTEGER NOT NULL REFERENCES article (id),
	PRIMARY KEY (site, slug)
);
CREATE INDEX slug_alias_article ON slug_alias (article);
CREATE INDEX page_url_page ON page_url (page);
