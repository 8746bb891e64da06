package hexapi

import "context"

// Project is a project or a component, without its content.
type Project struct {
	ID             UUID             `json:"id"`
	Title          string           `json:"title"`
	Description    *string          `json:"description"`
	Type           ProjectType      `json:"type"`
	Creator        Person           `json:"creator"`
	Owner          Person           `json:"owner"`
	Status         *ProjectStatus   `json:"status"`
	Categories     []Category       `json:"categories"`
	Reviews        Reviews          `json:"reviews"`
	Analytics      ProjectAnalytics `json:"analytics"`
	LastEditedAt   string           `json:"lastEditedAt"`
	LastPublished  *string          `json:"lastPublishedAt" jsonschema_description:"null: never published, cannot be run"`
	CreatedAt      string           `json:"createdAt"`
	ArchivedAt     *string          `json:"archivedAt"`
	TrashedAt      *string          `json:"trashedAt"`
	Schedules      []Schedule       `json:"schedules"`
	ProjectSharing *ProjectSharing  `json:"sharing,omitempty" jsonschema_description:"only with includeSharing"`
}

// ProjectType tells projects from components.
type ProjectType string

// The project types.
const (
	TypeProject   ProjectType = "PROJECT"
	TypeComponent ProjectType = "COMPONENT"
)

// Person names a user by email.
type Person struct {
	Email string `json:"email"`
}

// ProjectStatus is a workspace-defined status or endorsement.
type ProjectStatus struct {
	Name string `json:"name"`
}

// Category is a workspace-defined category of projects.
type Category struct {
	Name        string  `json:"name"`
	Description *string `json:"description"`
}

// Reviews says whether publishing needs a review.
type Reviews struct {
	Required bool `json:"required"`
}

// ProjectAnalytics counts the views of the published app.
type ProjectAnalytics struct {
	AppViews                  AppViews `json:"appViews"`
	LastViewedAt              *string  `json:"lastViewedAt"`
	PublishedResultsUpdatedAt *string  `json:"publishedResultsUpdatedAt"`
}

// AppViews counts views by period.
type AppViews struct {
	AllTime          int `json:"allTime"`
	LastSevenDays    int `json:"lastSevenDays"`
	LastFourteenDays int `json:"lastFourteenDays"`
	LastThirtyDays   int `json:"lastThirtyDays"`
}

// Schedule is when Hex runs a project by itself. Only the field of its cadence is set.
type Schedule struct {
	Cadence string           `json:"cadence"`
	Enabled bool             `json:"enabled"`
	Hourly  *HourlySchedule  `json:"hourly"`
	Daily   *DailySchedule   `json:"daily"`
	Weekly  *WeeklySchedule  `json:"weekly"`
	Monthly *MonthlySchedule `json:"monthly"`
	Custom  *CustomSchedule  `json:"custom"`
}

// HourlySchedule runs every hour.
type HourlySchedule struct {
	Minute   int    `json:"minute"`
	Timezone string `json:"timezone"`
}

// DailySchedule runs every day.
type DailySchedule struct {
	Hour     int    `json:"hour"`
	Minute   int    `json:"minute"`
	Timezone string `json:"timezone"`
}

// WeeklySchedule runs on one day of the week.
type WeeklySchedule struct {
	DayOfWeek string `json:"dayOfWeek"`
	DailySchedule
}

// MonthlySchedule runs on one day of the month, 1 to 28.
type MonthlySchedule struct {
	Day int `json:"day"`
	DailySchedule
}

// CustomSchedule runs by a cron expression.
type CustomSchedule struct {
	Cron     string `json:"cron"`
	Timezone string `json:"timezone"`
}

// ListProjectsInput filters, sorts and pages the list of projects.
type ListProjectsInput struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Page size."`
	Cursor
	SortBy            ProjectSort   `json:"sortBy,omitempty" jsonschema_description:"Default: newest created first."`
	SortDirection     SortDirection `json:"sortDirection,omitempty" jsonschema_description:"Sort order."`
	Statuses          []string      `json:"statuses,omitempty" jsonschema_description:"Exact names; any of them."`
	Categories        []string      `json:"categories,omitempty" jsonschema_description:"Exact names; any of them."`
	CreatorEmail      string        `json:"creatorEmail,omitempty" jsonschema_description:"Whole address."`
	OwnerEmail        string        `json:"ownerEmail,omitempty" jsonschema_description:"Whole address."`
	CollectionID      UUID          `json:"collectionId,omitempty"`
	IncludeArchived   bool          `json:"includeArchived,omitempty" jsonschema:"default=false" jsonschema_description:"Add archived ones."`
	IncludeTrashed    bool          `json:"includeTrashed,omitempty" jsonschema:"default=false" jsonschema_description:"Add those in the trash."`
	IncludeComponents bool          `json:"includeComponents,omitempty" jsonschema:"default=false" jsonschema_description:"Add components."`
	IncludeUnlisted   bool          `json:"includeUnlisted,omitempty" jsonschema:"default=false" jsonschema_description:"Add unlisted ones."`
	IncludeSharing    bool          `json:"includeSharing,omitempty" jsonschema:"default=false" jsonschema_description:"Add who has access."`
}

// ProjectSort names what projects are sorted by.
type ProjectSort string

// The sort keys of projects.
const (
	ProjectsByCreation    ProjectSort = "CREATED_AT"
	ProjectsByEdit        ProjectSort = "LAST_EDITED_AT"
	ProjectsByPublication ProjectSort = "LAST_PUBLISHED_AT"
)

// JSONSchema lists the sort keys.
func (ProjectSort) JSONSchema() *Schema {
	return oneOf(ProjectsByCreation, ProjectsByEdit, ProjectsByPublication)
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListProjectsInput) PageLimit() *int { return &in.Limit }

// ListProjects lists the projects that the token may view.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ListProjects
func (c *Client) ListProjects(ctx context.Context, in ListProjectsInput) (Answer[Page[Project]], error) {
	return get[Page[Project]](ctx, c, path("projects"), in)
}

// GetProjectInput names a project.
type GetProjectInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	ProjectView
}

// ProjectView says how much of a project to show.
type ProjectView struct {
	IncludeSharing  bool `json:"includeSharing,omitempty" jsonschema:"default=false" jsonschema_description:"Add who has access."`
	IncludeUnlisted bool `json:"includeUnlisted,omitempty" jsonschema:"default=false" jsonschema_description:"Also if it is not listed for all."`
}

// GetProject reads one project's metadata.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetProject
func (c *Client) GetProject(ctx context.Context, in GetProjectInput) (Answer[Project], error) {
	return get[Project](ctx, c, path("projects", in.ProjectID), in.ProjectView, countedIn(standardRate))
}

// UpdateProjectInput names a project and its new status.
type UpdateProjectInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	ProjectUpdate
}

// ProjectUpdate sets the status, or removes it with null.
type ProjectUpdate struct {
	Status Nullable[string] `json:"status,omitzero" jsonschema:"required" jsonschema_description:"Name of a status or endorsement of the workspace; null removes it."`
}

// UpdateProject sets or removes the project's status or endorsement.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/UpdateProject
func (c *Client) UpdateProject(ctx context.Context, in UpdateProjectInput) (Answer[Project], error) {
	return patch[Project](ctx, c, path("projects", in.ProjectID), in.ProjectUpdate, countedIn(standardRate))
}
