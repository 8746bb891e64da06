package hexapi

import (
	"context"
	"fmt"

	"hexmcp/schema/jsonscan"
)

// What a value of an answer counts for, in bytes, while it is read as Go values: an
// entry of a list, of which Go doubles the place when the list grows, and of which
// the largest has 264; a member of an object, which may be kept by its name; and an
// object that is a member.
const (
	perEntry  = 500
	perMember = 130
	perObject = 300
)

// DecodedWeight is about how many bytes of memory it takes at the most to read valid
// JSON as Go values, whatever their types. Two bytes of an answer may make a
// project of some hundred.
func DecodedWeight(body []byte) int64 {
	weight := 2 * int64(len(body))
	around := []byte{0} // the brackets around the place, outermost first, after none
	for c := range jsonscan.Structure(body) {
		in := around[len(around)-1]
		switch {
		case c == '[':
			weight += perEntry
		case c == '{' && in == '{':
			weight += perObject
		case c == ',' && in == '[':
			weight += perEntry
		case c == ',':
			weight += perMember
		}
		switch c {
		case '[', '{':
			around = append(around, c)
		case ']', '}':
			around = around[:max(len(around)-1, 1)]
		}
	}
	return weight
}

// shortBody is how many bytes a body may have whose Go values are not counted.
const shortBody = 500

// roomToDecode asks for the memory to read an answer as Go values.
func (c *Client) roomToDecode(ctx context.Context, body []byte) error {
	if c.reserveDecoded == nil || len(body) <= shortBody {
		return nil
	}
	if err := c.reserveDecoded(ctx, DecodedWeight(body)); err != nil {
		return fmt.Errorf("%w: %w", ErrNoMemory, err)
	}
	return nil
}
