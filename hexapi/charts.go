package hexapi

import "context"

// ChartView says how large a chart is drawn. Hex takes width and height only
// together.
type ChartView struct {
	Width        int  `json:"width,omitempty" jsonschema:"minimum=100,maximum=2000" jsonschema_description:"Pixels; only with height."`
	Height       int  `json:"height,omitempty" jsonschema:"minimum=100,maximum=2000" jsonschema_description:"Pixels; only with width."`
	IncludeTitle bool `json:"includeTitle,omitempty" jsonschema:"default=false" jsonschema_description:"Draw the title, too."`
}

// RunChart is the picture of a chart in a run.
type RunChart struct {
	ProjectID   UUID   `json:"projectId"`
	RunID       UUID   `json:"runId"`
	StaticID    UUID   `json:"staticId"`
	ImageBase64 string `json:"imageBase64"`
	MIMEType    string `json:"mimeType"`
}

// GetChartImageFromRunInput names a chart in a run.
type GetChartImageFromRunInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	RunID     UUID `json:"runId" jsonschema:"required"`
	StaticID  UUID `json:"staticId" jsonschema:"required"`
	ChartView
}

// GetChartImageFromRun draws a chart cell as a run left it.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetChartImageFromRun
func (c *Client) GetChartImageFromRun(ctx context.Context, in GetChartImageFromRunInput) (Answer[RunChart], error) {
	return get[RunChart](ctx, c, path("projects", in.ProjectID, "runs", in.RunID, "cells", in.StaticID, "image"), in.ChartView, countedIn(chartRate))
}

// DraftChart is the picture of a chart in a draft.
type DraftChart struct {
	CellID      UUID   `json:"cellId"`
	ImageBase64 string `json:"imageBase64"`
	MIMEType    string `json:"mimeType"`
}

// GetChartImageFromLogicInput names a chart cell by its id or its static id.
type GetChartImageFromLogicInput struct {
	CellID UUID `json:"cellId" jsonschema:"required"`
	ChartView
}

// GetChartImageFromLogic draws a chart cell of a draft, which must have run.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetChartImageFromLogic
func (c *Client) GetChartImageFromLogic(ctx context.Context, in GetChartImageFromLogicInput) (Answer[DraftChart], error) {
	return get[DraftChart](ctx, c, path("cells", in.CellID, "image"), in.ChartView, countedIn(chartRate))
}
