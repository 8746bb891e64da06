package skill

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"hexmcp/tools"
)

// The rules of https://agentskills.io/specification.
func TestTheSkillFollowsTheSpecification(t *testing.T) {
	head, body, ok := strings.Cut(strings.TrimPrefix(string(Text()), "---\n"), "\n---\n")
	require.True(t, ok, "no frontmatter")
	var front map[string]string
	require.NoError(t, yaml.Unmarshal([]byte(head), &front))
	assert.Equal(t, map[string]string{"name": Name, "description": Description, "license": License}, front)
	assert.Regexp(t, regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`), front["name"])
	assert.LessOrEqual(t, len(front["name"]), 64)
	assert.LessOrEqual(t, len(front["description"]), 1024)
	assert.Less(t, strings.Count(body, "\n"), 500)
	assert.Less(t, len(body), 20_000, "about 5000 tokens")
}

func TestTheSkillNamesEachToolOnce(t *testing.T) {
	for _, a := range tools.All() {
		assert.Equal(t, 1, strings.Count(string(Text()), "\n  `"+a.Name+"`"), a.Name)
	}
}

// An agent calls what its skill shows, so what is shown must be there.
func TestTheSkillShowsToolsAndArgumentsThatThereAre(t *testing.T) {
	shown := regexp.MustCompile(`hexmcp (?:call|tools) (HEX_\w+)(?: --arg (\w+)=)?`).FindAllStringSubmatch(string(Text()), -1)
	require.NotEmpty(t, shown)
	for _, example := range shown {
		a, ok := tools.Find(example[1])
		require.True(t, ok, example[0])
		assert.Contains(t, string(a.Input()), `"`+example[2], example[0])
	}
}
