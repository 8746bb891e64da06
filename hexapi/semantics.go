package hexapi

import "context"

// SemanticObject is what within a semantic project may have a status.
type SemanticObject string

// What a status can be of.
const (
	SemanticDataset SemanticObject = "DATASET"
	SemanticView    SemanticObject = "VIEW"
)

// JSONSchema lists the kinds.
func (SemanticObject) JSONSchema() *Schema { return oneOf(SemanticDataset, SemanticView) }

// UpdateSemanticProjectInput names a semantic project and what gets another
// status in it.
type UpdateSemanticProjectInput struct {
	SemanticProjectID UUID `json:"semanticProjectId"`
	StatusUpdates[SemanticObject]
}

// SemanticProjectUpdated holds what has another status now.
type SemanticProjectUpdated struct {
	Updated SemanticStatuses `json:"updated"`
}

// SemanticStatuses are statuses within a semantic project.
type SemanticStatuses struct {
	Views    []NamedStatus `json:"views"`
	Datasets []NamedStatus `json:"datasets"`
}

// UpdateSemanticProject sets or removes statuses of datasets and views. One that
// is refused keeps all from being done.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/UpdateSemanticProject
func (c *Client) UpdateSemanticProject(ctx context.Context, in UpdateSemanticProjectInput) (Answer[SemanticProjectUpdated], error) {
	return patch[SemanticProjectUpdated](ctx, c, path("semantic-projects", in.SemanticProjectID), in.StatusUpdates)
}
