package main

import (
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/hexapi"
)

// configure reads the settings of all commands from a command line.
func configure(t *testing.T, args ...string) (*config, error) {
	c := &config{profiles: profile.Open(noEnv, nil)}
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	for _, each := range shared {
		c.addFlags(flags, each)
	}
	c.addFlags(flags, scopeHTTP)
	c.addFlags(flags, scopeWatch)
	require.NoError(t, flags.Parse(args))
	return c, c.read(flags, noEnv)
}

func TestNamesThatCanNeverMatchAreRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		says string
	}{
		"any origin":            {[]string{"--allow-origin=*"}, "there is no *"},
		"part of an origin":     {[]string{"--allow-origin=https://*.example"}, "there is no *"},
		"origin without scheme": {[]string{"--allow-origin=app.example"}, "such as https://app.example.com"},
		"origin with a path":    {[]string{"--allow-origin=https://app.example/path"}, "such as https://app.example.com"},
		"host with a scheme":    {[]string{"--allow-host=https://mcp.example"}, "such as hexmcp.example.com"},
		"no host":               {[]string{"--allow-host=a,,b"}, "such as hexmcp.example.com"},
		"well written":          {[]string{"--allow-host=mcp.example:8765, b", "--allow-origin=vscode-webview://x, http://[::1]:3/"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := configure(t, tt.args...)
			if tt.says == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

// Each setting is checked by its own row, and its default passes.
func TestASettingIsCheckedByItself(t *testing.T) {
	c, err := configure(t)
	require.NoError(t, err)
	for _, s := range c.settings() {
		if s.check != nil {
			assert.NoError(t, s.check(), s.flag)
		}
	}
	c.concurrency = 0
	for _, s := range c.settings() {
		if s.check != nil {
			assert.Equal(t, s.flag == "concurrency", s.check() != nil, s.flag)
		}
	}
}

func TestEachSettingHasAVariableOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range new(config).settings() {
		assert.Regexp(t, `^HEX(MCP|_API)_[A-Z_]+$`, s.env)
		assert.False(t, seen[s.env], s.env)
		seen[s.env] = true
		assert.NotEmpty(t, s.usage)
	}
}

func TestVariablesOfCredentialsAreBoundToAPlace(t *testing.T) {
	for _, wrong := range []string{"PG", "PG=postgres", "PG=postgres@", "PG=postgres@*", "PG=postgres@*.*", "PG=clickhouse@db.example", "PG=postgres@db/x", "HEX_API_TOKEN=postgres@db.example", "1=postgres@db"} {
		_, err := configure(t, "--credential-env="+wrong)
		assert.ErrorContains(t, err, "must be NAME=TYPE@HOST", wrong)
	}
	_, err := configure(t, "--credential-env=PG=postgres@*.db.example")
	assert.ErrorContains(t, err, "names PG, which is not set")

	all, err := readVariables([]string{"PG=postgres@*.DB.example", "PG=redshift@old.example"}, func(string) (string, bool) { return "canary", true })
	require.NoError(t, err)
	require.Len(t, all, 2)
	assert.Equal(t, hexapi.CredentialVariable{Name: "PG", Type: "postgres", Host: "*.db.example", Value: "canary"}, all[0])
}
