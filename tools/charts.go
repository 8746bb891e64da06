package tools

import (
	"hexmcp/hexapi"
	"hexmcp/schema"
)

// runCharts are the rows of charts in runs.
func runCharts() []Action {
	return []Action{
		reads("HEX_GET_RUN_CHART", "Get chart of run",
			"Read the picture of a chart as a run of the published project drew it. The run must have completed. Comes as an image; data has its media type and size in bytes. 20 calls a minute.",
			answeredAs[runChart](checked(runChartRules, (*hexapi.Client).GetChartImageFromRun)), inRun, optional, picture,
			idsFrom("projectId", "UUID of the project that was run"), refused(NotFound, always(noRunChart))),
	}
}

// draftCharts are the rows of charts in drafts.
func draftCharts() []Action {
	return []Action{
		reads("HEX_GET_DRAFT_CHART", "Get chart of draft",
			"Read the picture of a chart cell as it last ran in its draft: run it with HEX_RUN_CELL first, or HEX_RUN_DRAFT. Comes as an image; data has its media type and size in bytes. 20 calls a minute.",
			answeredAs[draftChart](checked(draftChartRules, (*hexapi.Client).GetChartImageFromLogic)), inCell, optional, picture,
			idsFrom("cellId", "UUID (id or staticId) of a chart cell from HEX_LIST_CELLS"),
			refused(NotFound, always(noDraftChart)), refused(Forbidden, always(outdatedOutput)), refused(InvalidInput, always(noChart))),
	}
}

// runChart is what an answer says of a chart in a run.
type runChart struct {
	ProjectID hexapi.UUID `json:"projectId"`
	RunID     hexapi.UUID `json:"runId"`
	StaticID  hexapi.UUID `json:"staticId"`
	aboutPicture
}

// draftChart is what an answer says of a chart in a draft.
type draftChart struct {
	CellID hexapi.UUID `json:"cellId"`
	aboutPicture
}

// What to do when Hex has no chart.
const (
	noRunChart   = "The run has no such chart. It must be one of this project and have COMPLETED: take projectId and runId from HEX_GET_PROJECT_RUNS; and staticId, not id, of a CHART cell from HEX_LIST_CELLS, which may be newer than what was published."
	noDraftChart = "The chart has not run to its end in a session of its draft, or the id is wrong: run it with HEX_RUN_CELL, wait for the end with HEX_GET_RUN_STATUS, and call again. Ids are in HEX_LIST_CELLS."
	noChart      = "Correct the arguments and call again: only CHART cells have pictures, and HEX_LIST_CELLS has the type of each."
)

func runChartRules(in hexapi.GetChartImageFromRunInput) []schema.Issue {
	return chartRules(in.ChartView)
}

func draftChartRules(in hexapi.GetChartImageFromLogicInput) []schema.Issue {
	return chartRules(in.ChartView)
}

// chartRules requires width and height together: Hex ignores one without the other.
func chartRules(in hexapi.ChartView) []schema.Issue {
	switch {
	case in.Width > 0 && in.Height == 0:
		return []schema.Issue{{Path: "height", Message: "height is missing beside width: give both, or neither"}}
	case in.Height > 0 && in.Width == 0:
		return []schema.Issue{{Path: "width", Message: "width is missing beside height: give both, or neither"}}
	}
	return nil
}
