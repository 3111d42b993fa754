-- Who is signed in to the statistics: a press officer's browser, by a random token, until it expires. Nothing in it says who that is.
CREATE TABLE session (
	token   BLOB   PRIMARY KEY, -- SHA-256 of what the cookie holds
	scope   TEXT   NOT NULL,    -- the office's id; empty: the statistics of all
	secret  BLOB   NOT NULL,    -- SHA-256 of the password's hash: another password ends what the old one opened
	expires BIGINT NOT NULL     -- milliseconds since 1970
) WITHOUT ROWID;
