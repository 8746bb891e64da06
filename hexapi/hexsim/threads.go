package hexsim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// AnswerFor is how long the agent takes to answer a prompt, on the workspace's clock.
const AnswerFor = 6 * time.Second

// How much a workspace that serves for days remembers.
const (
	keptThreads = 1000
	keptTurns   = 100 // of a thread
)

// thread is a conversation with the agent.
type thread struct {
	id      hexapi.UUID
	author  hexapi.UUID // empty for a workspace token
	source  hexapi.ThreadSource
	kind    hexapi.ThreadType
	title   string
	private bool
	project hexapi.UUID // that the agent works in
	turns   []turn

	topics   []hexapi.Topic
	warnings []hexapi.ThreadWarning
	feedback []hexapi.ThreadFeedback
	summary  string
}

// turn is a prompt and what the agent makes of it. Where it stands is told from
// the clock, as with runs.
type turn struct {
	asked   time.Time
	prompt  string
	reply   []hexapi.AnswerBlock
	failure *hexapi.AgentError
	used    []hexapi.ThreadResource
}

func (t *thread) key() hexapi.UUID { return t.id }

func (t *thread) begun() time.Time { return t.turns[0].asked }

func (t *thread) last() turn { return t.turns[len(t.turns)-1] }

func (t turn) ended(now time.Time) bool { return !now.Before(t.asked.Add(AnswerFor)) }

// status is where the thread stands.
func (t *thread) status(now time.Time) hexapi.ThreadStatus {
	switch last := t.last(); {
	case !last.ended(now):
		return hexapi.ThreadRunning
	case last.failure != nil:
		return hexapi.ThreadError
	}
	return hexapi.ThreadIdle
}

// hiddenFrom reports whether the caller may know that there is a thread, and no more.
func (t *thread) hiddenFrom(who principal) bool {
	return t.private && (!who.personal() || t.author != UserAda)
}

func threadOperations() []operation {
	return []operation{
		{"POST /v1/threads", 200, newer, runKernel, (*Hex).createThread},
		{"GET /v1/threads", 200, newer, hexAPI, (*Hex).listThreads},
		{"GET /v1/threads/{id}", 200, newer, hexAPI, (*Hex).getThread},
		{"GET /v1/threads/{threadId}/messages", 200, newer, hexAPI, (*Hex).getThreadMessages},
		{"POST /v1/threads/{id}/followup", 200, newer, runKernel, (*Hex).continueThread},
		{"GET /v1/context/topics", 200, newer, hexAPI, (*Hex).listTopics},
	}
}

// thread finds the thread that the path names.
func (h *Hex) thread(r *request, name string) (*thread, error) {
	if t := h.threads.get(hexapi.UUID(r.PathValue(name))); t != nil {
		return t, nil
	}
	return nil, notFound("Thread")
}

func threadURL(id hexapi.UUID) string {
	return fmt.Sprintf("https://app.hex.tech/%s/threads/%s", Workspace, id)
}

// getThread answers with the latest answer of the agent. Of a private thread it
// tells others no more than that there is one.
func (h *Hex) getThread(r *request) (any, error) {
	t, err := h.thread(r, "id")
	if err != nil {
		return nil, err
	}
	shown := hexapi.ThreadAnswer{
		ThreadID: t.id, ThreadDetails: t.details(r), Status: t.status(r.now), Resources: []hexapi.ThreadResource{},
	}
	last := t.last()
	if t.hiddenFrom(r.who) || !last.ended(r.now) {
		return shown, nil
	}
	shown.Response, shown.Error = last.reply, last.failure
	shown.Resources = append(shown.Resources, last.used...)
	return shown, nil
}

