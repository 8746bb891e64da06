package hexapi

import (
	"context"
	"encoding/json"
)

// CreatePresignedURLInput names a project and says how its published app is shown
// where it is embedded.
type CreatePresignedURLInput struct {
	ProjectID         UUID                       `json:"projectId" jsonschema:"required"`
	ExpiresIn         int                        `json:"expiresIn,omitempty" jsonschema:"minimum=1,maximum=300000,default=15000" jsonschema_description:"Milliseconds in which the URL must be opened."`
	HexUserAttributes []UserAttribute            `json:"hexUserAttributes,omitempty" jsonschema_description:"Who looks, for what the project shows by user."`
	InputParams       map[string]json.RawMessage `json:"inputParams,omitempty" jsonschema_description:"Values by input variable name."`
	Scope             []EmbedScope               `json:"scope,omitempty" jsonschema_description:"What the viewer may do besides looking."`
	DisplayOptions    *DisplayOptions            `json:"displayOptions,omitempty" jsonschema_description:"How it looks."`
	TestMode          bool                       `json:"testMode,omitempty" jsonschema:"default=false" jsonschema_description:"Try it without a run; not counted."`
}

// UserAttribute is something that a project may know of who looks at it.
type UserAttribute struct {
	Name  string `json:"name" jsonschema:"required" jsonschema_description:"Attribute, such as email."`
	Value string `json:"value" jsonschema:"required" jsonschema_description:"Its value."`
}

// embedding is the body that Hex wants for the input.
type embedding struct {
	HexUserAttributes map[string]string          `json:"hexUserAttributes,omitempty"`
	Scope             []EmbedScope               `json:"scope,omitempty"`
	InputParameters   map[string]json.RawMessage `json:"inputParameters,omitempty"`
	ExpiresIn         int                        `json:"expiresIn,omitempty"`
	DisplayOptions    *DisplayOptions            `json:"displayOptions,omitempty"`
	TestMode          bool                       `json:"testMode,omitempty"`
}

func (in CreatePresignedURLInput) body() embedding {
	body := embedding{
		Scope: in.Scope, InputParameters: in.InputParams, ExpiresIn: in.ExpiresIn,
		DisplayOptions: in.DisplayOptions, TestMode: in.TestMode,
	}
	for _, a := range in.HexUserAttributes {
		if body.HexUserAttributes == nil {
			body.HexUserAttributes = make(map[string]string)
		}
		body.HexUserAttributes[a.Name] = a.Value
	}
	return body
}

// EmbedScope is what a viewer of an embedded app may do.
type EmbedScope string

// What a viewer may do.
const (
	ExportPDF EmbedScope = "EXPORT_PDF"
	ExportCSV EmbedScope = "EXPORT_CSV"
)

// JSONSchema lists the scopes.
func (EmbedScope) JSONSchema() *Schema { return oneOf(ExportPDF, ExportCSV) }

// DisplayOptions say how an embedded app looks.
type DisplayOptions struct {
	Theme                 Theme `json:"theme,omitempty" jsonschema_description:"Colours."`
	ShowEmbeddedRunButton *bool `json:"showEmbeddedRunButton,omitempty" jsonschema_description:"Show the run button."`
	NoEmbedHeaderPadding  *bool `json:"noEmbedHeaderPadding,omitempty" jsonschema_description:"No space above."`
	NoEmbedBasePadding    *bool `json:"noEmbedBasePadding,omitempty" jsonschema_description:"No space around."`
	NoEmbedOutline        *bool `json:"noEmbedOutline,omitempty" jsonschema_description:"No outline."`
	NoEmbedFooter         *bool `json:"noEmbedFooter,omitempty" jsonschema_description:"No footer."`
}

// Theme is the colours of an embedded app.
type Theme string

// The themes.
const (
	LightTheme Theme = "light"
	DarkTheme  Theme = "dark"
)

// JSONSchema lists the themes.
func (Theme) JSONSchema() *Schema { return oneOf(LightTheme, DarkTheme) }

// PresignedURL is an address that shows an app without a login to whoever opens it
// first. Treat it as a credential.
type PresignedURL struct {
	URL string `json:"url"`
}

// CreatePresignedUrl makes an address under which a project's published app can
// be embedded. It works once, and only until it expires.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/CreatePresignedUrl
func (c *Client) CreatePresignedUrl(ctx context.Context, in CreatePresignedURLInput) (Answer[PresignedURL], error) { //nolint:revive // named as Hex names the operation
	return post[PresignedURL](ctx, c, path("embedding", "createPresignedUrl", in.ProjectID), in.body())
}
