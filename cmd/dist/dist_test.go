package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the manifests")

const root = "../.."

func TestGoldenManifests(t *testing.T) {
	for file, want := range files() {
		file = filepath.Join(root, file)
		if *update {
			require.NoError(t, write(file, want, 0o644))
			continue
		}
		have, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(have), "%s is out of date: run make generate", file)
	}
}

// A release is refused that has another version than its manifests.
func TestARepositoryHasOneVersion(t *testing.T) {
	assert.NoError(t, check(version))
	assert.ErrorContains(t, check("v"+version), "set the version in cmd/dist/facts.go")
	assert.Regexp(t, `^\d+\.\d+\.\d+$`, version)
	versions := regexp.MustCompile(`"version": "([^"]+)"|` + regexp.QuoteMeta(container) + `:([0-9.]+)|/download/v([0-9.]+)/`)
	manifests := files()
	manifests["manifest.json"] = encode(bundleManifest(platform{"linux", "amd64"}))
	manifests["released server.json"] = encode(serverJSON([]bundle{{"x.mcpb", "sum"}}))
	found := 0
	for file, content := range manifests {
		for _, m := range versions.FindAllSubmatch(content, -1) {
			found++
			assert.Equal(t, version, string(bytes.Join(m[1:], nil)), file)
		}
	}
	assert.GreaterOrEqual(t, found, 8)
}

func TestTwoBundlesOfOneProgramAreTheSame(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "program")
	require.NoError(t, os.WriteFile(program, []byte("program"), 0o755))
	for _, p := range []platform{{"linux", "arm64"}, {"darwin", "arm64"}, {"windows", "amd64"}} {
		var made [2][]byte
		for i := range made {
			folder := filepath.Join(dir, strconv.Itoa(i))
			require.NoError(t, writeBundle(program, p, folder))
			var err error
			made[i], err = os.ReadFile(filepath.Join(folder, "hexmcp-"+p.os+"-"+p.arch+".mcpb"))
			require.NoError(t, err)
		}
		assert.Equal(t, made[0], made[1])
		checkBundle(t, made[0], p)
	}
	assert.Error(t, writeBundle(filepath.Join(dir, "none"), platform{}, dir))
}

// checkBundle looks for what the manifest names in the bundle.
func checkBundle(t *testing.T, content []byte, p platform) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	require.NoError(t, err)
	var m struct {
		Icon   string
		Server struct {
			EntryPoint string `json:"entry_point"`
			Config     struct {
				Command string
				Env     map[string]string
			} `json:"mcp_config"`
		}
		UserConfig map[string]struct{ Sensitive, Required bool } `json:"user_config"`
	}
	require.NoError(t, json.Unmarshal(read(t, z, "manifest.json"), &m))
	assert.Equal(t, "program", string(read(t, z, m.Server.EntryPoint)))
	assert.Equal(t, "${__dirname}/"+m.Server.EntryPoint, m.Server.Config.Command)
	assert.Equal(t, p.os == "windows", strings.HasSuffix(m.Server.EntryPoint, ".exe"))
	assert.True(t, m.UserConfig["hex_api_token"].Sensitive && m.UserConfig["hex_api_token"].Required)
	assert.Equal(t, "${user_config.hex_api_token}", m.Server.Config.Env["HEX_API_TOKEN"])
	picture, err := png.Decode(bytes.NewReader(read(t, z, m.Icon)))
	require.NoError(t, err)
	assert.Equal(t, iconSize, picture.Bounds().Dx())
	for _, f := range z.File {
		if f.Name == m.Server.EntryPoint {
			assert.Equal(t, os.FileMode(0o755), f.Mode(), "it cannot be started")
		}
	}
}

func read(t *testing.T, z *zip.Reader, name string) []byte {
	t.Helper()
	f, err := z.Open(name)
	require.NoError(t, err)
	defer f.Close()
	content, err := io.ReadAll(f)
	require.NoError(t, err)
	return content
}
