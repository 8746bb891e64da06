package tools

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexcontract"
)

// Every request that the tools send, and every answer of the simulated workspace,
// must be as testdata/hex states.
func TestRequestsAndAnswersFollowTheContract(t *testing.T) {
	contract := hexcontract.Open(t)
	eachExchange(t, func(_ string, e hexcontract.Exchange) {
		hexcontract.Report(t, contract.Judge(e))
	})
}

// What the contract would notice if the client or the workspace were wrong.
func TestTheContractNoticesWhatIsBroken(t *testing.T) {
	contract := hexcontract.Open(t)
	group := func() hexcontract.Exchange {
		return exchange(t, "HEX_CREATE_GROUP", json.RawMessage(`{"name":"Data champions"}`))[0]
	}
	require.Empty(t, contract.Judge(group()))
	for finding, breaks := range map[string]func(*hexcontract.Exchange){
		"there is no operation of this method and path": func(e *hexcontract.Exchange) { e.Request.URL.Path = "/api/v1/teams" },
		"CreateGroup: body: name: ":                     func(e *hexcontract.Exchange) { e.Sent = []byte(`{"name":7}`) },
		"CreateGroup: body: title: ":                    func(e *hexcontract.Exchange) { e.Sent = []byte(`{"name":"x","title":"y"}`) },
		"CreateGroup: answer: id: ": func(e *hexcontract.Exchange) {
			e.Received = bytes.Replace(e.Received, []byte(`"id"`), []byte(`"ID"`), 1)
		},
		"CreateGroup: status: ": func(e *hexcontract.Exchange) { e.Status = http.StatusTeapot },
	} {
		e := group()
		breaks(&e)
		found := contract.Judge(e)
		require.NotEmpty(t, found, finding)
		assert.Contains(t, found[0].String(), finding)
		assert.Contains(t, found[0].String(), "testdata/hex/", "the file to edit")
	}
}

// The same exchanges must be valid under Hex's own documents, where HEX_API_DOCS
// names the folder that holds them.
func TestExchangesFollowHexsDocuments(t *testing.T) {
	contract := hexcontract.Open(t)
	for _, file := range hexcontract.Documents(t) {
		document := filepath.Base(file)
		t.Run(document, func(t *testing.T) {
			v := openDocument(t, file)
			eachExchange(t, func(tool string, e hexcontract.Exchange) {
				op, ok := contract.Find(e.Request.Method, e.Request.URL.Path)
				require.True(t, ok)
				for _, f := range findings(v, e) {
					if !contract.Explains(document, op, f) {
						t.Errorf("%s: %s: %s. Mend the client or the simulator, or name the quirk of %s in testdata/hex/quirks.json", tool, op.ID, f, document)
					}
				}
			})
		})
	}
}

// eachExchange makes every example call.
func eachExchange(t *testing.T, see func(tool string, e hexcontract.Exchange)) {
	t.Helper()
	for tool, examples := range calls(t) {
		for _, example := range examples {
			for _, e := range exchange(t, tool, example.Arguments) {
				see(tool, e)
			}
		}
	}
}

func openDocument(t *testing.T, file string) validator.Validator {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	raw = bytes.ReplaceAll(raw, []byte("/semantic-(projects|models)/"), []byte("/semantic-projects/")) // no path, but an expression for two
	doc, err := libopenapi.NewDocument(raw)
	require.NoError(t, err)
	v, errs := validator.NewValidator(doc)
	require.Empty(t, errs)
	return v
}

// findings are where an exchange breaks a document.
func findings(v validator.Validator, e hexcontract.Exchange) []string {
	req := e.Request.Clone(e.Request.Context())
	req.URL = &url.URL{Scheme: "https", Host: "app.hex.tech", Path: e.Request.URL.Path, RawQuery: e.Request.URL.RawQuery}
	req.Host = "app.hex.tech"
	req.Body = io.NopCloser(bytes.NewReader(e.Sent))
	res := &http.Response{StatusCode: e.Status, Header: e.Header, Body: io.NopCloser(bytes.NewReader(e.Received))}
	_, wrongRequest := v.ValidateHttpRequest(req)
	_, wrongAnswer := v.ValidateHttpResponse(req, res)
	return append(reasons("request", wrongRequest), reasons("answer", wrongAnswer)...)
}

// reasons takes findings apart into single ones.
func reasons(where string, found []*errors.ValidationError) []string {
	var all []string
	for _, f := range found {
		if len(f.SchemaValidationErrors) == 0 {
			all = append(all, where+": "+f.Message)
		}
		for _, s := range f.SchemaValidationErrors {
			all = append(all, where+": "+strings.TrimPrefix(s.FieldPath+": ", ": ")+s.Reason)
		}
	}
	return all
}
