package hexapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sized replies with an object of so many bytes, whose size is announced or not.
func sized(n int, announced bool) reply {
	return func(r *http.Request) (*http.Response, error) {
		connected(r.Context())
		res := answer(200, `{"x":"`+strings.Repeat("x", n-8)+`"}`)
		if !announced {
			res.ContentLength = -1
		}
		return res, nil
	}
}

func TestRoomForAnAnswerIsAskedForAsItGrows(t *testing.T) {
	for _, tc := range []struct {
		size      int
		announced bool
		want      []int64
	}{
		{100, true, nil},
		{FirstRead - 1, false, nil},
		{FirstRead, true, nil},
		{100_000, false, []int64{80_000, 160_000}},
		{100_000, true, []int64{80_000, 100_000}},
		{MaxBody, false, []int64{80_000, 160_000, 320_000, 640_000, 1_280_000, 2_560_000, 5_120_000, 10_240_000, MaxBody + 1}},
	} {
		var asked []int64
		c := client(t, playing(sized(tc.size, tc.announced)), func(cfg *Config) {
			cfg.Reserve = func(_ context.Context, n int64) error {
				asked = append(asked, n)
				return nil
			}
		})
		got, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: projectID})
		require.NoError(t, err)
		assert.Len(t, got.Body, tc.size)
		assert.Equal(t, tc.want, asked, tc.size)
	}
}

func TestAnAnswerWithoutRoomEndsTheCallAndIsNotAskedForAgain(t *testing.T) {
	full := errors.New("full")
	for name, call := range kinds {
		h := playing(sized(100_000, true))
		err := call(t.Context(), client(t, h, func(cfg *Config) {
			cfg.Reserve = func(context.Context, int64) error { return full }
		}))
		e := asError[*Error](t, err)
		require.ErrorIs(t, e, ErrNoMemory, name)
		require.ErrorIs(t, e, full, name)
		assert.Equal(t, Done, e.Outcome, name)
		assert.Equal(t, 1, h.requests(), name)
	}
}

// A refusal of a few megabytes can hold a million entries. What is allocated for
// each of them shows in a short one as well: the longest stands for its like.
func TestARefusalIsReadInLittleMemory(t *testing.T) {
	requireLittleMemory(t, maxErrorBody, "invalid", "[%s]", "{}")
	for _, field := range []string{"invalid", "notFound", "issues", "details", "message"} {
		for _, entry := range []string{"{}", "1", `""`, "[]", `{"path":[1]}`} {
			for _, value := range []string{"[%s]", "[[%s]]", `{"message":"m","path":[%s]}`} {
				requireLittleMemory(t, 256<<10, field, value, entry)
			}
		}
	}
}

// requireLittleMemory reads a refusal of about so many bytes, in which a field has a
// value that is full of an entry.
func requireLittleMemory(t *testing.T, size int, field, value, entry string) {
	t.Helper()
	entries := strings.TrimSuffix(strings.Repeat(entry+",", (size-100)/(len(entry)+1)), ",")
	body := fmt.Appendf(nil, `{"code":"C","message":"m",%q:%s}`, field, fmt.Sprintf(value, entries))
	took := allocated(func() { readError(&received{status: 422, body: body}) })
	assert.Less(t, took, 8*len(body), "%s of %s", field, fmt.Sprintf(value, entry))
}

// allocated is how many bytes f allocates.
func allocated(f func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}
