package store

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Unavailable reports whether an error of a Store says that its database cannot do now what it may well do later: it is out of reach, cannot be
// written, or its disk is full. Nothing that failed so was acknowledged; the same events may be sent again.
func Unavailable(err error) bool {
	return errors.Is(err, errDisk) || unavailableSQLite(err) || unavailablePostgres(err)
}

func unavailableSQLite(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff {
	// Held by another program; not to be written; a disk that is full or fails; a file or a folder out of reach.
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return true
	}
	return false
}

func unavailablePostgres(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		switch said.Code {
		// A standby; a transaction that stood still; a lock; servers in each other's way, again and again; shutting down or starting up.
		case "25006", "25P03", "55P03", "40001", "40P01", "57P01", "57P02", "57P03", "57P05":
			return true
		}
		switch said.Code[:min(len(said.Code), 2)] {
		case "08", "53", "58": // the connection; no room on the disk, in memory or for connections; the system below
			return true
		}
	}
	// A connection that cannot be made or has broken. One that was too slow is the context's error.
	var connection *net.OpError
	return errors.As(err, new(*pgconn.ConnectError)) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, pgconn.ErrConnClosed) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &connection) && !connection.Timeout()
}
