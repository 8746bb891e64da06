package hexsim

import (
	"fmt"
	"math/bits"
	"time"

	"hexmcp/hexapi"
)

// sequence makes ids that are unique and the same in every workspace, so that
// tests can hold answers against golden files.
type sequence struct{ salt, n uint64 }

// next is a step of SplitMix64, which meets each number once.
func (s *sequence) next() uint64 {
	s.n++
	z := s.salt + s.n*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// uuid looks like a UUIDv7 of a fixed day. It holds all 64 bits of a step, so
// it is unique.
func (s *sequence) uuid() hexapi.UUID {
	r := s.next()
	return uuidAt(0x019c0a5b3c00+s.n, r)
}

// uuidAt is the UUIDv7 of a time in milliseconds, with 64 bits that look random.
func uuidAt(at, r uint64) hexapi.UUID {
	return hexapi.UUID(fmt.Sprintf("%08x-%04x-7%03x-%04x-%012x",
		at>>16, at&0xffff, r>>52, 0x8000|r>>38&0x3fff, bits.RotateLeft64(r, 10)&0xffffffffffff))
}

// trace is a trace id: 32 hexadecimal digits.
func (s *sequence) trace() string {
	return fmt.Sprintf("%016x%016x", s.next(), s.next())
}

// stamp writes a time as Hex does. All stamps are of one length and zone, so
// they sort as text.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// stampOrNull is null for a time that has not come.
func stampOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return new(stamp(t))
}
