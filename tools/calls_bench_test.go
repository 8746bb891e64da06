package tools

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

// What a tool takes for a list of 20 KB beside the network.
func BenchmarkCallOfAList(b *testing.B) {
	body := projectList(20 << 10)
	hex, err := hexapi.New(hexapi.Config{Token: "hxtp_0123456789abcdef", Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}, nil
	})})
	require.NoError(b, err)
	for _, name := range []string{"HEX_LIST_PROJECTS", "HEX_LIST_USERS", "HEX_LIST_GROUPS"} {
		a, _ := Find(name)
		a = *a.Bounded(DefaultMaxResult, DefaultMaxRows)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if e := a.Call(b.Context(), hex, nil); !e.Successful() {
					b.Fatal(e.Error)
				}
			}
		})
	}
}

// projectList is a page of about so many bytes.
func projectList(size int) string {
	var values []string
	for used := 0; used < size; used += len(values[0]) + 1 {
		values = append(values, fmt.Sprintf(`{"id":"0198c7a4-0000-7000-8000-%012d","title":"Weekly \"revenue\" report","description":null,"type":"PROJECT",`+
			`"creator":{"email":"chiara@demo.hex.example"},"status":{"name":"Production"},"analytics":{"appViews":{"allTime":1024}},"lastEditedAt":"2026-11-02T09:30:00.000Z"}`, len(values)))
	}
	return `{"values":[` + strings.Join(values, ",") + `],"pagination":{"after":null,"before":null}}`
}
