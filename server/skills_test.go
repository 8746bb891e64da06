package server_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/skills"
)

const (
	skillText = "---\nname: walk\ndescription: \"How to walk.\"\n---\n\nOne foot, then the other.\n"
	skillAt   = "skill://walk/SKILL.md"
)

// walking is a server with a skill and no tools.
func walking() *server.Server {
	walk := skills.Skill{Frontmatter: skills.Frontmatter{Name: "walk", Description: "How to walk."}, Text: func() []byte { return []byte(skillText) }}
	return server.New(server.Info{Name: "walker"}, nil, server.Options{Skills: []skills.Skill{walk}})
}

// stateless is a request of the protocol version that the extension is for.
func stateless(method, params string) string {
	meta := `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`
	return servertest.Request(1, method, "{"+strings.TrimPrefix(meta+","+params, ",")+"}")
}

// resultOf decodes the result of an answer.
func resultOf[T any](t *testing.T, answer string) T {
	t.Helper()
	var decoded struct{ Result *T }
	require.NoError(t, json.Unmarshal([]byte(answer), &decoded))
	require.NotNil(t, decoded.Result, answer)
	return *decoded.Result
}

func TestASkillIsListedWithWhatProvesItsText(t *testing.T) {
	entry := skills.Entry{
		URI: skillAt, Frontmatter: skills.Frontmatter{Name: "walk", Description: "How to walk."},
		Resources: []skills.Resource{{URI: skillAt, Digest: fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(skillText))), Size: len(skillText)}},
	}
	s := walking()
	list := ask(t, s, stateless(skills.MethodList, `"x":1`))
	assert.Equal(t, []skills.Entry{entry}, resultOf[skills.List](t, list).Skills)
	one := ask(t, s, stateless(skills.MethodGet, `"uri":"`+skillAt+`"`))
	assert.Equal(t, entry, resultOf[skills.One](t, one).Skill)
	for _, answer := range []string{list, one} {
		for _, want := range []string{`"resultType":"complete"`, `"ttlMs":300000`, `"cacheScope":"public"`, `"io.modelcontextprotocol/serverInfo"`} {
			assert.Contains(t, answer, want)
		}
	}
	text := resultOf[struct {
		Contents []struct{ Text, MIMEType string }
	}](t, ask(t, s, stateless("resources/read", `"uri":"`+skillAt+`"`)))
	assert.Equal(t, skillText, text.Contents[0].Text)
	assert.Equal(t, "text/markdown", text.Contents[0].MIMEType)
}

func TestTheExtensionForSkillsIsDeclared(t *testing.T) {
	declared := resultOf[struct {
		Capabilities struct{ Resources, Extensions map[string]any }
	}](t, ask(t, walking(), stateless("server/discover", `"x":1`)))
	assert.Contains(t, declared.Capabilities.Extensions, skills.Extension)
	assert.NotNil(t, declared.Capabilities.Resources)
}

func TestClientsThatKnowNoSkillsSeeAResource(t *testing.T) {
	assert.Contains(t, ask(t, walking(), servertest.Request(1, "resources/list", `{}`)), `"uri":"`+skillAt+`"`)
}

func TestWrongRequestsForSkillsSaySo(t *testing.T) {
	for request, want := range map[string]string{
		stateless(skills.MethodGet, `"uri":"skill://run/SKILL.md"`): `there is no skill at \"skill://run/SKILL.md\"; skills/list has their addresses`,
		stateless(skills.MethodGet, `"x":1`):                        `there is no skill at \"\"`,
		stateless(skills.MethodList, `"cursor":"MQ"`):               "the cursor is not one that skills/list has given",
	} {
		answer := ask(t, walking(), request)
		assert.Contains(t, answer, want)
		assert.Contains(t, answer, `"code":-32602`)
	}
	none := server.New(server.Info{Name: "sitter"}, nil, server.Options{})
	assert.Contains(t, ask(t, none, stateless(skills.MethodList, `"x":1`)), `"code":-32601`)
}
