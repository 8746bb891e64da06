// Package check judges the examples of deployment: by the types of Kubernetes and of
// Compose, by what hexmcp itself says of its settings, and by starting it as they do.
package check

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var binary = flag.String("hexmcp", "../../../bin/hexmcp", "the program that the examples start")

// replica is how an example starts hexmcp.
type replica struct {
	image   string
	args    []string
	env     map[string]string
	secrets string        // folder of the secrets
	memory  int64         // bytes that it may take
	grace   time.Duration // from SIGTERM until it is killed
}

// examples are the replicas of all examples.
func examples(t *testing.T) map[string]replica {
	return map[string]replica{"kubernetes": ofKubernetes(t), "compose": ofCompose(t)}
}

// help is what the program says of its settings.
func help(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), *binary, "http", "--help").Output()
	require.NoError(t, err)
	return string(out)
}

func TestEachVariableAndFlagIsOneOfHexmcp(t *testing.T) {
	known := help(t)
	for name, r := range examples(t) {
		require.Equal(t, []string{"http"}, r.args, name)
		for variable := range r.env {
			if strings.HasPrefix(variable, "HEX") {
				assert.Contains(t, known, "[$"+variable+"]", name)
			} else {
				assert.Equal(t, "OTEL_EXPORTER_OTLP_ENDPOINT", variable, name)
			}
		}
	}
}

func TestFlagsThatCommentsNameAreFlagsOfHexmcp(t *testing.T) {
	known := help(t)
	for _, file := range []string{"../nginx/hexmcp.conf.template", "../compose/compose.yaml", "../kubernetes/hexmcp.yaml", "../kubernetes/redis.yaml"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "kubectl") || strings.Contains(line, "--from-") {
				continue
			}
			for _, named := range regexp.MustCompile(`--[a-z]+[a-z-]*`).FindAllString(line, -1) {
				assert.Contains(t, known, named+" ", "%s: %s", file, line)
			}
		}
	}
}

func TestTheImageIsThatOfTheRelease(t *testing.T) {
	facts, err := os.ReadFile("../../../cmd/dist/facts.go")
	require.NoError(t, err)
	version := regexp.MustCompile(`version +=\s*"(.+)"`).FindSubmatch(facts)
	require.NotNil(t, version)
	for name, r := range examples(t) {
		assert.Equal(t, "ghcr.io/hexmcp/hexmcp:"+string(version[1]), r.image, name)
	}
}

// What the program takes beyond --max-memory is less than half of it, as its tests
// hold it to. After SIGTERM it lets calls in for the drain delay, then gives those
// that run ten seconds, a second to notice their end, and two to what is left for a
// collector.
func TestMemoryAndGraceFit(t *testing.T) {
	for name, r := range examples(t) {
		budget, err := time.ParseDuration(r.env["HEXMCP_MAX_MEMORY"] + "s") // a number
		require.NoError(t, err, name)
		assert.GreaterOrEqual(t, r.memory, int64(budget.Seconds())*3/2<<20, name)
		var delay time.Duration
		if set := r.env["HEXMCP_DRAIN_DELAY"]; set != "" {
			delay, err = time.ParseDuration(set)
			require.NoError(t, err, name)
		}
		const running, noticing, telling, slack = 10 * time.Second, time.Second, 2 * time.Second, 5 * time.Second
		assert.GreaterOrEqual(t, r.grace, delay+running+noticing+telling+slack, name)
	}
}

// place is a temporary folder in place of that of the secrets.
func (r replica) place(t *testing.T, contents map[string]string) (env []string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range contents {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	for name, value := range r.env {
		env = append(env, name+"="+strings.Replace(value, r.secrets, dir, 1))
	}
	return env
}

// ended waits for a process that was told to stop, no longer than it may take.
func ended(t *testing.T, cmd *exec.Cmd, grace time.Duration) {
	t.Helper()
	late := time.AfterFunc(grace, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	assert.NoError(t, cmd.Wait(), "it ends by itself")
}

// command is the program with these arguments, whatever ends the test.
func command(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), *binary, args...)
	cmd.Env = env
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd
}
