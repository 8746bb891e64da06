package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"hexmcp/hexapi"
	"hexmcp/tools/progress"
)

// AskInput is a question to Hex's own agent, or a thread whose answer is waited for.
type AskInput struct {
	Prompt      string                    `json:"prompt,omitempty" jsonschema_description:"Question or task. Without it the answer of threadId is waited for."`
	ThreadID    hexapi.UUID               `json:"threadId,omitempty" jsonschema_description:"Default: a new one."`
	ProjectID   hexapi.UUID               `json:"projectId,omitempty" jsonschema_description:"Work in this project, whose draft may change; for a new thread."`
	Attachments *hexapi.PromptAttachments `json:"attachments,omitempty" jsonschema_description:"What the prompt refers to."`
	Pictures    bool                      `json:"pictures,omitempty" jsonschema:"default=false" jsonschema_description:"Add pictures of up to 3 charts of the answer."`
	Patience
}

// AskedAgent is what Hex's agent has answered so far.
type AskedAgent struct {
	ThreadID    hexapi.UUID         `json:"threadId"`
	URL         string              `json:"url,omitempty" jsonschema_description:"web page of the thread"`
	Asked       bool                `json:"asked" jsonschema_description:"by this call"`
	Answered    bool                `json:"answered" jsonschema_description:"false: it works on; wait for it again"`
	Status      hexapi.ThreadStatus `json:"status,omitempty"`
	Error       *hexapi.AgentError  `json:"error,omitempty" jsonschema_description:"why the agent has failed"`
	Answer      string              `json:"answer,omitempty"`
	Links       []AgentLink         `json:"links,omitempty" jsonschema_description:"projects and cells of the answer, and what the agent used"`
	CreditsUsed *float64            `json:"creditsUsed,omitempty" jsonschema_description:"by the whole thread"`
	Pictures    []Picture           `json:"pictures,omitempty"`
	NotRead     string              `json:"notRead,omitempty" jsonschema_description:"why the thread could not be read last"`
}

// AgentLink is something of the workspace that an answer points to.
type AgentLink struct {
	Type     string `json:"type"`
	ID       string `json:"id"`
	StaticID string `json:"staticId,omitempty" jsonschema_description:"of a cell"`
	Name     string `json:"name,omitempty"`
}

// Ask asks Hex's agent, once, and waits for its answer. Whatever happens to the
// reading of the thread, its id is in the answer.
func Ask(ctx context.Context, c *hexapi.Client, in AskInput) (hexapi.Answer[AskedAgent], error) {
	var none hexapi.Answer[AskedAgent]
	a := asker{client: c, in: in, end: in.end(ctx)}
	if err := a.ask(ctx); err != nil {
		return none, err
	}
	if err := a.await(ctx); err != nil {
		return none, err
	}
	if in.Pictures && a.out.Answered {
		a.addPictures(ctx)
	}
	return answer(a.out)
}

// asker waits for an answer of Hex's agent.
type asker struct {
	client  *hexapi.Client
	in      AskInput
	end     time.Time
	before  string // when the thread was changed last before it was asked further
	updated string // when it was changed last
	empty   bool   // it is idle, and holds no answer that somebody else may see
	out     AskedAgent
}

// ask gives the agent the prompt, in a new thread or in one that there is.
func (a *asker) ask(ctx context.Context) error {
	prompt := hexapi.ThreadPrompt{Prompt: a.in.Prompt, Attachments: a.in.Attachments}
	switch {
	case a.in.Prompt == "":
		a.out.ThreadID = a.in.ThreadID
		return onlyRead(a.look(ctx))
	case a.in.ThreadID == "":
		made, err := hexapi.Decoded(a.client.CreateThread(ctx, hexapi.CreateThreadInput{ThreadPrompt: prompt, ProjectID: a.in.ProjectID}))
		a.out = AskedAgent{ThreadID: made.ThreadID, URL: made.URL, Asked: true}
		return err
	}
	if known, err := hexapi.Decoded(a.client.GetThread(ctx, hexapi.GetThreadInput{ThreadID: a.in.ThreadID})); err == nil {
		a.before = known.UpdatedAt
	}
	made, err := hexapi.Decoded(a.client.ContinueThread(ctx, hexapi.ContinueThreadInput{ThreadID: a.in.ThreadID, ThreadPrompt: prompt}))
	a.out = AskedAgent{ThreadID: a.in.ThreadID, URL: made.URL, Asked: true}
	return err
}

