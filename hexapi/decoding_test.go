package hexapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// requireWeight reads a body as a T, which must keep little enough that a list can
// grow within the weight of the body.
func requireWeight[T any](t *testing.T, body string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	v, _ := Answer[T]{Body: json.RawMessage(body)}.Decode() // some are no T
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	assert.LessOrEqual(t, kept, DecodedWeight([]byte(body))*2/3, "%T of %.80s", v, body)
	runtime.KeepAlive(&v)
}

func TestNoAnswerTakesMoreThanItsWeight(t *testing.T) {
	for _, entry := range []string{"{}", "1", "[]", `""`, `{"a":{}}`, `{"id":"0"}`, `{"sharing":{"users":[1,1,1]}}`, `{"codeCell":{},"contents":{"codeCell":{}}}`, "[[]]"} {
		list := strings.TrimSuffix(strings.Repeat(entry+",", 50_000/len(entry)), ",")
		for _, body := range []string{
			`{"values":[` + list + `],"runs":[` + list + `]}`,
			`{"sharing":{"users":[` + list + `],"groups":[` + list + `],"collections":[` + list + `]},"schedules":[` + list + `],"categories":[` + list + `]}`,
			`{"response":[` + list + `],"resources":[` + list + `],"result":{"rows":[` + list + `]},"rows":[` + list + `]}`,
		} {
			requireWeight[Page[Project]](t, body)
			requireWeight[Page[User]](t, body)
			requireWeight[Page[Cell]](t, body)
			requireWeight[Page[Collection]](t, body)
			requireWeight[ProjectRuns](t, body)
			requireWeight[Project](t, body)
			requireWeight[ThreadAnswer](t, body)
			requireWeight[CellResult](t, body)
		}
	}
	var members strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&members, `"%x":1,`, i)
	}
	object := "{" + strings.TrimSuffix(members.String(), ",") + "}"
	requireWeight[DataConnection](t, `{"connectionDetails":`+object+`,"sharing":`+object+`}`)
	requireWeight[CellResult](t, `{"rows":[`+object+`]}`)
}

func TestAnAnswerWithoutMemoryIsNotRead(t *testing.T) {
	full := errors.New("full")
	var asked int64
	body := `{"values":[` + strings.Repeat("{},", 500) + `{}]}`
	c := client(t, playing(answers(200, body)), func(cfg *Config) {
		cfg.ReserveDecoded = func(_ context.Context, n int64) error { asked = n; return full }
	})
	got, err := c.ListProjects(t.Context(), ListProjectsInput{})
	require.NoError(t, err)
	assert.Zero(t, asked, "who hands it on reads nothing")
	_, err = got.Decode()
	e := asError[*Error](t, err)
	require.ErrorIs(t, e, ErrNoMemory)
	require.ErrorIs(t, e, full)
	assert.Equal(t, Done, e.Outcome)
	assert.Equal(t, 200, e.Status)
	assert.Equal(t, DecodedWeight([]byte(body)), asked)
}
