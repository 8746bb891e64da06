package tools

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Pictures travel as images, and no more of them than there is room for.
func TestPicturesOfAJobTravelAsImages(t *testing.T) {
	large := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 900)))
	got, err := takePictures(json.RawMessage(`{"a":1,"pictures":[`+
		`{"cellId":"1","mimeType":"image/png","imageBase64":"`+large+`"},`+
		`{"cellId":"2","mimeType":"image/png","imageBase64":"`+large+`"},`+
		`{"cellId":"3","mimeType":"text/html","imageBase64":"`+large+`"}],"b":2}`), 1000)
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":1,"pictures":[{"cellId":"1","mimeType":"image/png","bytes":900},`+
		`{"cellId":"2","mimeType":"image/png","bytes":900,"leftOut":"there is no room for it"},`+
		`{"cellId":"3","mimeType":"text/html","bytes":900,"leftOut":"Hex's answer holds no picture that can be read"}],"b":2}`, string(got.body))
	require.Len(t, got.content, 1)
	require.NotNil(t, got.file)
	assert.Len(t, got.file.Data, 900)
	none, err := takePictures(json.RawMessage(`{"a":1}`), 1000)
	require.NoError(t, err)
	assert.Nil(t, none.file)
	assert.JSONEq(t, `{"a":1}`, string(none.body))
}
