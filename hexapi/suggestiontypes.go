package hexapi

// SuggestionStatus is the status of a suggestion.
type SuggestionStatus string

// The statuses of a suggestion.
const (
	SuggestionOpen       SuggestionStatus = "OPEN"
	SuggestionCompleted  SuggestionStatus = "COMPLETED"
	SuggestionDismissed  SuggestionStatus = "DISMISSED"
	SuggestionInProgress SuggestionStatus = "IN_PROGRESS"
	SuggestionResolved   SuggestionStatus = "RESOLVED"
)

// JSONSchema lists the statuses.
func (SuggestionStatus) JSONSchema() *Schema {
	return oneOf(SuggestionOpen, SuggestionCompleted, SuggestionDismissed, SuggestionInProgress, SuggestionResolved)
}

// Suggestion says how the context of Hex's agent could be improved. Hex finds it in
// what people asked the agent.
type Suggestion struct {
	ID                  UUID             `json:"id"`
	Title               string           `json:"title"`
	Summary             string           `json:"summary"`
	Status              SuggestionStatus `json:"status"`
	CreatedDate         string           `json:"createdDate"`
	LastSourceAddedDate *string          `json:"lastSourceAddedDate"`
}

// SuggestionDetail is a suggestion with its sources and the changes that it proposes.
type SuggestionDetail struct {
	Suggestion
	Sources         []SuggestionSource `json:"sources"`
	ProposedChanges []ProposedChange   `json:"proposedChanges"`
}

// SuggestionSource is a warning about an answer, and the thread of that answer.
type SuggestionSource struct {
	Warning         *SuggestionWarning `json:"warning"`
	AgentChatThread *SuggestionThread  `json:"agentChatThread"`
}

// SuggestionWarning is what was wrong with an answer.
type SuggestionWarning struct {
	Summary     string `json:"summary"`
	WarningType string `json:"warningType"`
}

// SuggestionThread is a thread that a suggestion comes from.
type SuggestionThread struct {
	ID     string            `json:"id"`
	Title  *string           `json:"title"`
	Intent *string           `json:"intent"`
	User   *SuggestionAuthor `json:"user"`
}

// SuggestionAuthor is who asked in a thread.
type SuggestionAuthor struct {
	ID   string  `json:"id"`
	Name *string `json:"name"`
}

// ChangeTarget is what kind of thing a proposed change would change.
type ChangeTarget string

// The targets.
const (
	FileChange      ChangeTarget = "FILE_UPDATE"           // a guide or the workspace's rules
	WarehouseChange ChangeTarget = "DATA_WAREHOUSE_UPDATE" // a description or status in a data connection's schema
)

// JSONSchema lists the targets.
func (ChangeTarget) JSONSchema() *Schema { return oneOf(FileChange, WarehouseChange) }

// ChangeStatus is the status of a proposed change.
type ChangeStatus string

// The statuses of a change.
const (
	ChangeCompleted   ChangeStatus = "COMPLETED"
	ChangeDismissed   ChangeStatus = "DISMISSED"
	ChangeNeedsReview ChangeStatus = "NEEDS_REVIEW"
	ChangeStale       ChangeStatus = "STALE"
)

// JSONSchema lists the statuses.
func (ChangeStatus) JSONSchema() *Schema {
	return oneOf(ChangeCompleted, ChangeDismissed, ChangeNeedsReview, ChangeStale)
}

// ProposedChange is one change of a suggestion.
type ProposedChange struct {
	ID         UUID          `json:"id"`
	UpdateType ChangeTarget  `json:"updateType"`
	Status     ChangeStatus  `json:"status"`
	Payload    ChangePayload `json:"payload" jsonschema_description:"filePath and diff of a file; the rest of a warehouse"`
}

// ChangePayload is the change itself. Which fields there are depends on the target.
type ChangePayload struct {
	UpdateType         string             `json:"updateType"`
	FilePath           string             `json:"filePath,omitempty"`
	Diff               string             `json:"diff,omitempty"`
	DataConnectionName string             `json:"dataConnectionName,omitempty"`
	DatabaseName       string             `json:"databaseName,omitempty"`
	SchemaName         string             `json:"schemaName,omitempty"`
	TableName          string             `json:"tableName,omitempty"`
	ColumnName         *string            `json:"columnName,omitempty"`
	DescriptionUpdate  *DescriptionChange `json:"descriptionUpdate,omitempty"`
	StatusUpdate       *StatusChange      `json:"statusUpdate,omitempty"`
}

// DescriptionChange is a new description of a table or column, beside those there are.
type DescriptionChange struct {
	NewDescription      *string             `json:"newDescription"`
	CurrentDescriptions CurrentDescriptions `json:"currentDescriptions"`
}

// CurrentDescriptions are the descriptions of a table or column by their source.
type CurrentDescriptions struct {
	HexDescription   *string `json:"hexDescription"`
	WarehouseComment *string `json:"warehouseComment"`
	DBTDescription   *string `json:"dbtDescription"`
}

// StatusChange is a new status of a table.
type StatusChange struct {
	NewStatusName     *string `json:"newStatusName"`
	CurrentStatusName *string `json:"currentStatusName"`
}
