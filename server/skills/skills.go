// Package skills serves skills over MCP by the extension
// io.modelcontextprotocol/skills (SEP-2640): folders of instructions for agents, of
// which each file is a resource.
package skills

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
)

// Extension is the identifier of the extension, under which a server declares it.
const Extension = "io.modelcontextprotocol/skills"

// The methods that the extension adds.
const (
	MethodList = "skills/list"
	MethodGet  = "skills/get"
)

// MIMEType is the type of a skill's text.
const MIMEType = "text/markdown"

// Skill is one of a single file, SKILL.md.
type Skill struct {
	Frontmatter
	// Text is the whole file. Its frontmatter says what the other one says.
	Text func() []byte
}

// Frontmatter is what a skill says of itself, in the form of
// https://agentskills.io/specification.
type Frontmatter struct {
	Name        string `json:"name"` // the folder has it, too
	Description string `json:"description"`
	License     string `json:"license,omitempty"`
}

// URI is the address of the skill's file.
func (s Skill) URI() string { return "skill://" + s.Name + "/SKILL.md" }

// Entry is what a client is told of a skill: all that it needs to ask its user, and
// to know later that it has read the same.
type Entry struct {
	URI         string      `json:"uri"`
	Frontmatter Frontmatter `json:"frontmatter"`
	Resources   []Resource  `json:"resources"`
}

// Resource is a file of a skill.
type Resource struct {
	URI    string `json:"uri"`
	Digest string `json:"digest"` // sha256: and 64 hexadecimal digits, of its bytes
	Size   int    `json:"size"`   // bytes
}

func (s Skill) entry() Entry {
	text := s.Text()
	return Entry{s.URI(), s.Frontmatter, []Resource{{s.URI(), fmt.Sprintf("sha256:%x", sha256.Sum256(text)), len(text)}}}
}

// List is the result of skills/list.
type List struct {
	Skills []Entry `json:"skills"`
	complete
}

// One is the result of skills/get.
type One struct {
	Skill Entry `json:"skill"`
	complete
}

// complete is what all results of the extension have.
type complete struct {
	ResultType string          `json:"resultType"`
	TTL        int             `json:"ttlMs"`
	CacheScope string          `json:"cacheScope"`
	Meta       json.RawMessage `json:"_meta,omitempty"`
}

// completed is a result that anybody may keep for ttl milliseconds: a skill is the
// same for all, as long as the process lives.
func completed(ttl int, meta json.RawMessage) complete {
	return complete{ResultType: "complete", TTL: ttl, CacheScope: "public", Meta: meta}
}

// ListOf is the result that lists all of the skills.
func ListOf(all []Skill, ttl int, meta json.RawMessage) List {
	entries := make([]Entry, len(all))
	for i, s := range all {
		entries[i] = s.entry()
	}
	return List{entries, completed(ttl, meta)}
}

// Find is the result that tells of the skill at an address, if there is one.
func Find(all []Skill, uri string, ttl int, meta json.RawMessage) (One, bool) {
	i := slices.IndexFunc(all, func(s Skill) bool { return s.URI() == uri })
	if i < 0 {
		return One{}, false
	}
	return One{all[i].entry(), completed(ttl, meta)}, true
}
