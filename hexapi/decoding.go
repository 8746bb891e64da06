package hexapi

import (
	"context"
	"fmt"

	"hexmcp/schema/jsonscan"
)

// How many bytes a part of an answer counts for while it is decoded into Go values.
const (
	perEntry  = 500 // an entry of a list: the largest type has 264 bytes, and a growing slice doubles
	perMember = 130 // a member of an object, which may become an entry of a map
	perObject = 300 // an object that is a member of another
)

// DecodedWeight estimates from above how many bytes of memory valid JSON takes when it
// is decoded into Go values of any type. That may be far more than the JSON has: two
// bytes, {}, may become a project of some hundred.
func DecodedWeight(body []byte) int64 {
	weight := 2 * int64(len(body))
	around := []byte{0} // the open brackets at this place, outermost first, after a 0 for none
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

// shortBody is how many bytes a body may have to be decoded without reserving memory.
const shortBody = 500

// roomToDecode reserves the memory to decode an answer into Go values.
func (c *Client) roomToDecode(ctx context.Context, body []byte) error {
	if c.reserveDecoded == nil || len(body) <= shortBody {
		return nil
	}
	if err := c.reserveDecoded(ctx, DecodedWeight(body)); err != nil {
		return fmt.Errorf("%w: %w", ErrNoMemory, err)
	}
	return nil
}
