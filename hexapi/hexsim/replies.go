package hexsim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// The agent of the simulator knows projects by their titles and tells how they
// stand, which is what can be checked in the same workspace.

// reply is what the agent will answer.
func (h *Hex) reply(in prompt, project hexapi.UUID, now time.Time) turn {
	if id := in.Attachments.DataConnectionID; id != "" {
		if c := h.connections.get(id); c == nil || c.basic {
			return turn{failure: &hexapi.AgentError{Type: "DATA_CONNECTION_NOT_AUTHORIZED", Message: "The agent may not use this data connection."}}
		}
	}
	p := h.projects.get(project)
	if p == nil {
		p = h.meant(in)
	}
	if p == nil {
		return turn{reply: []hexapi.AnswerBlock{text("I found no project in this workspace that answers this. Name one, or say which data to use.")}}
	}
	return h.tellOf(p, now)
}

// meant is the project that a prompt refers to: an attached one, or that whose
// title shares the most words with it.
func (h *Hex) meant(in prompt) *project {
	for _, id := range in.Attachments.ProjectIDs {
		if p := h.projects.get(id); p != nil {
			return p
		}
	}
	var best *project
	most := 0
	asked := longWords(in.Prompt)
	for _, p := range h.projects.all() {
		shared := 0
		for w := range longWords(p.Title) {
			if asked[w] {
				shared++
			}
		}
		if shared > most && p.TrashedAt == nil {
			best, most = p, shared
		}
	}
	return best
}

// longWords are the words that may say what a text is about.
func longWords(text string) map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' }) {
		if len(w) > 4 {
			words[w] = true
		}
	}
	return words
}

// tellOf says how a project stands, and points to it and to a chart of it.
func (h *Hex) tellOf(p *project, now time.Time) turn {
	t := turn{
		used: []hexapi.ThreadResource{{ID: string(p.ID), ResourceType: "PROJECT", Name: p.Title}},
		reply: []hexapi.AnswerBlock{
			{Type: "task", Title: new("Looked at " + p.Title)},
			text(fmt.Sprintf("%s %s", p.about(), h.standing(p, now))),
			{Type: "project", ID: string(p.ID), Title: new(p.Title)},
		},
	}
	for _, c := range h.cellsOf(p) {
		if c.CellType == chartCell && c.Label != nil {
			t.reply = append(t.reply, hexapi.AnswerBlock{Type: "cell", ID: string(c.ID), StaticID: string(c.StaticID), Label: c.Label})
		}
	}
	return t
}

func text(words string) hexapi.AnswerBlock { return hexapi.AnswerBlock{Type: "text", Text: words} }

// about is what a project is for.
func (p *project) about() string {
	if p.Description == nil {
		return fmt.Sprintf("The project %q is the closest to your question.", p.Title)
	}
	return fmt.Sprintf("The project %q is the closest to your question: %s", p.Title, *p.Description)
}

// standing is how the latest run of a project went.
func (h *Hex) standing(p *project, now time.Time) string {
	for _, one := range slices.Backward(h.history(p, now)) {
		if !one.asked.After(now) {
			return fmt.Sprintf("Its latest run was asked for at %s and is %s.", stamp(one.asked), one.at(now).status)
		}
	}
	return "It has not been run yet."
}
