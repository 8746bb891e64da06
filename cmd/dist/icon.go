package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
)

const (
	iconFile = "icon.png"
	iconSize = 512 // pixels each way, as Claude Desktop wants them
	samples  = 4   // of a pixel each way, for smooth edges
)

// icon draws a hexagon with a wide border and a prompt in it. It is our own, and
// resembles no mark of Hex.
func icon() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, iconSize, iconSize))
	for y := range iconSize {
		for x := range iconSize {
			img.SetNRGBA(x, y, pixel(x, y))
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

// pixel mixes the colours of the samples of a pixel.
func pixel(x, y int) color.NRGBA {
	var r, g, b, a int
	for i := range samples * samples {
		c := paint(at(x, i%samples), at(y, i/samples))
		r, g, b, a = r+int(c.R)*int(c.A), g+int(c.G)*int(c.A), b+int(c.B)*int(c.A), a+int(c.A)
	}
	if a == 0 {
		return color.NRGBA{}
	}
	return color.NRGBA{uint8(r / a), uint8(g / a), uint8(b / a), uint8(a / (samples * samples))}
}

// at is where a sample is, from -1 to 1.
func at(pixel, sample int) float64 {
	return (float64(pixel)+(float64(sample)+.5)/samples)/iconSize*2 - 1
}

// paint is the colour of a point.
func paint(x, y float64) color.NRGBA {
	switch d := fromCentre(x, y); {
	case d > .94:
		return color.NRGBA{}
	case d > .78:
		return color.NRGBA{R: 0x1f, G: 0x8a, B: 0x70, A: 0xff}
	case isPrompt(x, y):
		return color.NRGBA{R: 0xff, G: 0xd1, B: 0x66, A: 0xff}
	}
	return color.NRGBA{R: 0x12, G: 0x2b, B: 0x39, A: 0xff}
}

// fromCentre is 1 on the hexagon that fills the picture and less within.
func fromCentre(x, y float64) float64 {
	x, y = math.Abs(x), math.Abs(y)
	return math.Max(x*2/math.Sqrt(3), y+x/math.Sqrt(3))
}

// isPrompt is the angle and the line that a shell shows.
func isPrompt(x, y float64) bool {
	const thick = .08
	angle := x > -.36 && x < -.02 && math.Abs(math.Abs(y+.05)+x+.02-thick) < thick*1.4
	line := x > .06 && x < .44 && math.Abs(y-.33) < thick
	return angle || line
}
