package server_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/stdio"
	"hexmcp/server/stream"
)

func TestAPanicStaysInside(t *testing.T) {
	var out, log bytes.Buffer
	s := servertest.New().ServerWith(server.Options{Logger: servertest.Logged(&log)})
	in := strings.NewReader(servertest.Request(1, "tools/call", `{"name":"panic","arguments":{"token":"`+servertest.Secret+`"}}`))

	require.NoError(t, stdio.Serve(t.Context(), s, in, &out, stream.Options{}))

	r := servertest.Decode(t, out.String())
	assert.True(t, r.Result.IsError)
	assert.Contains(t, string(r.Result.StructuredContent), `"kind":"internal"`)
	assert.NotContains(t, out.String(), servertest.Secret)
	assert.NotContains(t, log.String(), servertest.Secret)
	assert.Contains(t, log.String(), "tool panicked")
	assert.Contains(t, log.String(), "fixture.go", "the log must say where")
}

func TestOneLineACallWithoutValuesOfArguments(t *testing.T) {
	var out, log bytes.Buffer
	s := servertest.New().ServerWith(server.Options{
		Logger: servertest.Logged(&log), CallLevel: slog.LevelDebug,
		CallerOf: func(context.Context) string { return "ada" },
	})
	in := strings.NewReader(servertest.Request(1, "tools/call", `{"name":"fail","arguments":{"token":"`+servertest.Secret+`"}}`))

	require.NoError(t, stdio.Serve(t.Context(), s, in, &out, stream.Options{}))

	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 1)
	assert.Regexp(t, `level=DEBUG msg=call tool=fail ms=\d+ outcome=invalid_input caller=ada$`, lines[0])
}

func TestStacksCarryNoValues(t *testing.T) {
	trace := "goroutine 7 [running]:\nmain.f({0x1, 0x2})\n\t/src/f.go:3 +0x1d\nmain.(*T).g(0xc000010, ...)\n\t/src/g.go:9 +0x2\n"
	assert.Equal(t, "goroutine 7 [running]:\nmain.f\n\t/src/f.go:3 +0x1d\nmain.(*T).g\n\t/src/g.go:9 +0x2\n", server.Stack([]byte(trace)))
}

func TestPanicValuesAreNamedByTypeAlone(t *testing.T) {
	assert.Equal(t, "string", server.TypeName(servertest.Secret))
	var m map[string]int
	defer func() { assert.Contains(t, server.TypeName(recover()), "nil map") }()
	m["x"] = 1
}
