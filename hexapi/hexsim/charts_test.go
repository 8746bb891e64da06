package hexsim

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

func TestChartsAreDrawnAsLargeAsAskedFor(t *testing.T) {
	c := open(t)
	chart := "/v1/cells/" + string(CellRevenueChart) + "/image"
	for query, size := range map[string][2]int{
		"": {chartWidth, chartHeight}, "?width=300&height=200": {300, 200}, "?width=300": {chartWidth, chartHeight}, "?includeTitle=true": {chartWidth, chartHeight},
	} {
		drawn := as[hexapi.DraftChart](c.get(chart + query).want(200))
		raw, err := base64.StdEncoding.DecodeString(drawn.ImageBase64)
		require.NoError(t, err)
		picture, err := png.Decode(bytes.NewReader(raw))
		require.NoError(t, err)
		assert.Equal(t, size, [2]int{picture.Bounds().Dx(), picture.Bounds().Dy()}, query)
	}
	c.careless = true
	c.get(chart + "?width=99&height=200").want(400)
	c.get("/v1/cells/" + string(CellRevenueSQL) + "/image").want(400)
}

func TestARunHasChartsOnceItHasEndedWell(t *testing.T) {
	c := open(t)
	static := c.hex.cells.get(CellRevenueChart).StaticID
	image := func(run, cell hexapi.UUID) answered {
		return c.get(runsOf(ProjectRevenue) + "/" + string(run) + "/cells/" + string(cell) + "/image")
	}
	assert.Equal(t, static, as[hexapi.RunChart](image(RunFinished, static).want(200)).StaticID)
	image(RunFinished, CellRevenueChart).want(404)
	image(RunFinished, c.hex.cells.get(CellRevenueSQL).StaticID).want(404)
	run := c.start(ProjectRevenue)
	image(run, static).want(404)
	c.clock.advance(PendingFor + RunFor)
	image(run, static).want(200)
}
