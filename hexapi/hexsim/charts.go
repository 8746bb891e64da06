package hexsim

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"slices"

	"hexmcp/hexapi"
)

// vegaCell is the other type of cell that is a chart.
const vegaCell = "VEGA_CHART"

func (c *cell) isChart() bool { return c.CellType == chartCell || c.CellType == vegaCell }

// getRunChart draws a chart of a run that has ended well.
func (h *Hex) getRunChart(r *request) (any, error) {
	p, one, err := h.findRun(r)
	if err != nil {
		return nil, err
	}
	static, err := r.id("staticId")
	if err != nil {
		return nil, err
	}
	cells := h.cellsOf(p)
	i := slices.IndexFunc(cells, func(c *cell) bool { return c.StaticID == lower(static) && c.isChart() })
	if i < 0 || one.at(r.now).status != hexapi.RunCompleted {
		return nil, notFound("Chart image")
	}
	picture, err := drawn(r)
	if err != nil {
		return nil, err
	}
	return hexapi.RunChart{ProjectID: p.ID, RunID: one.id, StaticID: cells[i].StaticID, ImageBase64: picture, MIMEType: "image/png"}, nil
}

// getDraftChart draws a chart that has run in its draft.
func (h *Hex) getDraftChart(r *request) (any, error) {
	c, err := h.executedCell(r)
	switch {
	case err != nil:
		return nil, err
	case !c.isChart():
		return nil, badRequest("the cell is not a chart")
	}
	picture, err := drawn(r)
	if err != nil {
		return nil, err
	}
	return hexapi.DraftChart{CellID: c.ID, ImageBase64: picture, MIMEType: "image/png"}, nil
}

// The size of a chart of which none was asked for, in pixels.
const (
	chartWidth  = 640
	chartHeight = 400
)

// drawn is the picture that a query asks for, a PNG in base64. Hex takes width
// and height only together.
func drawn(r *request) (string, error) {
	q := r.query()
	width, height := q.int("width", 0, 100, 2000), q.int("height", 0, 100, 2000)
	title := q.bool("includeTitle")
	if err := q.err(); err != nil {
		return "", err
	}
	if width == 0 || height == 0 {
		width, height = chartWidth, chartHeight
	}
	var b bytes.Buffer
	if err := png.Encode(&b, bars(width, height, title)); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// bars is a chart of eight bars, under a strip where its title would stand.
func bars(width, height int, title bool) image.Image {
	picture := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{
		color.White, color.RGBA{0x4c, 0x6e, 0xf5, 0xff}, color.RGBA{0xad, 0xb5, 0xbd, 0xff},
	})
	fill := func(x0, y0, x1, y1 int, shade uint8) {
		draw.Draw(picture, image.Rect(x0, y0, x1, y1), image.NewUniform(picture.Palette[shade]), image.Point{}, draw.Src)
	}
	const count = 8
	for i := range count {
		left, tall := width*(2*i+1)/(2*count+1), (height*3/4)*(i*5%7+2)/8
		fill(left, height-10-tall, left+width/(2*count+1), height-10, 1)
	}
	fill(0, height-10, width, height-8, 2)
	if title {
		fill(width/4, 4, width*3/4, 14, 2)
	}
	return picture
}
