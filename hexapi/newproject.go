package hexapi

import "context"

// CreateProjectInput is a new project: its body is the whole request.
type CreateProjectInput struct {
	Title       string `json:"title" jsonschema:"required,minLength=1" jsonschema_description:"Title of the project."`
	Description string `json:"description,omitempty" jsonschema_description:"What it is for."`
}

// CreateProject makes an empty project, which is a draft until somebody
// publishes it in Hex.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/CreateProject
func (c *Client) CreateProject(ctx context.Context, in CreateProjectInput) (Answer[Project], error) {
	return post[Project](ctx, c, path("projects"), in, countedIn(standardRate))
}

// BatchComputeProfileInput names projects and what they are to run on.
type BatchComputeProfileInput struct {
	ProjectIDs     []UUID         `json:"projectIds" jsonschema:"required,minItems=1"`
	ComputeProfile ComputeProfile `json:"computeProfile" jsonschema:"required" jsonschema_description:"What they run on from now on."`
}

// ComputeProfile is the kernel that a project gets. Which words a workspace has
// is in no document of Hex.
type ComputeProfile struct {
	Image string `json:"image,omitempty" jsonschema_description:"Name of the kernel image, as Hex shows it."`
	Size  string `json:"size,omitempty" jsonschema_description:"Name of the compute size, as Hex shows it."`
}

// BatchComputeProfile sets the compute profile of several projects. What Hex
// answers is not known.
//
// API: in no document of Hex.
func (c *Client) BatchComputeProfile(ctx context.Context, in BatchComputeProfileInput) (Answer[Anything], error) {
	return post[Anything](ctx, c, path("projects", "compute-profile", "batch"), in)
}