// details are what a list and a single thread both tell.
func (t *thread) details(r *request) hexapi.ThreadDetails {
	d := hexapi.ThreadDetails{
		URL: threadURL(t.id), Type: string(t.kind), Source: string(t.source),
		CreatedAt: stamp(t.begun()), UpdatedAt: stamp(t.last().asked), Sensitive: t.private, CreditsUsed: new(t.credits(r.now)),
		Topics: append([]hexapi.Topic{}, t.topics...), Warnings: append([]hexapi.ThreadWarning{}, t.warnings...),
		Feedback: append([]hexapi.ThreadFeedback{}, t.feedback...), Model: "auto", Auto: true, EffectiveModel: new("demo-1"), EffortLevel: new("MEDIUM"),
	}
	if t.author != "" {
		d.UserID = new(string(t.author))
	}
	if t.hiddenFrom(r.who) {
		d.Topics, d.Warnings, d.Feedback = []hexapi.Topic{}, []hexapi.ThreadWarning{}, []hexapi.ThreadFeedback{}
		return d
	}
	d.Title = new(t.title)
	if t.summary != "" {
		d.ThreadSummary = new(t.summary)
	}
	return d
}

// credits are what the answers so far have cost.
func (t *thread) credits(now time.Time) float64 {
	const each = 1.5
	n := 0.0
	for _, one := range t.turns {
		if one.ended(now) {
			n += each
		}
	}
	return n
}

func (h *Hex) listThreads(r *request) (any, error) {
	q := r.query()
	keep := h.threadFilter(q, r)
	if err := q.err(); err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(h.threads.all(), func(t *thread) bool { return !keep(t) })
	page, err := list[*thread]{"threads", found, (*thread).key}.
		sorted(hexapi.Descending, func(t *thread) string { return stamp(t.begun()) }).page(q, 100)
	if err != nil {
		return nil, err
	}
	shown := mapPage(page, func(t *thread) hexapi.Thread {
		return hexapi.Thread{ID: t.id, OrgID: Workspace, ThreadDetails: t.details(r)}
	})
	return hexapi.Threads{Threads: shown.Values, Pagination: shown.Pagination}, nil
}

// threadFilter reads which threads to list.
func (h *Hex) threadFilter(q *query, r *request) func(*thread) bool {
	source := choice(q, "source", "", hexapi.FromHex, hexapi.FromSlack, hexapi.FromMCP, hexapi.FromAPI)
	kind := choice(q, "type", "", hexapi.ThreadsThread, hexapi.NotebookThread, hexapi.ModelingThread)
	days := q.int("numDays", 0, 1, 1<<31-1)
	feedback, author := q.bool("hasFeedback"), lower(hexapi.UUID(q.values.Get("userId")))
	roles, warnings, topics, resources := q.list("roles"), q.list("warnings"), q.list("topicIds"), q.list("resourceIds")
	return func(t *thread) bool {
		return (source == "" || t.source == source) && (kind == "" || t.kind == kind) && (author == "" || t.author == author) &&
			(days == 0 || t.begun().After(r.now.AddDate(0, 0, -days))) &&
			(!q.values.Has("hasFeedback") || feedback == (len(t.feedback) > 0)) &&
			anyOf(roles, []string{h.roleOf(t.author)}) && anyOf(warnings, t.concerns()) &&
			anyOf(topics, t.topicIDs()) && anyOf(resources, t.resourceIDs())
	}
}

// anyOf reports whether one of the wanted words is there. None wanted is any.
func anyOf(wanted, there []string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(w string) bool { return slices.Contains(there, w) })
}

func (h *Hex) roleOf(id hexapi.UUID) string {
	if u := h.users.get(id); u != nil {
		return u.Role
	}
	return ""
}

func (t *thread) concerns() (all []string) {
	for _, w := range t.warnings {
		all = append(all, w.Type)
	}
	return all
}

func (t *thread) topicIDs() (all []string) {
	for _, topic := range t.topics {
		all = append(all, string(topic.ID))
	}
	return all
}

func (t *thread) resourceIDs() (all []string) {
	for _, one := range t.turns {
		for _, used := range one.used {
			all = append(all, used.ID)
		}
	}
	return all
}

func (h *Hex) listTopics(r *request) (any, error) {
	page, err := list[hexapi.Topic]{"topics", slices.Clone(h.topics), func(t hexapi.Topic) hexapi.UUID { return t.ID }}.
		sorted(hexapi.Ascending, func(t hexapi.Topic) string { return strings.ToLower(t.Name) }).page(r.query(), 100)
	if err != nil {
		return nil, err
	}
	return hexapi.Topics{Topics: page.Values, Pagination: page.Pagination}, nil
}
