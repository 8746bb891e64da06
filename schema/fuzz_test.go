package schema_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"hexmcp/schema"
	"hexmcp/schema/cost"
)

// FuzzDecode holds for any bytes: a value or an error and never both, messages
// that are short and valid UTF-8, and a value that decodes to itself again.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(with(`"limit":5`)))
	decoder := schema.NewDecoder[runInput]()
	require.NoError(f, decoder.Complete(), "compiled before what is measured")
	for _, x := range []string{
		strings.Repeat("[", 9_900) + strings.Repeat("]", 9_900), strings.Repeat(`{"a":`, 99) + "1" + strings.Repeat("}", 99),
		"[" + strings.Repeat("{},", 20_000) + "{}]", "[" + strings.Repeat("1,", 20_000) + "1]", "1e999999999", strings.Repeat("9", 50_000),
	} {
		cost.Large(f, []byte(with(`"inputParams":{"x":`+x+`,"x":1}`)))
		cost.Large(f, []byte(with(`"limit":`+x)))
	}
	f.Fuzz(func(t *testing.T, arguments []byte) {
		var v runInput
		var err error
		cost.Bound(t, len(arguments), func() { v, err = decoder.Decode(t.Context(), arguments) })
		if err != nil {
			require.Zero(t, v)
			requireReadable(t, err)
			return
		}
		first, err := json.Marshal(v)
		require.NoError(t, err)
		again, err := decoder.Decode(t.Context(), first)
		require.NoError(t, err, "decoded from %s", first)
		second, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second))
	})
}

func requireReadable(t *testing.T, err error) {
	t.Helper()
	const longest = 1000 // a path of quoted names, and the names that are known
	var invalid *schema.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.NotEmpty(t, invalid.Issues)
	for _, issue := range invalid.Issues {
		require.NotEmpty(t, issue.Message)
		require.True(t, utf8.ValidString(issue.Path+issue.Message), "%q", issue)
		require.Less(t, len(issue.Path)+len(issue.Message), longest, issue.Message)
	}
}
