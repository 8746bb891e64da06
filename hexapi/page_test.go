package hexapi

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// follow goes through a list whose pages are named by their cursors, "" for the first
// one, each with the cursor of the next.
func follow(next map[string]string) (read []string, err error) {
	var trail Trail
	for after, more := "", true; more && err == nil; more = after != "" {
		read = append(read, after)
		var p Pagination
		if to, ok := next[after]; ok {
			p.After = &to
		}
		after, err = trail.Next(p)
	}
	return read, err
}

func TestATrailEndsWithTheLastPage(t *testing.T) {
	for name, last := range map[string]map[string]string{
		"null": {"": "a", "a": "b", "b": "c"}, "an empty cursor": {"": "a", "a": "b", "b": "c", "c": ""},
	} {
		read, err := follow(last)
		require.NoError(t, err, name)
		assert.Equal(t, []string{"", "a", "b", "c"}, read, name)
	}
}

// A list that leads back to a page was not read whole, and must not be read for ever.
func TestATrailThatLeadsBackFails(t *testing.T) {
	for _, circle := range []map[string]string{
		{"": "a", "a": "a"}, {"": "a", "a": "b", "b": "a"}, {"": "a", "a": "b", "b": "c", "c": "d", "d": "e", "e": "c"},
	} {
		read, err := follow(circle)
		require.ErrorIs(t, err, ErrShape)
		assert.Equal(t, 200, asError[*Error](t, err).Status)
		assert.Less(t, len(read), 4*len(circle))
	}
}

// Of an answer that holds its list by another name, or none, nobody can tell that
// there is nothing.
func TestAnAnswerWithoutItsListIsNoEmptyList(t *testing.T) {
	decode := map[string]func(body string) error{
		"values":  func(b string) error { _, err := Answer[Page[User]]{Body: []byte(b)}.Decode(); return err },
		"runs":    func(b string) error { _, err := Answer[ProjectRuns]{Body: []byte(b)}.Decode(); return err },
		"threads": func(b string) error { _, err := Answer[Threads]{Body: []byte(b)}.Decode(); return err },
		"content": func(b string) error { _, err := Answer[ThreadMessages]{Body: []byte(b)}.Decode(); return err },
		"topics":  func(b string) error { _, err := Answer[Topics]{Body: []byte(b)}.Decode(); return err },
	}
	for name, err := range decode {
		require.ErrorIs(t, err(`{"users":[{"id":"u"}],"pagination":{"after":null}}`), ErrShape, name)
		require.NoError(t, err(`{"`+name+`":[]}`), name)
		require.NoError(t, err(`{"`+name+`":null}`), "as some servers write an empty list")
	}
}
