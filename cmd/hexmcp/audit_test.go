package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	auditedProject = "0190c0de-0000-7000-8000-000000000001"
	cancelRun      = "HEX_CANCEL_RUN"
	cancelArgs     = `{"projectId":"` + auditedProject + `","runId":"0190c0de-0000-7000-8000-000000000002"}`
)

// writtenFirst is a Hex that finds each write in the audit log already.
func writtenFirst(t *testing.T, audit string) (env []string, calls *atomic.Int32) {
	calls = new(atomic.Int32)
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if lines, err := readFile(audit, 1<<20); err != nil || !strings.Contains(string(lines), `"event":"begin"`) || strings.Contains(string(lines), `"event":"end"`) {
			t.Errorf("%s came, and the log has %s %v", r.URL, lines, err)
		}
		w.Header().Set("X-Trace-Id", "trace-of-hex")
		_, _ = io.WriteString(w, `{}`)
	}))
	t.Cleanup(hex.Close)
	return []string{"HEX_API_TOKEN=hxtp_0123456789abcdef", "HEX_API_BASE_URL=" + hex.URL, "HEXMCP_AUDIT_FILE=" + audit}, calls
}

func TestEveryWayOfCallingIsWrittenDown(t *testing.T) {
	for name, call := range map[string]func(t *testing.T, env []string) (caller string){
		"call": func(t *testing.T, env []string) string {
			assert.Contains(t, output(t, env, "call", cancelRun, cancelArgs), `"successful":true`)
			return "local:"
		},
		"stdio": func(t *testing.T, env []string) string {
			p := start(t, env)
			fmt.Fprintln(p.in, toolCall(1, cancelRun, cancelArgs))
			answer, err := p.out.ReadString('\n')
			require.NoError(t, err)
			assert.Contains(t, answer, `"successful":true`)
			p.in.Close()
			require.NoError(t, p.Wait())
			return "local:"
		},
		"http": func(t *testing.T, env []string) string {
			p := start(t, env, "http", "--listen", "127.0.0.1:0", "--caller-token-file", callersFile(t))
			assert.Contains(t, post(p.address(t), toolCall(1, cancelRun, cancelArgs), "Authorization", "Bearer "+callerOne), `"successful":true`)
			p.terminate(t)
			require.NoError(t, p.Wait())
			assert.Regexp(t, `level=INFO msg=call tool=HEX_CANCEL_RUN ms=\d+ outcome=ok caller=one traceId=trace-of-hex arguments=projectId,runId`, p.err.all.String())
			assert.NotContains(t, p.err.all.String(), auditedProject)
			return "one"
		},
	} {
		t.Run(name, func(t *testing.T) {
			audit := filepath.Join(t.TempDir(), "audit.jsonl")
			env, calls := writtenFirst(t, audit)
			caller := call(t, env)
			assert.EqualValues(t, 1, calls.Load())
			written, err := os.ReadFile(audit)
			require.NoError(t, err)
			assert.Contains(t, string(written), `"caller":"`+caller)
			assert.Contains(t, string(written), `"projectId":["`+auditedProject+`"]`)
			assert.Contains(t, string(written), `"outcome":"ok","mayHaveHappened":true`)
			assert.Contains(t, string(written), `"traceId":"trace-of-hex"`)
			assertNoSecret(t, string(written), "hxtp_0123456789abcdef", callerOne)
		})
	}
}

func TestAWriteThatCannotBeWrittenDownDoesNotReachHex(t *testing.T) {
	env, calls := writtenFirst(t, "/dev/full")
	answer := output(t, env, "call", cancelRun, cancelArgs)
	assert.Contains(t, answer, "Nothing was sent to Hex")
	assert.Contains(t, answer, `"kind":"internal"`)
	assert.Zero(t, calls.Load())
}

func TestAnAuditLogThatCannotBeOpenedStartsNoServer(t *testing.T) {
	env := []string{"HEX_API_TOKEN=hxtp_0123456789abcdef", "HEXMCP_AUDIT_FILE=/missing-folder/secret-name"}
	for _, args := range [][]string{{"http", "--listen", "127.0.0.1:0"}, {"call", cancelRun, cancelArgs}} {
		said := output(t, env, args...)
		assert.Contains(t, said, "--audit-file or HEXMCP_AUDIT_FILE: the file cannot be written: no such file or directory")
		assert.NotContains(t, said, "secret-name")
	}
	p := start(t, env)
	fmt.Fprintln(p.in, toolCall(1, cancelRun, cancelArgs))
	answer, err := p.out.ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, answer, `"kind":"disabled"`)
	p.in.Close()
	assert.Error(t, p.Wait())
}
