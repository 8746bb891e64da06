package hexsim

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// prompt is the body of ContinueThread, and a part of that of CreateThread.
type prompt struct {
	Prompt      string                   `json:"prompt"`
	Attachments hexapi.PromptAttachments `json:"attachments"`
}

type newThread struct {
	prompt
	PreviewID  *string      `json:"previewId"` // changes nothing here
	ProjectID  *hexapi.UUID `json:"projectId"`
	NewProject *bool        `json:"newProject"`
	Muted      *bool        `json:"muted"` // likewise
}

func (in newThread) wantsProject() bool { return in.NewProject != nil && *in.NewProject }

func (h *Hex) createThread(r *request) (any, error) {
	in, err := decode[newThread](r, "attachments.dataConnectionId", "previewId", "projectId", "newProject", "muted")
	if err != nil {
		return nil, err
	}
	if err := h.checkThread(in); err != nil {
		return nil, err
	}
	t := &thread{id: h.ids.uuid(), author: r.who.author(), source: hexapi.FromAPI, kind: hexapi.ThreadsThread, title: titleOf(in.Prompt)}
	switch {
	case in.ProjectID != nil:
		t.project, t.kind = lower(*in.ProjectID), hexapi.NotebookThread
	case in.wantsProject():
		t.project, t.kind = h.projectFor(t, r), hexapi.NotebookThread
	}
	h.ask(t, in.prompt, r.now)
	h.threads.add(t.id, t)
	if len(h.threads.order) > keptThreads {
		h.threads.remove(h.threads.order[0])
	}
	created := hexapi.ThreadCreated{ThreadID: t.id, URL: threadURL(t.id), CreatedAt: stamp(r.now)}
	if t.project != "" {
		created.ProjectID = new(t.project)
	}
	return created, nil
}

func (h *Hex) checkThread(in newThread) error {
	switch {
	case in.Prompt == "":
		return badRequest("prompt is required")
	case in.ProjectID != nil && in.NewProject != nil:
		return badRequest("projectId and newProject are mutually exclusive")
	case in.ProjectID != nil && h.projects.get(*in.ProjectID) == nil:
		return notFound("Project")
	}
	return nil
}

// author is the user that the token acts as, if any.
func (p principal) author() hexapi.UUID {
	if p.personal() {
		return UserAda
	}
	return ""
}

// titleOf is the first words of a prompt.
func titleOf(prompt string) string {
	words := strings.Fields(prompt)
	if len(words) > 8 {
		return strings.Join(words[:8], " ") + "…"
	}
	return strings.Join(words, " ")
}

// projectFor makes the project that a thread works in.
func (h *Hex) projectFor(t *thread, r *request) hexapi.UUID {
	owner := cmp.Or(t.author, UserAda)
	p := h.newProject(seedProject{
		id: h.ids.uuid(), title: t.title, creator: owner,
		sharing: shared(hexapi.NoAccess, sharing{users: grants{{owner, hexapi.FullAccess}}}),
	})
	p.CreatedAt, p.LastEditedAt = stamp(r.now), stamp(r.now)
	return h.projects.add(p.ID, p).ID
}

// ask adds a prompt, and decides on the answer that will come.
func (h *Hex) ask(t *thread, in prompt, now time.Time) {
	next := h.reply(in, t.project, now)
	next.asked, next.prompt = now, in.Prompt
	t.turns = append(t.turns, next)
	if len(t.turns) > keptTurns {
		t.turns = slices.Delete(t.turns, 1, 2) // the first says when it was begun
	}
}

func (h *Hex) continueThread(r *request) (any, error) {
	t, err := h.thread(r, "id")
	if err != nil {
		return nil, err
	}
	in, err := decode[prompt](r, "attachments.dataConnectionId")
	switch {
	case err != nil:
		return nil, err
	case in.Prompt == "":
		return nil, badRequest("prompt is required")
	case t.hiddenFrom(r.who):
		return nil, forbidden()
	case t.status(r.now) != hexapi.ThreadIdle:
		return nil, badRequest("The thread is not idle")
	}
	h.ask(t, in, r.now)
	return hexapi.ThreadContinued{ThreadID: t.id, URL: threadURL(t.id)}, nil
}
