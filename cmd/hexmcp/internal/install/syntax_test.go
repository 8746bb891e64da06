package install

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema/cost"
)

var demo = Server{Name: "hex", Command: "/opt/hexmcp", Args: []string{"--demo"}}

// installed is a file after the server was put into it.
func installed(t *testing.T, client, before string, s Server) string {
	t.Helper()
	c, ok := Find(client)
	require.True(t, ok)
	e, err := c.edit(s)
	require.NoError(t, err)
	after, err := c.edited([]byte(before), s.Name, func(b []byte) ([]byte, error) { return c.syntax.put(b, e) }, e.set)
	require.NoError(t, err)
	again, err := c.edited(after, s.Name, func(b []byte) ([]byte, error) { return c.syntax.put(b, e) }, e.set)
	require.NoError(t, err)
	assert.Equal(t, string(after), string(again), "a second time changes nothing")
	return string(after)
}

func removed(t *testing.T, client, before string) string {
	t.Helper()
	c, _ := Find(client)
	after, err := c.edited([]byte(before), "hex", func(b []byte) ([]byte, error) {
		return c.syntax.drop(b, []string{c.servers, "hex"})
	}, nil)
	require.NoError(t, err)
	return string(after)
}

func TestJSONIsWrittenInTheMannerOfTheFile(t *testing.T) {
	for name, tt := range map[string]struct{ before, after string }{
		"no file": {"", `{
  "mcpServers": {
    "hex": {
      "command": "/opt/hexmcp",
      "args": ["--demo"]
    }
  }
}
`},
		"tabs, comments and trailing commas": {"// top\n{\n\t\"a\": 1, // one\n\t\"mcpServers\": {\n\t\t// mine\n\t\t\"x\": {\"command\": \"y\"}, // last\n\t\t// end\n\t},\n}\n", "// top\n{\n\t\"a\": 1, // one\n\t\"mcpServers\": {\n\t\t// mine\n\t\t\"x\": {\"command\": \"y\"}, // last\n\t\t// end\n\t\t\"hex\": {\n\t\t\t\"command\": \"/opt/hexmcp\",\n\t\t\t\"args\": [\"--demo\"]\n\t\t},\n\t},\n}\n"},
		"four spaces, no comma":              {"{\n    \"mcpServers\": {\n        \"x\": 1 // last\n    }\n}", "{\n    \"mcpServers\": {\n        \"x\": 1, // last\n        \"hex\": {\n            \"command\": \"/opt/hexmcp\",\n            \"args\": [\"--demo\"]\n        }\n    }\n}"},
		"lines of Windows":                   {"{\r\n  \"z\": [1, 2.50, 1e40]\r\n}\r\n", "{\r\n  \"z\": [1, 2.50, 1e40],\r\n  \"mcpServers\": {\r\n    \"hex\": {\r\n      \"command\": \"/opt/hexmcp\",\r\n      \"args\": [\"--demo\"]\r\n    }\r\n  }\r\n}\r\n"},
		"no servers yet":                     {"{\n  \"mcpServers\": {}\n}\n", "{\n  \"mcpServers\": {\n    \"hex\": {\n      \"command\": \"/opt/hexmcp\",\n      \"args\": [\"--demo\"]\n    }\n  }\n}\n"},
		"null for servers":                   {"{\"mcpServers\":null}", "{\"mcpServers\":{\n    \"hex\": {\n      \"command\": \"/opt/hexmcp\",\n      \"args\": [\"--demo\"]\n    }\n  }}"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.after, installed(t, "cursor", tt.before, demo))
		})
	}
}

