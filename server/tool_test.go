package server

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAPanicStaysInside(t *testing.T) {
	var out, log bytes.Buffer
	s := newFixture().server(Options{Logger: logged(&log)})
	in := strings.NewReader(rpc(1, "tools/call", `{"name":"panic","arguments":{"token":"`+secret+`"}}`))

	require.NoError(t, s.ServeStdio(t.Context(), in, &out))

	r := decode(t, out.String())
	assert.True(t, r.Result.IsError)
	assert.Contains(t, string(r.Result.StructuredContent), `"kind":"internal"`)
	assert.NotContains(t, out.String(), secret)
	assert.NotContains(t, log.String(), secret)
	assert.Contains(t, log.String(), "tool panicked")
	assert.Contains(t, log.String(), "fixture_test.go", "the log must say where")
}

func TestOneDebugLineACallWithoutArguments(t *testing.T) {
	var out, log bytes.Buffer
	s := newFixture().server(Options{Logger: logged(&log)})
	in := strings.NewReader(rpc(1, "tools/call", `{"name":"fail","arguments":{"token":"`+secret+`"}}`))

	require.NoError(t, s.ServeStdio(t.Context(), in, &out))

	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	require.Len(t, lines, 1)
	assert.Regexp(t, `level=DEBUG msg=call tool=fail took=\S+ outcome=invalid_input$`, lines[0])
}

func TestStacksCarryNoValues(t *testing.T) {
	trace := "goroutine 7 [running]:\nmain.f({0x1, 0x2})\n\t/src/f.go:3 +0x1d\nmain.(*T).g(0xc000010, ...)\n\t/src/g.go:9 +0x2\n"
	assert.Equal(t, "goroutine 7 [running]:\nmain.f\n\t/src/f.go:3 +0x1d\nmain.(*T).g\n\t/src/g.go:9 +0x2\n", stack([]byte(trace)))
}

func TestPanicValuesAreNamedByTypeAlone(t *testing.T) {
	assert.Equal(t, "string", typeName(secret))
	var m map[string]int
	defer func() { assert.Contains(t, typeName(recover()), "nil map") }()
	m["x"] = 1
}

func TestProgressWithoutATokenIsSilent(t *testing.T) {
	assert.NotPanics(t, func() { Progress(t.Context())(1, 2, "nobody listens") })
}

// outbox keeps what is sent.
type outbox struct{ sent []string }

func (o *outbox) send(b []byte) error {
	o.sent = append(o.sent, string(b))
	return nil
}

func TestNoProgressAfterTheResult(t *testing.T) {
	out := &outbox{}
	k := &call{token: json.RawMessage(`"t"`), out: out}
	k.report(1, 2, "half")
	require.True(t, k.finish())
	k.report(2, 2, "done")
	assert.Equal(t, []string{`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1,"total":2,"message":"half"}}`}, out.sent)
	assert.False(t, k.finish(), "a call is answered once")
}
