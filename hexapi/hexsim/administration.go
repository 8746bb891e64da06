package hexsim

// administration is the operations by which a workspace is looked after.
func administration() []operation {
	return []operation{
		{"GET /v1/data-connections/{dataConnectionId}", 200, newer, hexAPI, (*Hex).getConnection},
		{"POST /v1/data-connections", 201, older, ungrouped, (*Hex).createConnection},
		{"PATCH /v1/data-connections/{dataConnectionId}", 201, older, ungrouped, (*Hex).editConnection},
		{"PATCH /v1/data-connections/{dataConnectionId}/schema", 200, older, ungrouped, (*Hex).updateConnectionSchema},
		{"PATCH /v1/semantic-projects/{semanticProjectId}", 200, older, ungrouped, (*Hex).updateSemanticProject},
		{"GET /v1/guides/draft/list", 200, newer, hexAPI30, (*Hex).listGuideDrafts},
		{"POST /v1/embedding/createPresignedUrl/{projectId}", 200, older, ungrouped, (*Hex).createPresignedURL},
	}
}