// await looks at the thread at Hex's pace until the agent or the time has come to
// its end.
func (a *asker) await(ctx context.Context) error {
	ctx, steps := progress.Count(ctx)
	begun := time.Now()
	for !a.out.Answered && time.Now().Add(pace(begun)).Before(a.end) {
		err := sleep(ctx, pace(begun))
		if err == nil {
			err = a.look(ctx)
		}
		switch {
		case ctx.Err() != nil && isCanceled(ctx):
			return context.Cause(ctx)
		case ctx.Err() != nil:
			a.out.NotRead = "The time of the call was over."
			return nil
		case err != nil:
			if a.out.NotRead = err.Error(); !mayPass(err) {
				return nil
			}
		case time.Since(begun) < settles && (a.isFormer() || a.out.Asked && a.empty):
			a.out = AskedAgent{ThreadID: a.out.ThreadID, URL: a.out.URL, Asked: a.out.Asked} // the thread has not taken the prompt up yet
		}
		steps.Step(fmt.Sprintf("Hex's agent works since %d seconds.", int(time.Since(begun).Seconds())))
	}
	return nil
}

// settles is how long a thread may show its former answer, or none, after a prompt.
const settles = 20 * time.Second

// isFormer reports whether the thread is as it was before the prompt.
func (a *asker) isFormer() bool { return a.before != "" && a.updated == a.before }

// look reads where the thread stands.
func (a *asker) look(ctx context.Context) error {
	t, err := hexapi.Decoded(a.client.GetThread(ctx, hexapi.GetThreadInput{ThreadID: a.out.ThreadID}))
	if err != nil {
		return err
	}
	a.updated, a.empty = t.UpdatedAt, t.Status == hexapi.ThreadIdle && t.Response == nil && !t.Sensitive
	a.out.Status, a.out.Error, a.out.CreditsUsed, a.out.NotRead = t.Status, t.Error, t.CreditsUsed, ""
	if t.URL != "" {
		a.out.URL = t.URL
	}
	if a.out.Answered = t.Status == hexapi.ThreadIdle || t.Status == hexapi.ThreadError; a.out.Answered {
		a.take(t)
	}
	return nil
}

// take keeps what an answer holds: its texts, and what it points to.
func (a *asker) take(t hexapi.ThreadAnswer) {
	var texts []string
	var links []AgentLink
	seen := make(map[string]bool)
	link := func(l AgentLink) {
		if l.ID != "" && !seen[l.ID] {
			seen[l.ID] = true
			links = append(links, l)
		}
	}
	for _, b := range t.Response {
		switch b.Type {
		case "text":
			texts = append(texts, b.Text)
		case "cell":
			link(AgentLink{Type: b.Type, ID: b.ID, StaticID: b.StaticID, Name: orNone(b.Label)})
		case "project":
			link(AgentLink{Type: b.Type, ID: b.ID, Name: orNone(b.Title)})
		}
	}
	for _, r := range t.Resources {
		link(AgentLink{Type: strings.ToLower(r.ResourceType), ID: r.ID, Name: r.Name})
	}
	a.out.Answer, a.out.Links = strings.Join(texts, "\n\n"), links
}

func orNone(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// addPictures adds the charts among the cells of the answer, as far as Hex draws
// them: which of the cells are charts no answer tells.
func (a *asker) addPictures(ctx context.Context) {
	const most = 3
	tried := 0
	for _, l := range a.out.Links {
		if l.Type != "cell" || tried == most {
			continue
		}
		tried++
		chart, err := hexapi.Decoded(a.client.GetChartImageFromLogic(ctx, hexapi.GetChartImageFromLogicInput{CellID: hexapi.UUID(l.ID)}))
		if err == nil {
			a.out.Pictures = append(a.out.Pictures, Picture{CellID: hexapi.UUID(l.ID), MIMEType: chart.MIMEType, ImageBase64: chart.ImageBase64})
			continue
		}
		if _, isHex := errors.AsType[*hexapi.Error](err); !isHex || ctx.Err() != nil {
			return
		}
	}
}
