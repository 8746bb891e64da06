package hexsim

import (
	"hexmcp/hexapi"
)

// projectOperations are those on projects and their drafts beside the core.
func projectOperations() []operation {
	return []operation{
		{"POST /v1/projects", 201, newer, hexAPI, (*Hex).createProject},
		{exportRoute, 200, newer, hexAPI, (*Hex).exportProject},
		{"POST /v1/projects/import", 200, newer, ungrouped, (*Hex).importProject},
		{"POST /v1/projects/compute-profile/batch", 200, newer, ungrouped, (*Hex).setComputeProfiles},
		{"GET /v1/projects/{projectId}/queriedTables", 200, older, ungrouped, (*Hex).getQueriedTables},
		{"POST /v1/projects/{projectId}/notebook/run", 200, newer, ungrouped, (*Hex).runNotebook},
		{"POST /v1/cells/{cellId}/run", 200, newer, ungrouped, (*Hex).runCell},
		{"GET /v1/cells/{cellId}/output", 200, newer, hexAPI, (*Hex).getCellOutput},
		{"GET /v1/cells/{cellId}/image", 200, newer, chartImage, (*Hex).getDraftChart},
		{"GET /v1/projects/{projectId}/runs/{runId}/cells/{staticId}/image", 200, newer, chartImage, (*Hex).getRunChart},
	}
}

// createProject makes an empty draft of UserAda's, whoever the token is.
func (h *Hex) createProject(r *request) (any, error) {
	in, err := decode[hexapi.CreateProjectInput](r)
	switch {
	case err != nil:
		return nil, err
	case in.Title == "":
		return nil, badRequest("title is required")
	}
	p := h.addProject(in.Title, r)
	if in.Description != "" {
		p.Description = new(in.Description)
	}
	return h.show(p, false, r.now), nil
}

// addProject adds an empty draft.
func (h *Hex) addProject(title string, r *request) *project {
	p := h.newProject(seedProject{
		id: h.ids.uuid(), title: title, creator: UserAda,
		sharing: shared(hexapi.NoAccess, sharing{users: grants{{UserAda, hexapi.FullAccess}}}),
	})
	p.CreatedAt, p.LastEditedAt = stamp(r.now), stamp(r.now)
	return h.projects.add(p.ID, p)
}

// setComputeProfiles checks all projects before it changes any.
func (h *Hex) setComputeProfiles(r *request) (any, error) {
	in, err := decode[hexapi.BatchComputeProfileInput](r)
	switch {
	case err != nil:
		return nil, err
	case len(in.ProjectIDs) == 0:
		return nil, badRequest("projectIds is required")
	case in.ComputeProfile == hexapi.ComputeProfile{}:
		return nil, badRequest("computeProfile must have image, size or both")
	}
	for _, id := range in.ProjectIDs {
		if h.projects.get(id) == nil {
			return nil, notFound("Project " + string(id))
		}
	}
	for _, id := range in.ProjectIDs {
		h.projects.get(id).compute = in.ComputeProfile
	}
	return struct{}{}, nil // what Hex answers is not known
}
