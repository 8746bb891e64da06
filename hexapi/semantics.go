package hexapi

import "context"

// SemanticObject is a kind of object in a semantic project that can have a status.
type SemanticObject string

// The kinds of objects.
const (
	SemanticDataset SemanticObject = "DATASET"
	SemanticView    SemanticObject = "VIEW"
)

// JSONSchema lists the kinds.
func (SemanticObject) JSONSchema() *Schema { return oneOf(SemanticDataset, SemanticView) }

// UpdateSemanticProjectInput names a semantic project and the objects in it whose
// status changes.
type UpdateSemanticProjectInput struct {
	SemanticProjectID UUID `json:"semanticProjectId"`
	StatusUpdates[SemanticObject]
}

// SemanticProjectUpdated holds the new statuses.
type SemanticProjectUpdated struct {
	Updated SemanticStatuses `json:"updated"`
}

// SemanticStatuses are statuses within a semantic project.
type SemanticStatuses struct {
	Views    []NamedStatus `json:"views"`
	Datasets []NamedStatus `json:"datasets"`
}

// UpdateSemanticProject sets or removes statuses of datasets and views. If Hex refuses
// one of them, it changes none.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/UpdateSemanticProject
func (c *Client) UpdateSemanticProject(ctx context.Context, in UpdateSemanticProjectInput) (Answer[SemanticProjectUpdated], error) {
	return patch[SemanticProjectUpdated](ctx, c, path("semantic-projects", in.SemanticProjectID), in.StatusUpdates)
}
