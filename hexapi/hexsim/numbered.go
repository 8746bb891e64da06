package hexsim

import (
	"strconv"
	"strings"

	"hexmcp/hexapi"
)

// numbered makes ids of numbers, and knows the numbers again: the time in a
// UUIDv7 tells them apart. It is the time of the first, in milliseconds.
type numbered uint64

// The kinds of what a [Scale] adds. A thousand years of a workspace are between them.
const (
	userIDs       numbered = 0x0191_0000_0000
	groupIDs      numbered = 0x0192_0000_0000
	collectionIDs numbered = 0x0193_0000_0000
	projectIDs    numbered = 0x0194_0000_0000
	cellIDs       numbered = 0x0195_0000_0000
	staticIDs     numbered = 0x0196_0000_0000
)

// id is that of number n.
func (k numbered) id(n int) hexapi.UUID {
	return uuidAt(uint64(k)+uint64(n), random(uint64(k), n)) //nolint:gosec // n is a number of a scale
}

// number is that of an id; not ok where it is none of the kind.
func (k numbered) number(id hexapi.UUID) (n int, ok bool) {
	at, err := strconv.ParseUint(strings.ReplaceAll(string(id[:min(len(id), len("01234567-89ab"))]), "-", ""), 16, 64)
	if err != nil || at < uint64(k) || at-uint64(k) > 1<<31 {
		return 0, false
	}
	n = int(at - uint64(k)) //nolint:gosec // checked above
	return n, k.id(n) == lower(id)
}

// random is a number that looks random, and is always the same of the same n.
func random(salt uint64, n int) uint64 {
	s := sequence{salt, uint64(n)} //nolint:gosec // any number will do
	return s.next()
}
