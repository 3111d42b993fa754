package e2e

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"database/sql"
	"encoding/base64"
	endian "encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // to look into the database as anybody could
	_ "modernc.org/sqlite"
)

// traces are what a reader could leave behind, by what they are: each in the bytes in which it could stand somewhere.
type traces map[string]string

// least is how much of a long trace is looked for, in bytes: what was cut short is found, and chance is not.
const least = 8

// word is a trace that is looked for as it is.
func (t traces) word(what, word string) {
	if len(word) < least {
		panic(what + " is too short to look for: " + word)
	}
	t[what] = word
}

// address has the forms of an address: as text, alone and in other notations, in bytes of either order, as a number; and what an unkeyed hash
// of it would be, with the agent or without, since all addresses there are can be tried. Four bytes alone are what chance finds in
// large files: they are in few.
func (t traces) reader(name string, a netip.Addr, agent string) {
	t.word(name+"'s agent", agent)
	raw := a.AsSlice()
	forms := map[string]string{"address": a.String(), "mapped address": "::ffff:" + a.String(), "written out": a.StringExpanded(), "hexadecimal address": hex.EncodeToString(raw)}
	sources := map[string]string{"address in bytes": string(raw)}
	if a.Is4() {
		wide := a.As16()
		sources["address in 16 bytes"] = string(wide[:])
		forms["number"] = fmt.Sprint(endian.BigEndian.Uint32(raw))
	} else {
		half := netip.PrefixFrom(a, 64).Masked()
		sources["household in bytes"] = string(raw[:8])
		forms["household"], forms["household's net"], forms["household written out"], forms["hexadecimal household"] = strings.TrimSuffix(half.Addr().String(), "::"), half.String(), half.Addr().StringExpanded()[:19], hex.EncodeToString(raw[:8])
		t[name+"'s household in bytes"] = string(raw[:8])
		backward := slices.Clone(raw)
		slices.Reverse(backward)
		t[name+"'s address backward"] = string(backward[8:])
	}
	for what, s := range forms {
		t.word(name+"'s "+what, s)
		t.word(name+"'s "+what+" in capitals", strings.ToUpper(s))
	}
	maps.Copy(sources, forms)
	sources["agent"] = agent
	for what, s := range maps.Clone(sources) {
		if what != "agent" {
			for _, between := range []string{"", " ", "|", ":", "\x00", "\n"} {
				sources[fmt.Sprintf("%s, %q and agent", what, between)], sources[fmt.Sprintf("agent, %q and %s", between, what)] = s+between+agent, agent+between+s
			}
		}
	}
	for what, s := range sources {
		t.hashes(name+"'s "+what, []byte(s))
	}
}

// hashes are those that need no key.
func (t traces) hashes(what string, of []byte) {
	m, one, two, five, f := md5.Sum(of), sha1.Sum(of), sha256.Sum256(of), sha512.Sum512(of), fnv.New64a()
	f.Write(of)
	for name, sum := range map[string][]byte{"MD5": m[:], "SHA-1": one[:], "SHA-256": two[:], "SHA-512": five[:], "FNV": f.Sum(nil)} {
		what := name + " of " + what
		t[what] = string(sum[:least])
		h := hex.EncodeToString(sum[:least])
		t[what+" in hexadecimal"], t[what+" in capitals"] = h, strings.ToUpper(h)
		t[what+" in base64"], t[what+" for addresses"] = base64.StdEncoding.EncodeToString(sum)[:least+1], base64.URLEncoding.EncodeToString(sum)[:least+1]
	}
}

// in returns which traces are in data. It looks at each place once, however many traces there are.
func (t traces) in(data []byte) (found []string) {
	begins := map[[least]byte][]string{}
	for what, word := range t {
		begin := [least]byte([]byte(word))
		begins[begin] = append(begins[begin], what)
	}
	for i := range max(0, len(data)-least+1) {
		for _, what := range begins[[least]byte(data[i:])] {
			if bytes.HasPrefix(data[i:], []byte(t[what])) {
				found = append(found, what)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// tables is a dump: each row of each table, as the values of its columns by name.
type tables map[string][]map[string]string

// everything dumps a database, all that there is.
func everything(t *testing.T, db *sql.DB) tables {
	t.Helper()
	names := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if fmt.Sprintf("%T", db.Driver()) == "*stdlib.Driver" {
		names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
	}
	out := tables{}
	for _, row := range rows(t, db, names) {
		for _, name := range row {
			out[name] = rows(t, db, `SELECT * FROM "`+name+`"`)
		}
	}
	return out
}

func rows(t *testing.T, db *sql.DB, q string) (all []map[string]string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		if err := rows.Scan(cells...); err != nil {
			t.Fatal(err)
		}
		row := map[string]string{}
		for i, c := range cells {
			row[columns[i]] = fmt.Sprintf("%s", text(*c.(*any)))
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func text(v any) string {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// bytes are all values, one after another.
func (d tables) bytes(but ...string) []byte {
	var b bytes.Buffer
	for name, rows := range d {
		if slices.Contains(but, name) {
			continue
		}
		for _, row := range rows {
			for _, v := range row {
				b.WriteString(v)
				b.WriteByte('\n')
			}
		}
	}
	return b.Bytes()
}

// added are a table's rows that were not there before.
func (d tables) added(before tables, table string) (rows []map[string]string) {
	old := map[string]bool{}
	for _, row := range before[table] {
		old[fmt.Sprint(row)] = true
	}
	for _, row := range d[table] {
		if !old[fmt.Sprint(row)] {
			rows = append(rows, row)
		}
	}
	return rows
}

// values are what rows say that were not there before: table, column and value, and of long values each part of eight bytes.
func (d tables) values(before tables) map[string]bool {
	out := map[string]bool{}
	for name := range d {
		for _, row := range d.added(before, name) {
			for column, v := range row {
				at := name + "." + column + " "
				out[at+v] = true
				for i := range max(0, len(v)-least+1) {
					out[at+"…"+v[i:i+least]] = true
				}
			}
		}
	}
	return out
}

// repeated are the values that came more than once when one reader read, and never when another did: what knows them again.
func repeated(theirs, others []map[string]bool) (found []string) {
	times := map[string]int{}
	for _, visit := range theirs {
		for v := range visit {
			times[v]++
		}
	}
	for v, n := range times {
		if n > 1 && !slices.ContainsFunc(others, func(visit map[string]bool) bool { return visit[v] }) {
			found = append(found, fmt.Sprintf("%q", v))
		}
	}
	slices.Sort(found)
	return found
}
