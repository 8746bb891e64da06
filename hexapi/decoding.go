package hexapi

import (
	"context"
	"fmt"
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
	weight, quoted := 2*int64(len(body)), false
	var within []byte // the brackets around the place, outermost first
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			weight += perEntry
			within = append(within, c)
		case c == '{':
			if len(within) > 0 && within[len(within)-1] == '{' {
				weight += perObject
			}
			within = append(within, c)
		case c == ']', c == '}':
			within = within[:max(len(within)-1, 0)]
		case c == ',':
			if len(within) > 0 && within[len(within)-1] == '[' {
				weight += perEntry
			} else {
				weight += perMember
			}
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
