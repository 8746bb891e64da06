package hexapi

import "context"

// Thread is a conversation with Hex's own agent, as it stands in a list.
type Thread struct {
	ID    UUID `json:"id"`
	OrgID UUID `json:"orgId"`
	ThreadDetails
}

// ThreadDetails are the fields that a thread has in a list and by itself.
type ThreadDetails struct {
	URL                 string           `json:"url" jsonschema_description:"web page of the thread"`
	Title               *string          `json:"title" jsonschema_description:"null: private"`
	UserID              *string          `json:"userId"`
	Type                string           `json:"type"`
	Source              string           `json:"source"`
	CreatedAt           string           `json:"createdAt"`
	UpdatedAt           string           `json:"updatedAt"`
	Sensitive           bool             `json:"sensitive" jsonschema_description:"contents are hidden from all but the author"`
	CreditsUsed         *float64         `json:"creditsUsed"`
	Topics              []Topic          `json:"topics"`
	Warnings            []ThreadWarning  `json:"warnings"`
	Feedback            []ThreadFeedback `json:"feedback"`
	WarningsGeneratedAt *string          `json:"warningsGeneratedAt"`
	ThreadSummary       *string          `json:"threadSummary"`
	ThreadIntent        *string          `json:"threadIntent"`
	Model               string           `json:"model"`
	Auto                bool             `json:"auto"`
	EffectiveModel      *string          `json:"effectiveModel"`
	EffortLevel         *string          `json:"effortLevel"`
}

// ThreadWarning is a doubt about the agent's answers.
type ThreadWarning struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Summary string `json:"summary"`
}

// ThreadFeedback is what somebody thought of an answer.
type ThreadFeedback struct {
	ID             string  `json:"id"`
	UserFeedback   string  `json:"userFeedback"`
	Type           string  `json:"type"`
	SelectedReason *string `json:"selectedReason"`
	UserLiked      bool    `json:"userLiked"`
}

// ThreadAnswer is a thread with the latest answer of its agent.
type ThreadAnswer struct {
	ThreadID UUID `json:"threadId"`
	ThreadDetails
	Status    ThreadStatus     `json:"status"`
	Error     *AgentError      `json:"error" jsonschema_description:"with ERROR"`
	Resources []ThreadResource `json:"resources" jsonschema_description:"what the agent used"`
	Response  []AnswerBlock    `json:"response" jsonschema_description:"null: no answer yet"`
}

// AgentError is why the agent has failed. Hex adds types from time to time.
type AgentError struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}

// ThreadResource is something of the workspace that a thread is about.
type ThreadResource struct {
	ID           string `json:"id"`
	ResourceType string `json:"resourceType"`
	Name         string `json:"name"`
}

// AnswerBlock is a part of an answer: a text, a cell, a project or a task. Type
// says which, and which fields there are.
type AnswerBlock struct {
	Type     string  `json:"type" jsonschema_description:"text, cell, project or task"`
	Text     string  `json:"text,omitempty"`
	ID       string  `json:"id,omitempty" jsonschema_description:"of the cell or project"`
	StaticID string  `json:"staticId,omitempty" jsonschema_description:"of the cell"`
	Label    *string `json:"label,omitempty" jsonschema_description:"of the cell"`
	Title    *string `json:"title,omitempty" jsonschema_description:"of the project or task"`
}

// ListThreadsInput filters and pages the list of threads.
type ListThreadsInput struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Page size."`
	Cursor
	Source      ThreadSource    `json:"source,omitempty" jsonschema_description:"Where it was begun."`
	UserID      UUID            `json:"userId,omitempty" jsonschema_description:"Who began it."`
	Type        ThreadType      `json:"type,omitempty" jsonschema_description:"Kind of thread."`
	NumDays     int             `json:"numDays,omitempty" jsonschema:"minimum=1" jsonschema_description:"Only of the last days."`
	HasFeedback *bool           `json:"hasFeedback,omitempty" jsonschema_description:"Only with, or without, feedback."`
	Roles       []Role          `json:"roles,omitempty" jsonschema_description:"Roles of who began it."`
	Warnings    []ThreadConcern `json:"warnings,omitempty" jsonschema_description:"Kinds of warnings."`
	TopicIDs    []UUID          `json:"topicIds,omitempty"`
	ResourceIDs []UUID          `json:"resourceIds,omitempty"`
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListThreadsInput) PageLimit() *int { return &in.Limit }

// threadQuery is the query of the input, in which Hex wants lists joined by commas.
type threadQuery struct {
	ListThreadsInput
	Roles       string `json:"roles,omitempty"`
	Warnings    string `json:"warnings,omitempty"`
	TopicIDs    string `json:"topicIds,omitempty"`
	ResourceIDs string `json:"resourceIds,omitempty"`
}

func (in ListThreadsInput) query() threadQuery {
	return threadQuery{in, commas(in.Roles), commas(in.Warnings), commas(in.TopicIDs), commas(in.ResourceIDs)}
}

// ThreadSource is where a thread was begun.
type ThreadSource string

// The sources of threads.
const (
	FromHex   ThreadSource = "HEX" // its web pages
	FromSlack ThreadSource = "SLACK"
	FromMCP   ThreadSource = "MCP"
	FromAPI   ThreadSource = "PUBLIC_API" // among them those of [Client.CreateThread]
)

// JSONSchema lists the sources.
func (ThreadSource) JSONSchema() *Schema { return oneOf(FromHex, FromSlack, FromMCP, FromAPI) }

// ThreadType is a kind of thread.
type ThreadType string

// The types of threads.
const (
	ThreadsThread  ThreadType = "THREADS"
	NotebookThread ThreadType = "NOTEBOOK" // within a project
	ModelingThread ThreadType = "MODELING" // about a semantic project
)

// JSONSchema lists the types.
func (ThreadType) JSONSchema() *Schema { return oneOf(ThreadsThread, NotebookThread, ModelingThread) }

// Role is what a user may do in the workspace as a whole.
type Role string

// The roles that threads are filtered by.
const (
	Admin    Role = "ADMIN"
	Manager  Role = "MANAGER"
	Editor   Role = "EDITOR"
	Explorer Role = "EXPLORER"
	Member   Role = "MEMBER"
	Guest    Role = "GUEST"
)

// JSONSchema lists the roles.
func (Role) JSONSchema() *Schema { return oneOf(Admin, Manager, Editor, Explorer, Member, Guest) }

// ThreadConcern is a kind of warning about the answers of a thread.
type ThreadConcern string

// The concerns.
const (
	DataLimitation ThreadConcern = "DATA_LIMITATION"
	UserDoubt      ThreadConcern = "USER_DOUBT"
	MissingContext ThreadConcern = "MISSING_CONTEXT"
	OtherConcern   ThreadConcern = "OTHER"
)

// JSONSchema lists the concerns.
func (ThreadConcern) JSONSchema() *Schema {
	return oneOf(DataLimitation, UserDoubt, MissingContext, OtherConcern)
}

// Threads is one page of threads.
type Threads struct {
	Threads    []Thread   `json:"threads"`
	Pagination Pagination `json:"pagination"`
}

func (t Threads) list() (name string, there bool) { return "threads", t.Threads != nil }

// ListThreads lists threads, newest first: an admin's token sees all that are not
// private, a manager's fewer, and others none.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ListThreads
func (c *Client) ListThreads(ctx context.Context, in ListThreadsInput) (Answer[Threads], error) {
	return get[Threads](ctx, c, path("threads"), in.query(), countedIn(standardRate))
}
