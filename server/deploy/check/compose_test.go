package check

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const composeFile = "../compose/compose.yaml"

func compose(t *testing.T) *types.Project {
	t.Helper()
	p, err := project(t.Context(), composeFile)
	require.NoError(t, err)
	return p
}

// project reads a file as docker compose does, which refuses what its schema does
// not have.
func project(ctx context.Context, file string) (*types.Project, error) {
	o, err := cli.NewProjectOptions([]string{file}, cli.WithEnv([]string{"HEXMCP_NAME=hex.example.com"}))
	if err != nil {
		return nil, err
	}
	return o.LoadProject(ctx)
}

// ofCompose is how the example starts a replica.
func ofCompose(t *testing.T) replica {
	t.Helper()
	one := compose(t).Services["hexmcp-1"]
	r := replica{image: one.Image, args: one.Command, env: map[string]string{}, secrets: "/run/secrets", memory: int64(one.MemLimit), grace: time.Duration(*one.StopGracePeriod)}
	for name, value := range one.Environment {
		r.env[name] = *value
	}
	return r
}

func TestWhatComposeDoesNotKnowIsRefused(t *testing.T) {
	text, err := os.ReadFile(composeFile)
	require.NoError(t, err)
	for was, becomes := range map[string]string{"read_only: true": "read_olny: true", "ports: [": "ports: 17 # [", "restart: unless-stopped": "restart: [1]", "networks: [back]": "networks: [nowhere]"} {
		require.Contains(t, string(text), was)
		file := filepath.Join(t.TempDir(), "compose.yaml")
		require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), was, becomes, 1)), 0o600))
		_, err := project(t.Context(), file)
		assert.Error(t, err, becomes)
	}
}

func TestComposeStartsAsManyReplicasAsTheySay(t *testing.T) {
	p := compose(t)
	var replicas []types.ServiceConfig
	for name, s := range p.Services {
		assert.True(t, s.ReadOnly, name)
		assert.Equal(t, []string{"ALL"}, s.CapDrop, name)
		assert.Equal(t, []string{"no-new-privileges:true"}, s.SecurityOpt, name)
		assert.NotZero(t, s.MemLimit, name)
		for _, secret := range s.Secrets {
			assert.Contains(t, p.Secrets, secret.Source)
		}
		if strings.HasPrefix(name, "hexmcp-") {
			replicas = append(replicas, s)
			assert.Equal(t, p.Services["hexmcp-1"].Environment, s.Environment)
		}
	}
	require.Len(t, replicas, 3)
	assert.Equal(t, "3", *replicas[0].Environment["HEXMCP_REPLICAS"])
	for name, value := range ofCompose(t).env {
		if key, ok := strings.CutPrefix(value, "/run/secrets/"); ok {
			assert.Contains(t, p.Secrets, key, name)
		}
	}
}

func TestNginxIsToldWhatItsTemplateWants(t *testing.T) {
	p := compose(t)
	nginx, one := p.Services["nginx"], ofCompose(t)
	template, err := os.ReadFile(nginx.Volumes[0].Source)
	require.NoError(t, err, "what is mounted is there")
	for _, m := range regexp.MustCompile(`\$\{(HEXMCP_\w+)\}`).FindAllSubmatch(template, -1) {
		assert.Contains(t, nginx.Environment, string(m[1]))
	}
	port := strings.TrimPrefix(one.env["HEXMCP_LISTEN"], "0.0.0.0:")
	for name, value := range nginx.Environment {
		if strings.HasPrefix(name, "HEXMCP_REPLICA_") {
			host, at, _ := strings.Cut(*value, ":")
			assert.Contains(t, p.Services, host)
			assert.Equal(t, port, at)
			assert.Contains(t, p.Services[host].Networks, "front")
		}
	}
	address := nginx.Networks["front"].Ipv4Address
	assert.Equal(t, address, one.env["HEXMCP_TRUST_PROXY"], "nginx, and nobody else")
	assert.True(t, netip.MustParsePrefix(p.Networks["front"].Ipam.Config[0].Subnet).Contains(netip.MustParseAddr(address)))
	assert.Equal(t, *nginx.Environment["HEXMCP_LISTEN"], "8443")
	assert.EqualValues(t, 8443, nginx.Ports[0].Target)
	assert.Equal(t, *nginx.Environment["HEXMCP_NAME"], one.env["HEXMCP_ALLOWED_HOSTS"])
	for _, name := range []string{"HEXMCP_CERTIFICATE", "HEXMCP_KEY"} {
		assert.Contains(t, p.Secrets, strings.TrimPrefix(*nginx.Environment[name], "/run/secrets/"))
	}
}
