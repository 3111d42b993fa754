package store

import (
	"sync"

	"modernc.org/libc"
	"modernc.org/libc/sys/types"
	sqlite3 "modernc.org/sqlite/lib"
)

// How much connections remember of the file, in KB: the one that writes, what the readers of a busy day make, which would be read again else; those that
// read, each, little, since the system keeps the file in memory.
const (
	writerCache = 8000
	readerCache = 500
)

// slotSize is a page of the file, 4,096 bytes, and what SQLite keeps beside it (https://sqlite.org/malloc.html, "Page Cache Memory"), 272 bytes now.
const slotSize = 4096 + 320

// slots gives SQLite one piece of memory for the pages that its connections remember. By itself it asks for each of them, and the allocator rounds that up to
// 8 KB. It has to come before the first connection of the program; later, and for more connections, all is as it would be without. SQLite has the memory until
// the program ends.
var slots = sync.OnceFunc(func() {
	const n = (writerCache + sqliteReaders*readerCache) << 10 / 4096
	tls := libc.NewTLS()
	defer tls.Close()
	arguments := libc.Xcalloc(tls, 3, 8)
	if arguments == 0 {
		return
	}
	defer libc.Xfree(tls, arguments)
	room := libc.Xmalloc(tls, types.Size_t(n*slotSize)) // what is never used is not in memory
	if room != 0 && sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_PAGECACHE, libc.VaList(arguments, room, int32(slotSize), int32(n))) != sqlite3.SQLITE_OK {
		libc.Xfree(tls, room)
	}
})
