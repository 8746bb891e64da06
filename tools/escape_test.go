package tools

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A byte of each kind at each place of a word, and of what is left of it.
func TestEachByteIsEscapedWhereverItStands(t *testing.T) {
	for c := range 256 {
		for length := range 20 {
			for at := range length {
				text := []byte(strings.Repeat("a", length))
				text[at] = byte(c)
				want := string(text)
				if c < ' ' {
					want = strings.ReplaceAll(want, string(rune(c)), " ")
				}
				got := appendEscaped([]byte(`"`), text)
				if c >= 0x80 {
					assert.Equal(t, `"`+want, string(got), "bytes of letters stand for themselves")
					continue
				}
				var value string
				require.NoError(t, json.Unmarshal(append(got, '"'), &value), "%q", got)
				require.Equal(t, want, value)
			}
		}
	}
}

func TestLongTextsAreEscapedAsShortOnesAre(t *testing.T) {
	part := `{"a":"b\\c",` + "\n\t" + `"é漢😀":[1,""]}`
	for n := range 200 {
		text := strings.Repeat(part, n)[:n*len(part)/2]
		var value string
		require.NoError(t, json.Unmarshal(append(appendEscaped([]byte(`"`), []byte(strings.ToValidUTF8(text, ""))), '"'), &value))
		require.Equal(t, strings.NewReplacer("\n", " ", "\t", " ").Replace(strings.ToValidUTF8(text, "")), value)
	}
}