// What a person has added to the entry stays; what belongs to the other way to
// reach a server goes.
func TestAnEntryThatIsThereIsBroughtUpToDate(t *testing.T) {
	before := `{
  "mcpServers": {
    "hex": {
      "command": "/old/hexmcp", // moved
      "timeout": 60,
      "args": [ "--demo" ],
      "env": {"A": "b"}
    },
    "other": {}
  }
}`
	assert.Equal(t, strings.Replace(before, "/old/hexmcp", "/opt/hexmcp", 1), installed(t, "cursor", before, demo))
	remote := installed(t, "cursor", before, Server{Name: "hex", URL: "http://127.0.0.1:8765/mcp"})
	assert.NotContains(t, remote, "command")
	assert.NotContains(t, remote, "args")
	for _, stays := range []string{`"timeout": 60`, `"env": {"A": "b"}`, `"url": "http://127.0.0.1:8765/mcp"`, "// moved"} {
		assert.Contains(t, remote, stays)
	}
	local := installed(t, "cursor", remote, demo)
	assert.NotContains(t, local, "url")
	assert.Contains(t, local, `"command": "/opt/hexmcp"`)
}

func TestWhatWasPutInComesOutWithoutATrace(t *testing.T) {
	for client, files := range map[string][]string{
		"cursor": {
			"{\n  \"mcpServers\": {\n    \"x\": {} // last\n  }\n}\n",
			"{\n  \"mcpServers\": {\n    \"x\": {}, // last\n    // end\n  },\n}\n",
			"{\n\t\"mcpServers\": {}\n}\n",
			"{\"mcpServers\": {\"x\": {}}}",
		},
		"codex": {
			"model = \"x\" # mine\n\n[mcp_servers.other]\ncommand = \"y\"\n\n# end\n",
			"[mcp_servers.other] # mine\r\ncommand = \"y\"\r\n",
			"model = \"x\"\n",
		},
	} {
		for _, before := range files {
			assert.Equal(t, before, removed(t, client, installed(t, client, before, demo)))
			assert.Equal(t, before, removed(t, client, before), "what is not there is not taken out")
		}
	}
}

func TestRemovingKeepsTheCommentsAround(t *testing.T) {
	before := "{\n  \"mcpServers\": { // servers\n    \"hex\": {\"command\": \"hexmcp\"}, // ours\n    \"x\": {} /* a */\n  }\n}"
	assert.Equal(t, "{\n  \"mcpServers\": { // servers // ours\n    \"x\": {} /* a */\n  }\n}", removed(t, "cursor", before))
}

func TestTOMLIsAddedToAndChangedInPlace(t *testing.T) {
	added := "\n[mcp_servers.hex]\ncommand = \"/opt/hexmcp\"\nargs = [\"--demo\"]\n"
	assert.Equal(t, added[1:], installed(t, "codex", "", demo))
	assert.Equal(t, "a = 1 # one\n"+added, installed(t, "codex", "a = 1 # one", demo))

	before := `# mine
[mcp_servers.hex] # ours
command = "/old/hexmcp"   # moved
startup_timeout_sec = 20
args = [
  "--demo", # try
]

[mcp_servers.hex.env]
A = "b"

[other]
x = 1
`
	assert.Equal(t, strings.Replace(before, "/old/hexmcp", "/opt/hexmcp", 1), installed(t, "codex", before, demo))
	remote := installed(t, "codex", before, Server{Name: "hex", URL: "http://127.0.0.1:8765/mcp"})
	assert.Equal(t, `# mine
[mcp_servers.hex] # ours
startup_timeout_sec = 20
url = "http://127.0.0.1:8765/mcp"

[mcp_servers.hex.env]
A = "b"

[other]
x = 1
`, remote)
	assert.Equal(t, "# mine\n\n\n[other]\nx = 1\n", removed(t, "codex", before))
}

func TestPathsOfWindowsAreEscaped(t *testing.T) {
	s := Server{Name: "hex", Command: `C:\Program Files\hexmcp\hexmcp.exe`, Args: []string{`--token-file`, `C:\a "b"`}}
	for _, client := range []string{"cursor", "codex", "opencode"} {
		c, _ := Find(client)
		all, err := c.syntax.decode([]byte(installed(t, client, "", s)))
		require.NoError(t, err)
		found := foundIn("hex", entryIn(all, []string{c.servers, "hex"}))
		assert.Equal(t, append([]string{s.Command}, s.Args...), found.Command)
	}
}

