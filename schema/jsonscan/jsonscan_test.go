package jsonscan

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOnlyWhatIsOutsideOfStringsIsStructure(t *testing.T) {
	for src, want := range map[string]string{
		``:                               "",
		`1`:                              "",
		`"[1,2]"`:                        "",
		`{"a":[1,{}],"b,":"}"}`:          "{[,{}],}",
		`["\"",1]`:                       "[,]",
		`["\\",1]`:                       "[,]",
		`["\\\",",1]`:                    "[,]",
		`["a\\\\",["\\\"[\\"]]`:          "[,[]]",
		`["", "" ,""]`:                   "[,,]",
		`["that has no end, ]`:           "[",
		`["that ends with a backslash\"`: "[",
	} {
		assert.Equal(t, want, string(slices.Collect(Structure([]byte(src)))), src)
	}
	for c := range Structure([]byte(`[{}]`)) {
		assert.Equal(t, byte('['), c)
		break
	}
}

// FuzzStructure holds brackets to those that encoding/json sees.
func FuzzStructure(f *testing.F) {
	f.Add([]byte(`{"a\"":[1,"\\",{"b":[]}],"[":{}}`))
	f.Add([]byte(`"` + strings.Repeat(`\\\"`, 100) + `"`))
	f.Fuzz(func(t *testing.T, src []byte) {
		if !json.Valid(src) {
			return
		}
		var want []byte
		d := json.NewDecoder(bytes.NewReader(src))
		d.UseNumber() // there are some that no float64 holds
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if delim, ok := token.(json.Delim); ok {
				want = append(want, byte(delim))
			}
		}
		got := slices.DeleteFunc(slices.Collect(Structure(src)), func(c byte) bool { return c == ',' })
		assert.Equal(t, string(want), string(got))
	})
}
