package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPeopleWhoOpenTheAddressSeeAPage(t *testing.T) {
	const odd = "it's&lt;b&gt;"
	p := start(t, []string{"HEX_API_TOKEN=hxtp_0123456789abcdef"}, "http", "--listen", "127.0.0.1:0", "--caller-token-file", callersFile(t), "--allow-host", odd)
	url := p.address(t)
	for _, tt := range []struct {
		headers []string
		want    []string
	}{
		{nil, []string{"Content-Security-Policy", url + "/mcp", "HEX_RUN_PROJECT", "Authorization: Bearer", "~/.cursor/mcp.json", "projectId"}},
		{[]string{"User-Agent", "Mozilla/5.0 (Windows NT 10.0)"}, []string{"%USERPROFILE%"}},
		{[]string{"Host", odd}, []string{"<pre>http://it&#39;s&amp;lt;b&amp;gt;/mcp</pre>"}},
		{[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, []string{"HEX_RUN_PROJECT"}},
		{[]string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"}, []string{"pages of another site may not load this"}},
	} {
		body := get(t, url+"/", tt.headers...)
		for _, want := range tt.want {
			assert.Contains(t, body, want)
		}
		assertNoSecret(t, body, "hxtp_0123456789abcdef", callerOne)
	}
	p.terminate(t)
	require.NoError(t, p.Wait())
}
