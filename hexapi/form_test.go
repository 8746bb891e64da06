package hexapi

import (
	"mime"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexcontract"
)

// A form arrives as it was given, and equal forms are equal bytes: what is made of a
// request must not differ from one call to the next.
func TestAFormHoldsItsFieldsAndFiles(t *testing.T) {
	f := form{[]field{{"dryRun", "true"}}, "file", "p.zip", []archived{{"models/orders.yml", "id: orders"}, {"ü.yml", ""}}}
	body, contentType, err := f.encode()
	require.NoError(t, err)
	again, sameType, err := f.encode()
	require.NoError(t, err)
	assert.Equal(t, body, again)
	assert.Equal(t, contentType, sameType)
	_, params, err := mime.ParseMediaType(contentType)
	require.NoError(t, err)
	read, err := multipart.NewReader(strings.NewReader(string(body)), params["boundary"]).ReadForm(1 << 20)
	require.NoError(t, err)
	assert.Equal(t, map[string][]string{"dryRun": {"true"}}, read.Value)
	require.Len(t, read.File["file"], 1)
	assert.Equal(t, "p.zip", read.File["file"][0].Filename)
	part, err := read.File["file"][0].Open()
	require.NoError(t, err)
	content := make([]byte, read.File["file"][0].Size)
	_, err = part.Read(content)
	require.NoError(t, err)
	texts, err := hexcontract.Unzip(content)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"models/orders.yml": "id: orders", "ü.yml": ""}, texts)
	f.files[0].contents = "id: other"
	_, otherType, err := f.encode()
	require.NoError(t, err)
	assert.NotEqual(t, contentType, otherType, "the boundary belongs to what it encloses")
}
