package hexsim

import (
	"strconv"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// getThreadMessages answers with the newest page unless a cursor says which.
func (h *Hex) getThreadMessages(r *request) (any, error) {
	t, err := h.thread(r, "threadId")
	if err != nil {
		return nil, err
	}
	q := r.query()
	full := q.bool("full")
	if t.hiddenFrom(r.who) {
		return nil, forbidden()
	}
	page, err := list[message]{"messages " + string(t.id), t.messages(r.now, full), message.key}.lastPage(q, 50)
	if err != nil {
		return nil, err
	}
	shown := mapPage(page, func(m message) hexapi.ThreadMessage { return m.ThreadMessage })
	return hexapi.ThreadMessages{Content: shown.Values, Pagination: shown.Pagination}, nil
}

// message is what was said, and as which one of its thread.
type message struct {
	hexapi.ThreadMessage
	n int
}

func (m message) key() hexapi.UUID { return hexapi.UUID(strconv.Itoa(m.n)) }

// messages are those of a thread so far, oldest first.
func (t *thread) messages(now time.Time, full bool) []message {
	var all []message
	add := func(at time.Time, text string) {
		all = append(all, message{hexapi.ThreadMessage{Type: "text", Text: text, CreatedAt: stamp(at)}, len(all)})
	}
	for _, one := range t.turns {
		add(one.asked, "User: "+one.prompt)
		if !one.ended(now) {
			break
		}
		if full {
			add(one.asked.Add(AnswerFor/2), "Agent: "+string(encode(map[string]any{"type": "tool_call", "name": "search_projects", "found": len(one.used)})))
		}
		add(one.asked.Add(AnswerFor), "Agent: "+one.text())
	}
	return all
}

// text is the answer as one text, or why there is none.
func (t turn) text() string {
	if t.failure != nil {
		return "[error] " + t.failure.Message
	}
	var texts []string
	for _, block := range t.reply {
		if block.Text != "" {
			texts = append(texts, block.Text)
		}
	}
	return strings.Join(texts, "\n\n")
}
