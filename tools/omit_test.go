package tools

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema/cost"
)

func TestOmitLeavesOutWholeFieldsOnly(t *testing.T) {
	big := strings.Repeat("x", 1000)
	for name, tc := range map[string]struct {
		body, want string
		left       []omission
	}{
		"nothing": {`{"a":1}`, `{"a":1}`, nil},
		"a field within a field": {
			`{"id":"1","contents":{"sqlCell":{"source":"` + big + `","outputDataframe":"df"},"codeCell":null}}`,
			`{"id":"1","contents":{"sqlCell":{"outputDataframe":"df"},"codeCell":null}}`,
			[]omission{{"contents.sqlCell.source", 1002}},
		},
		"the last field": {`{"a":1, "b" : "` + big + `" }`, `{"a":1 }`, []omission{{"b", 1002}}},
		"the only field": {`{"b":"` + big + `"}`, `{}`, []omission{{"b", 1002}}},
		"a field of an entry": {
			`{"values":[{"id":"1","text":"` + big + `"}],"pagination":{"after":null}}`,
			`{"values":[{"id":"1"}],"pagination":{"after":null}}`,
			[]omission{{"values[0].text", 1002}},
		},
		"a list of small entries": {
			`{"id":"1","events":[` + strings.TrimSuffix(strings.Repeat(`{"t":1},`, 100), ",") + `]}`,
			`{"id":"1"}`,
			[]omission{{"events", 801}},
		},
		"several fields": {
			`{"a":"` + big + `","b":{"c":"` + big + `"},"d":1}`, `{"b":{},"d":1}`,
			[]omission{{"a", 1002}, {"b.c", 1002}},
		},
		"a body without fields": {`["` + big + `"]`, `["` + big + `"]`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			body, left := omit(json.RawMessage(tc.body), 100)
			assert.Equal(t, tc.want, string(body))
			assert.ElementsMatch(t, tc.left, left)
		})
	}
}

// An entry of a list is never left out alone: what lacks would not be seen.
func TestOmitTakesFieldsOfEntriesAndNotTheList(t *testing.T) {
	big := strings.Repeat("x", 500)
	body, left := omit(json.RawMessage(`{"values":[{"id":"1","a":"`+big+`","b":"`+big+`","c":"`+big+`"}]}`), 100)
	assert.Equal(t, `{"values":[{"id":"1"}]}`, string(body))
	assert.Len(t, left, 3)
}

func FuzzOmit(f *testing.F) {
	for _, value := range []string{strings.Repeat("[", 5_000) + strings.Repeat("]", 5_000), "[" + strings.Repeat("{},", 5_000) + "{}]", "[" + strings.Repeat(`{"a":1},`, 5_000) + "1]"} {
		cost.Large(f, []byte(`{"a":`+value+`,"b":[]}`), 100)
	}
	f.Add([]byte(`{"a":[{"b":"c"},{"b":{"d":[1,2,{}]}}], "e":"fffffffffff" }`), 10)
	f.Fuzz(func(t *testing.T, body []byte, room int) {
		if !json.Valid(body) || len(body) > 1<<16 {
			return // a body is JSON
		}
		var short json.RawMessage
		var left []omission
		cost.Bound(t, len(body), func() { short, left = omit(body, room) })
		require.True(t, json.Valid(short), "%q becomes %q", body, short)
		require.Equal(t, len(left) > 0, len(short) < len(body))
	})
}

// A body of 16 MiB may have eight million values, and nobody may pay for them.
func TestFittingAllocatesLittle(t *testing.T) {
	const size = 1 << 20
	for _, entry := range []string{"1", "{}", "[]", `""`, `{"a":1}`, "[[1]]"} {
		list := "[" + strings.TrimSuffix(strings.Repeat(entry+",", size/(len(entry)+1)), ",") + "]"
		for _, body := range []string{`{"values":` + list + "}", `{"values":[` + list + "]}", `{"a":{"b":` + list + `},"values":[]}`} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			entriesThatFit([]byte(body), 1000)
			omit([]byte(body), 1000)
			runtime.ReadMemStats(&after)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(50*size), "%.40s", body)
		}
	}
}
