-- Files of the app that this database's servers have sent: a page of an older release finds its own, and a reader who has an older app
-- gets only what is new.
CREATE TABLE asset (
  name TEXT PRIMARY KEY,  -- made of the content
  kind TEXT NOT NULL,     -- media type
  data BLOB NOT NULL,     -- in brotli
  used BIGINT NOT NULL    -- Unix milliseconds: when a server last started with it
);
