package prompts

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/tools"
)

func TestPromptsSpeakOfToolsThatThereAre(t *testing.T) {
	names := map[string]bool{}
	for _, p := range All() {
		assert.Regexp(t, `^[a-z_]{3,32}$`, p.Name)
		assert.False(t, names[p.Name], "%s is there twice", p.Name)
		names[p.Name] = true
		assert.NotEmpty(t, p.Tools(), "%s leads to no tool", p.Name)
		for _, name := range p.Tools() {
			_, ok := tools.Find(name)
			assert.True(t, ok, "%s speaks of %s", p.Name, name)
		}
		assert.LessOrEqual(t, len(p.Text), 400, "%s takes many words", p.Name)
	}
}

func TestPromptsUseAllOfTheirArguments(t *testing.T) {
	for _, p := range All() {
		assert.Len(t, regexp.MustCompile(`\{`).FindAllString(p.Text, -1), len(p.Arguments), p.Name)
		for _, a := range p.Arguments {
			assert.Contains(t, p.Text, "{"+a.Name+"}", p.Name)
			assert.NotEmpty(t, a.Description, "%s of %s", a.Name, p.Name)
		}
	}
}

// What a person filled in is one value in quotation marks, and no placeholder in it
// is filled in turn.
func TestArgumentsAreFilledInOnce(t *testing.T) {
	p := Prompt{Name: "p", Text: "Run {project} with {inputs}.", Arguments: []Argument{
		{Name: "project", Description: "its title"}, {Name: "inputs", Default: "as published"},
	}}
	text, err := p.Fill(map[string]string{"project": " {inputs} "})
	require.NoError(t, err)
	assert.Equal(t, `Run "{inputs}" with as published.`, text)
	_, err = p.Fill(map[string]string{"project": " ", "inputs": "x"})
	assert.EqualError(t, err, "the prompt p needs the argument project: its title")
	_, err = p.Fill(map[string]string{"project": "a", "input": "x"})
	assert.EqualError(t, err, "the prompt p has no such argument; it has project, inputs")
}

// A prompt that can change something asks the person before it does.
func TestPromptsAskBeforeTheyDestroy(t *testing.T) {
	asks := regexp.MustCompile(`only (those that I|what I)|After I agree|Ask me before|I agree to|do not lower|For those that I`)
	for _, p := range All() {
		for _, name := range p.Tools() {
			if a, _ := tools.Find(name); a.Effect.Destructive {
				assert.True(t, asks.MatchString(strings.ReplaceAll(p.Text, "\n", " ")), "%s leads to %s without asking", p.Name, name)
			}
		}
	}
}
