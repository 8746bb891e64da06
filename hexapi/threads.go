package hexapi

import "context"

// ThreadStatus is the status of a thread.
type ThreadStatus string

// The statuses of a thread. Only an idle one accepts a further prompt.
const (
	ThreadIdle    ThreadStatus = "IDLE"    // the agent has answered
	ThreadRunning ThreadStatus = "RUNNING" // the agent works on its answer
	ThreadError   ThreadStatus = "ERROR"   // the agent has failed, as error says
)

// JSONSchema lists the statuses.
func (ThreadStatus) JSONSchema() *Schema { return oneOf(ThreadIdle, ThreadRunning, ThreadError) }

// ThreadPrompt is what Hex's agent is asked.
type ThreadPrompt struct {
	Prompt      string             `json:"prompt" jsonschema:"required,minLength=1" jsonschema_description:"Question or task, in words."`
	Attachments *PromptAttachments `json:"attachments,omitempty" jsonschema_description:"What the prompt refers to."`
}

// PromptAttachments are things of the workspace that a prompt refers to.
type PromptAttachments struct {
	DataConnectionID   UUID     `json:"dataConnectionId,omitempty"`
	TableIDs           []string `json:"tableIds,omitempty" jsonschema_description:"Ids of tables; no tool lists them."`
	SemanticDatasetIDs []string `json:"semanticDatasetIds,omitempty" jsonschema_description:"Ids of semantic datasets; no tool lists them."`
	SemanticViewIDs    []string `json:"semanticViewIds,omitempty" jsonschema_description:"Ids of semantic views; no tool lists them."`
	ProjectIDs         []UUID   `json:"projectIds,omitempty"`
}

// CreateThreadInput says what to ask, and where the agent is to work. ProjectID
// and NewProject exclude each other.
type CreateThreadInput struct {
	ThreadPrompt
	ProjectID  UUID   `json:"projectId,omitempty" jsonschema_description:"Work in this project."`
	NewProject bool   `json:"newProject,omitempty" jsonschema:"default=false" jsonschema_description:"Work in a new project, which stays; not with projectId."`
	Muted      bool   `json:"muted,omitempty" jsonschema:"default=false" jsonschema_description:"Keep the thread out of overviews and statistics of Hex; of no effect with a project."`
	PreviewID  string `json:"previewId,omitempty" jsonschema_description:"Hex-internal; leave out."`
}

// ThreadCreated names the new thread. Its answer is yet to come: ask GetThread.
type ThreadCreated struct {
	ThreadID  UUID   `json:"threadId"`
	URL       string `json:"url" jsonschema_description:"web page of the thread"`
	CreatedAt string `json:"createdAt"`
	ProjectID *UUID  `json:"projectId" jsonschema_description:"that the agent works in"`
}

// CreateThread gives Hex's own agent a first prompt. It costs credits, so it is not
// sent again when the thread may have been created. It takes a run out of the client's
// [Budget], because runs and prompts are in the same rate group. Hex enables it for some
// organisations only.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/CreateThread
func (c *Client) CreateThread(ctx context.Context, in CreateThreadInput) (Answer[ThreadCreated], error) {
	return post[ThreadCreated](ctx, c, path("threads"), in, spendsRun, countedIn(kernelRate))
}

// ContinueThreadInput names a thread, which must be idle, and what to ask next.
type ContinueThreadInput struct {
	ThreadID UUID `json:"threadId" jsonschema:"required"`
	ThreadPrompt
}

// ThreadContinued names the thread. Its answer is yet to come: ask GetThread.
type ThreadContinued struct {
	ThreadID UUID   `json:"threadId"`
	URL      string `json:"url" jsonschema_description:"web page of the thread"`
}

// ContinueThread gives Hex's own agent a further prompt in a thread. It costs credits
// and a run of the client's [Budget] as CreateThread does, and is repeated as carefully.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ContinueThread
func (c *Client) ContinueThread(ctx context.Context, in ContinueThreadInput) (Answer[ThreadContinued], error) {
	return post[ThreadContinued](ctx, c, path("threads", in.ThreadID, "followup"), in.ThreadPrompt, spendsRun, countedIn(kernelRate))
}

// GetThreadInput names a thread.
type GetThreadInput struct {
	ThreadID UUID `json:"threadId" jsonschema:"required"`
}

// GetThread reads a thread with the agent's latest answer.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetThread
func (c *Client) GetThread(ctx context.Context, in GetThreadInput) (Answer[ThreadAnswer], error) {
	return get[ThreadAnswer](ctx, c, path("threads", in.ThreadID), nil, countedIn(standardRate))
}

// GetThreadMessagesInput names a thread and pages its messages.
type GetThreadMessagesInput struct {
	ThreadID UUID `json:"threadId" jsonschema:"required"`
	MessagePage
}

// MessagePage pages messages. Without a cursor it is the page of the newest.
type MessagePage struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=50,default=25" jsonschema_description:"Page size."`
	Cursor
	Full bool `json:"full,omitempty" jsonschema:"default=false" jsonschema_description:"Add the agent's thinking and its calls of tools, as JSON in text."`
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *MessagePage) PageLimit() *int { return &in.Limit }

// ReadsBackward reports whether the following pages hold older messages. They do unless
// After is set, because the first page holds the newest.
func (in *MessagePage) ReadsBackward() bool { return in.After == "" }

// ThreadMessages is one page of the messages of a thread, oldest first. The cursor
// Pagination.Before leads to older ones.
type ThreadMessages struct {
	Content    []ThreadMessage `json:"content"`
	Pagination Pagination      `json:"pagination"`
}

func (m ThreadMessages) list() (name string, there bool) { return "content", m.Content != nil }

// ThreadMessage is a message of a thread. Its text begins with who wrote it, such as
// "User: ".
type ThreadMessage struct {
	Type      string `json:"type"`
	Text      string `json:"text"`
	CreatedAt string `json:"createdAt"`
}

// GetThreadMessages lists what was said in a thread, the newest page first.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetThreadMessages
func (c *Client) GetThreadMessages(ctx context.Context, in GetThreadMessagesInput) (Answer[ThreadMessages], error) {
	return get[ThreadMessages](ctx, c, path("threads", in.ThreadID, "messages"), in.MessagePage, countedIn(standardRate))
}

// ListTopicsInput pages the list of topics.
type ListTopicsInput struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Page size."`
	Cursor
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListTopicsInput) PageLimit() *int { return &in.Limit }

// Topics is one page of topics.
type Topics struct {
	Topics     []Topic    `json:"topics"`
	Pagination Pagination `json:"pagination"`
}

func (t Topics) list() (name string, there bool) { return "topics", t.Topics != nil }

// Topic is a subject under which Hex has grouped threads.
type Topic struct {
	ID   UUID   `json:"id"`
	Name string `json:"name"`
}

// ListTopics lists the topics of the workspace's threads by name.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ListTopics
func (c *Client) ListTopics(ctx context.Context, in ListTopicsInput) (Answer[Topics], error) {
	return get[Topics](ctx, c, path("context", "topics"), in, countedIn(standardRate))
}
