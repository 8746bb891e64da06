// Package prompts holds the jobs that people ask for as prompts: words for the
// model, and what it must be told. A person picks one in the client.
package prompts

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"hexmcp/tools"
)

// Prompt is a job in words.
type Prompt struct {
	Name        string // for programs, such as failed_runs
	Title       string // for people
	Description string // for people, one sentence
	Arguments   []Argument
	Text        string // for the model; {name} stands for an argument
}

// Argument is what a person fills in.
type Argument struct {
	Name        string
	Description string
	Completes   tools.Thing // what it names, so that what is typed can be completed; "" for a text
	Default     string      // what holds without it; "" where it must be given
}

// IsRequired reports whether there is no prompt without the argument.
func (a Argument) IsRequired() bool { return a.Default == "" }

// All are the prompts in the order in which they are listed.
func All() []Prompt { return slices.Clone(all) }

var (
	toolName    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`HEX_[A-Z_]+`) })
	placeholder = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{[a-z0-9_]+\}`) })
)

// Tools are the tools that the prompt speaks of: without one of them it is of no
// use.
func (p Prompt) Tools() []string { return toolName().FindAllString(p.Text, -1) }

// Argument is the argument of that name.
func (p Prompt) Argument(name string) (Argument, bool) {
	i := slices.IndexFunc(p.Arguments, func(a Argument) bool { return a.Name == name })
	if i < 0 {
		return Argument{}, false
	}
	return p.Arguments[i], true
}

// Fill is the prompt's text with what a person filled in, in quotation marks. The
// error is a sentence that says what is missing or unknown.
func (p Prompt) Fill(given map[string]string) (string, error) {
	if err := p.check(given); err != nil {
		return "", err
	}
	return placeholder().ReplaceAllStringFunc(p.Text, func(found string) string {
		a, _ := p.Argument(strings.Trim(found, "{}"))
		if value := strings.TrimSpace(given[a.Name]); value != "" {
			return `"` + value + `"`
		}
		return a.Default
	}), nil
}

func (p Prompt) check(given map[string]string) error {
	for _, a := range p.Arguments {
		if a.IsRequired() && strings.TrimSpace(given[a.Name]) == "" {
			return fmt.Errorf("the prompt %s needs the argument %s: %s", p.Name, a.Name, a.Description)
		}
	}
	for name := range given {
		if _, known := p.Argument(name); !known {
			return fmt.Errorf("the prompt %s has no such argument; it has %s", p.Name, p.argumentNames())
		}
	}
	return nil
}

func (p Prompt) argumentNames() string {
	names := make([]string, len(p.Arguments))
	for i, a := range p.Arguments {
		names[i] = a.Name
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
