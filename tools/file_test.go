package tools

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// chart makes a call for the picture of the demo chart.
func chart(t *testing.T, hex *hexsim.Hex) Envelope {
	t.Helper()
	c, err := hexapi.New(hexapi.Config{Transport: hex, Token: hexsim.DemoToken})
	require.NoError(t, err)
	a, ok := Find("HEX_GET_DRAFT_CHART")
	require.True(t, ok)
	assert.True(t, a.HasFile())
	return a.Bounded(DefaultMaxResult, 0).Call(t.Context(), c, json.RawMessage(`{"cellId":"`+string(hexsim.CellRevenueChart)+`"}`))
}

func TestAPictureTravelsAsAnImageAndNeverAsText(t *testing.T) {
	e := chart(t, hexsim.New())
	require.True(t, e.Successful(), e.Error)
	require.Len(t, e.Content, 1)
	shown, ok := e.Content[0].(Image)
	require.True(t, ok)
	assert.Equal(t, "image/png", shown.MIMEType)
	assert.True(t, strings.HasPrefix(string(shown.Data), "\x89PNG"))
	assert.Equal(t, &File{"image/png", shown.Data}, e.File)

	var about draftChart
	require.NoError(t, json.Unmarshal(e.Data, &about))
	assert.Equal(t, draftChart{hexsim.CellRevenueChart, aboutPicture{"image/png", len(shown.Data)}}, about)
	assert.NotContains(t, string(e.AppendJSON(nil)), base64.StdEncoding.EncodeToString(shown.Data[:30]))
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	picture := func(size int) json.RawMessage {
		return json.RawMessage(`{"imageBase64":"` + base64.StdEncoding.EncodeToString(make([]byte, size)) + `","mimeType":"image/png"}`)
	}
	for body, says := range map[string]string{
		`{"mimeType":"image/png"}`:                      "without a picture",
		`{"imageBase64":"","mimeType":"image/png"}`:     "without a picture",
		`{"imageBase64":"!","mimeType":"image/png"}`:    "without a picture",
		`{"imageBase64":"AAAA","mimeType":"text/html"}`: "without a picture",
		`{"imageBase64":7}`:                             "without a picture",
		string(picture(MaxPicture + 1)):                 "the picture has 700001 bytes, and there is room for 700000: ask for a smaller one",
	} {
		_, err := takePicture(json.RawMessage(body), MaxPicture)
		assert.ErrorContains(t, err, says)
	}
	for _, bounds := range [][2]int{{MaxPicture, MaxPicture}, {MaxPicture + 1, 0}} {
		got, err := takePicture(picture(bounds[0]), bounds[1])
		require.NoError(t, err)
		assert.Len(t, got.file.Data, bounds[0])
	}
}

// A name that comes twice has the picture twice.
func TestNoCopyOfAPictureStaysInTheText(t *testing.T) {
	got, err := takePicture(json.RawMessage(`{"a":1, "imageBase64" : "AAAA","mimeType":"image/png","imageBase64":"AAAB"}`), 0)
	require.NoError(t, err)
	assert.Equal(t, `{"a":1, "bytes":3,"mimeType":"image/png","bytes":3}`, string(got.body))
}