func TestABrokenFileIsRefusedWithThePlaceOfTheFault(t *testing.T) {
	for name, tt := range map[string]struct{ client, content, says string }{
		"JSON cut off":         {"cursor", "{\n  \"a\": [1,\n", "line 3, column 1: "},
		"two values":           {"cursor", "{}\n{}", "line 2, column 1: "},
		"a comment in strict":  {"claude-code", "{\n  \"a\": 1 // one\n}", "line 2, column 10: a comment or a trailing comma"},
		"a trailing comma":     {"claude-desktop", "{\n  \"a\": 1,\n}", "line 3, column 1: a comment or a trailing comma"},
		"a list":               {"cursor", "[]", "it holds no JSON object"},
		"servers are a list":   {"cursor", `{"mcpServers": []}`, `"mcpServers" must be an object`},
		"the entry is a text":  {"cursor", `{"mcpServers": {"hex": "x"}}`, `"mcpServers.hex" must be an object`},
		"TOML cut off":         {"codex", "a = 1\nb = [\n", "line 2, column"},
		"TOML twice":           {"codex", "[a]\n[a]\n", "table a already exists"},
		"servers within a row": {"codex", "mcp_servers = {hex = {command = \"hexmcp\"}}\n", "add what --print shows by hand"},
		"servers elsewhere":    {"codex", "mcp_servers = {}\n", "add what --print shows by hand"},
		"a key twice":          {"cursor", `{"mcpServers": {}, "mcpServers": {"x": {}}}`, "add what --print shows by hand"},
		"another server":       {"cursor", `{"mcpServers": {"hex": {"command": "npx", "args": ["beekeeper"]}}}`, `"hex" there is another server`},
		"the server of Hex":    {"cursor", `{"mcpServers": {"hex": {"url": "https://app.hex.tech/mcp"}}}`, `"hex" there is another server`},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := Find(tt.client)
			e, err := c.edit(demo)
			require.NoError(t, err)
			_, err = c.edited([]byte(tt.content), "hex", func(b []byte) ([]byte, error) { return c.syntax.put(b, e) }, e.set)
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

// Whatever a file holds, it is edited right or refused: edited sees to it that
// nothing but the entry changes.
func FuzzEdit(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"mcpServers":{"x":{}}, // a` + "\n}", "{\n\t\"a\": [1,], /* b */\n}", "a = 1\n[mcp_servers.hex]\ncommand = 'hexmcp'", "[mcp_servers]\nx.y = 1\r\n"} {
		f.Add(seed)
	}
	cost.Large(f, `{"a":[`+strings.Repeat("{},/**/", 20_000)+"1,]}")
	cost.Large(f, strings.Repeat("[", 100_000))
	cost.Large(f, strings.Repeat("[[a]]\nb.c = 1\n", 500))
	f.Fuzz(func(t *testing.T, content string) {
		for _, name := range []string{"cursor", "claude-code", "codex"} {
			c, _ := Find(name)
			e, err := c.edit(demo)
			require.NoError(t, err)
			put := func(b []byte) ([]byte, error) { return c.syntax.put(b, e) }
			var after []byte
			cost.Bound(t, len(content), func() { after, err = c.edited([]byte(content), "hex", put, e.set) })
			if err != nil {
				continue
			}
			again, err := c.edited(after, "hex", put, e.set)
			require.NoError(t, err)
			assert.Equal(t, string(after), string(again))
			_, err = c.edited(after, "hex", func(b []byte) ([]byte, error) { return c.syntax.drop(b, e.path) }, nil)
			require.NoError(t, err)
		}
	})
}
