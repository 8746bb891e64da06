package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ask starts the program over standard input and output, sends a call and a
// request for the list, and returns what comes of both.
func ask(t *testing.T, env []string, args ...string) (call, list string) {
	t.Helper()
	p := start(t, env, args...)
	fmt.Fprintln(p.in, toolCall(1, "HEX_LIST_USERS", "{}"))
	call, err := p.out.ReadString('\n')
	require.NoError(t, err)
	fmt.Fprintln(p.in, `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`)
	list, err = p.out.ReadString('\n')
	require.NoError(t, err)
	p.in.Close()
	_ = p.Wait()
	return call, list
}

// A wrong setting is told in each call, because hosts hide standard error, and
// nothing is sent anywhere.
func TestAWrongSettingIsToldInEachCall(t *testing.T) {
	var asked []string
	hex := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { asked = append(asked, r.URL.Path) }))
	t.Cleanup(hex.Close)
	bom := filepath.Join(t.TempDir(), "bom")
	require.NoError(t, os.WriteFile(bom, []byte("\ufeffhxtp_abcdef\n"), 0o600))
	wide := filepath.Join(t.TempDir(), "wide")
	require.NoError(t, os.WriteFile(wide, []byte("\xff\xfeh\x00x\x00t\x00p\x00"), 0o600))
	tests := map[string]struct {
		env  []string
		args []string
		says []string
	}{
		"shell":            {[]string{"HEX_API_TOKEN=$HEX_API_TOKEN"}, nil, []string{"HEX_API_TOKEN is a reference"}},
		"braces":           {[]string{"HEX_API_TOKEN=${HEX_API_TOKEN}"}, nil, []string{"HEX_API_TOKEN is a reference"}},
		"editor":           {[]string{"HEX_API_TOKEN=${env:HEX_API_TOKEN}"}, nil, []string{"HEX_API_TOKEN is a reference"}},
		"template":         {[]string{"HEX_API_TOKEN={{token}}"}, nil, []string{"HEX_API_TOKEN is a reference"}},
		"Windows":          {[]string{"HEX_API_TOKEN=%HEX_API_TOKEN%"}, nil, []string{"HEX_API_TOKEN is a reference"}},
		"password manager": {[]string{"HEX_API_TOKEN=op://vault/hex/token"}, nil, []string{"HEX_API_TOKEN is a reference"}},
		"angle brackets":   {[]string{"HEX_API_TOKEN=<token>"}, nil, []string{"HEX_API_TOKEN is a placeholder"}},
		"words":            {[]string{"HEX_API_TOKEN=YOUR_HEX_API_TOKEN"}, nil, []string{"HEX_API_TOKEN is a placeholder"}},
		"prefix and words": {[]string{"HEX_API_TOKEN=hxtp_your-token-here"}, nil, []string{"HEX_API_TOKEN is the placeholder of an example"}},
		"of the README":    {[]string{"HEX_API_TOKEN=hxtp_…"}, nil, []string{"HEX_API_TOKEN is the placeholder of an example"}},
		"prefix alone":     {[]string{"HEX_API_TOKEN=hxtw_"}, nil, []string{"HEX_API_TOKEN is the placeholder of an example"}},
		"dots":             {[]string{"HEX_API_TOKEN=hxtp_..."}, nil, []string{"HEX_API_TOKEN is the placeholder of an example"}},
		"crosses":          {[]string{"HEX_API_TOKEN=hxtp_xxxxxxxx"}, nil, []string{"HEX_API_TOKEN is the placeholder of an example"}},
		"null":             {[]string{"HEX_API_TOKEN=undefined"}, nil, []string{"HEX_API_TOKEN is a placeholder"}},
		"quotes":           {[]string{`HEX_API_TOKEN="hxtp_abcdef"`}, nil, []string{"HEX_API_TOKEN has quotes around it"}},
		"byte order mark":  {[]string{"HEX_API_TOKEN_FILE=" + bom}, nil, []string{"HEX_API_TOKEN_FILE", "byte order mark"}},
		"UTF-16":           {[]string{"HEX_API_TOKEN_FILE=" + wide}, nil, []string{"HEX_API_TOKEN_FILE", "not UTF-8"}},
		"no such file":     {nil, []string{"--token-file", "/nowhere/token"}, []string{"--token-file", "no such file"}},
		"two tokens":       {[]string{"HEX_API_TOKEN=hxtp_abcdef", "HEX_API_TOKEN_FILE=x"}, nil, []string{"both set"}},
		"swapped":          {[]string{"HEX_API_TOKEN=" + hex.URL, "HEX_API_BASE_URL=hxtw_canary0123456789"}, nil, []string{"HEX_API_TOKEN holds an address", "HEX_API_BASE_URL"}},
		"address of braces": {
			[]string{"HEX_API_TOKEN=hxtp_abcdef", "HEX_API_BASE_URL=${HEX_API_BASE_URL}"}, nil, []string{"HEX_API_BASE_URL is a reference"},
		},
		"address in brackets": {
			[]string{"HEX_API_TOKEN=hxtp_abcdef", "HEX_API_BASE_URL=https://<stack>.hex.tech"}, nil, []string{"HEX_API_BASE_URL is a placeholder"},
		},
		"address of yours": {
			[]string{"HEX_API_TOKEN=hxtp_abcdef", "HEX_API_BASE_URL=https://your-stack.hex.tech"}, nil, []string{"HEX_API_BASE_URL", "placeholder"},
		},
		"address of a page": {
			[]string{"HEX_API_TOKEN=hxtp_abcdef", "HEX_API_BASE_URL=https://app.hex.tech/019bfa79-534d-744a-ba86-2c7996bc20b1/home"},
			nil,
			[]string{"HEX_API_BASE_URL or --api-url: its path is that of a page", "give the host alone, such as https://app.hex.tech"},
		},
		"token as address": {
			[]string{"HEX_API_TOKEN=hxtp_abcdef", "HEX_API_BASE_URL=https://hxtw_canary0123456789/api"}, nil, []string{"holds a token", "HEX_API_BASE_URL"},
		},
		"old token as address": {
			[]string{"HEX_API_TOKEN=hxtp_abcdef", "HEX_API_BASE_URL=canary0123456789"}, nil, []string{"is not an address", "HEX_API_BASE_URL"},
		},
		"token as file":    {[]string{"HEX_API_TOKEN_FILE=hxtw_canary0123456789"}, nil, []string{"HEX_API_TOKEN_FILE", "holds a token"}},
		"token as CA":      {[]string{"HEX_API_TOKEN=hxtp_abcdef", "HEXMCP_CA_FILE=hxtw_canary0123456789"}, nil, []string{"HEXMCP_CA_FILE"}},
		"token as proxy":   {[]string{"HEX_API_TOKEN=hxtp_abcdef", "HTTPS_PROXY=hxtw_canary0123456789"}, nil, []string{"HTTPS_PROXY"}},
		"proxy":            {[]string{"HEX_API_TOKEN=hxtp_abcdef", "HTTPS_PROXY=http://%zz:canary@proxy"}, nil, []string{"HTTPS_PROXY is not the address of a proxy"}},
		"proxy of braces":  {[]string{"HEX_API_TOKEN=hxtp_abcdef", "http_proxy=${HTTP_PROXY}"}, nil, []string{"http_proxy is not the address of a proxy"}},
		"key":              {[]string{"HEX_API_KEY=canary"}, nil, []string{"HEX_API_KEY is set, but hexmcp reads HEX_API_TOKEN"}},
		"token":            {[]string{"HEX_TOKEN=canary"}, nil, []string{"HEX_TOKEN is set, but hexmcp reads HEX_API_TOKEN"}},
		"base URL":         {[]string{"HEX_API_TOKEN=hxtp_abcdef", "HEX_BASE_URL=https://eu.hex.tech"}, nil, []string{"HEX_BASE_URL names another address", "HEX_API_BASE_URL"}},
		"duration":         {[]string{"HEXMCP_TIMEOUT=canary"}, nil, []string{"HEXMCP_TIMEOUT must be a duration"}},
		"duration by flag": {nil, []string{"--timeout", "canary"}, []string{"--timeout must be a duration"}},
		"flag of nobody":   {nil, []string{"stdio", "--read-nothing"}, []string{"unknown flag: --read-nothing"}},
		"flag of another":  {nil, []string{"--listen", "127.0.0.1:1"}, []string{"--listen is a flag of hexmcp http only"}},
		"command of nobody": {
			nil, []string{"serve"}, []string{`there is no command \\\"serve\\\"; without one, hexmcp serves over standard input and output`},
		},
		"and its flag":      {nil, []string{"--demo", "serve", "--port", "1"}, []string{`there is no command \\\"serve\\\"`}},
		"command misspelt":  {nil, []string{"sdtio"}, []string{"did you mean hexmcp stdio. Nothing"}},
		"tool as command":   {nil, []string{"HEX_LIST_USERS"}, []string{"did you mean hexmcp call HEX_LIST_USERS. Nothing"}},
		"argument":          {nil, []string{"stdio", "now"}, []string{`stdio takes flags only; \\\"now\\\" was given`}},
		"token as command":  {nil, []string{"hxtw_canary0123456789"}, []string{"a token does not belong into the arguments"}},
		"token as argument": {nil, []string{"stdio", "hxtw_canary0123456789"}, []string{"a token does not belong into the arguments"}},
		"concurrency":       {nil, []string{"--concurrency", "-4"}, []string{"the concurrency must be at least 1"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			env := tt.env
			if !strings.Contains(strings.Join(env, " "), "BASE_URL") {
				env = append(env, "HEX_API_BASE_URL="+hex.URL)
			}
			call, list := ask(t, env, tt.args...)
			for _, part := range append(tt.says, "Nothing was sent to Hex", `"isError":true`) {
				assert.Contains(t, call, part)
			}
			assert.NotContains(t, call, "canary")
			assert.Contains(t, list, "HEX_RUN_PROJECT", "the tools are listed")
		})
	}
	assert.Empty(t, asked, "Hex must not be asked")
}

// Where somebody reads standard error, the program ends at once.
func TestAWrongSettingEndsOtherCommands(t *testing.T) {
	for _, command := range [][]string{{"http"}, {"call", "HEX_LIST_USERS"}} {
		cmd := exec.CommandContext(t.Context(), binary, command...)
		cmd.Env = []string{"HEX_API_TOKEN=${HEX_API_TOKEN}"}
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		assert.Equal(t, exitUsage, exit.ExitCode())
		assert.Contains(t, string(out), "HEX_API_TOKEN is a reference")
	}
}

func TestATokenAmongTheArgumentsIsNeverRepeated(t *testing.T) {
	for _, args := range [][]string{
		{"http", canary},
		{"call", canary},
		{"tools", canary},
		{"sim", canary},
		{"version", canary},
		{"help", canary},
		{"stdio", canary},
		{canary, "--nothing"},
		{"login", canary},
		{"logout", canary},
		{"profiles", canary},
		{"install", canary},
		{"doctor", canary},
	} {
		cmd := exec.CommandContext(t.Context(), binary, args...)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit, args)
		assert.Equal(t, exitUsage, exit.ExitCode(), args)
		assert.Contains(t, string(out), "a token does not belong into the arguments", args)
		assert.NotContains(t, string(out), canary, args)
	}
}

func TestWhatLooksAlmostLikeAPlaceholderIsTaken(t *testing.T) {
	for _, token := range []string{"hxtp_test", "hxtw_demo_0123456789abcdef", "Zk3xTokenOfTheFirstKind7yQ", "a1b2c3d4"} {
		assert.Empty(t, notAToken(token), token)
	}
	for _, address := range []string{"eu.hex.tech", "https://hc.hex.tech/api", "localhost", "127.0.0.1:8766", "http://hex-mock:80/api", "[::1]:80", "https://yourself.hex.tech"} {
		assert.Empty(t, notAnAddress(address, "hxtp_test"), address)
	}
	for _, proxy := range []string{"http://proxy:3128", "proxy.example.com:8080", "socks5://u:p@127.0.0.1:1080", "10.0.0.1:80"} {
		assert.True(t, isProxy(proxy), proxy)
	}
	for _, other := range []string{"", "https://app.hex.tech", "app.hex.tech/api", "https://hex.pm/api"} {
		assert.False(t, namesAnother(other), other)
	}
	token, err := tokenOf("X", " bearer  hxtp_abc \n")
	require.NoError(t, err)
	assert.Equal(t, "hxtp_abc", token.Reveal())
}

// A pipe or a device as token file neither hangs nor kills, and a pipe that is
// written is read.
func TestATokenFileNeedNotBeAFile(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, exec.CommandContext(t.Context(), "mkfifo", pipe).Run())
	for name, says := range map[string]string{"/dev/zero": "too long", pipe: "nothing came of it", t.TempDir(): "is a directory"} {
		start := time.Now()
		call, _ := ask(t, []string{"HEX_API_TOKEN_FILE=" + name})
		assert.Contains(t, call, says)
		assert.Less(t, time.Since(start), 2*fileWait)
	}
	go func() { _ = os.WriteFile(pipe, []byte("hxtp_abcdef\n"), 0o600) }()
	call, _ := ask(t, []string{"HEX_API_TOKEN_FILE=" + pipe, "HEX_API_BASE_URL=127.0.0.1:1", "HEXMCP_TIMEOUT=1s"})
	assert.Contains(t, call, `"kind":"network"`, "it was sent")
}

func TestATokenFileIsReadAgainWhenItChanges(t *testing.T) {
	hex := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"values":[%q]}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer hxtp_"))
	}))
	t.Cleanup(hex.Close)
	file := filepath.Join(t.TempDir(), "token")
	p := start(t, []string{"HEX_API_TOKEN_FILE=" + file, "HEX_API_BASE_URL=" + hex.URL})
	for i, step := range []struct{ content, says string }{
		{"", "no such file"},
		{"hxtp_first", `["first"]`},
		{"hxtp_first", `["first"]`},
		{"hxtp_second1", `["second1"]`},
		{"", "the file is empty"},
		{"<token>", "placeholder"},
		{"two words", "contains a space"},
		{"hxtp_third", `["third"]`},
	} {
		if i > 0 {
			require.NoError(t, os.WriteFile(file, []byte(step.content), 0o600))
		}
		fmt.Fprintln(p.in, toolCall(i, "HEX_LIST_USERS", "{}"))
		answer, err := p.out.ReadString('\n')
		require.NoError(t, err)
		assert.Contains(t, answer, step.says)
	}
	p.in.Close()
	_ = p.Wait()
}

func TestTheDemoWorksWhateverElseIsSet(t *testing.T) {
	call, _ := ask(t, []string{"HEX_API_TOKEN=${HEX_API_TOKEN}", "HEXMCP_DEMO=1", "HTTPS_PROXY=http://%zz", "HEX_API_BASE_URL=ftp://x"})
	assert.Contains(t, call, "Ada Okafor")
}

// Flags that refusals name are flags of hexmcp http.
func TestTheFlagsThatAnswersNameExist(t *testing.T) {
	p := start(t, nil, "http", "--demo", "--listen", "127.0.0.1:0")
	url := p.address(t)
	for header, flag := range map[string]string{"Host": "allow-host", "Origin": "allow-origin"} {
		r, err := http.NewRequest(http.MethodGet, url+"/healthz", http.NoBody)
		require.NoError(t, err)
		r.Header.Set(header, "https://app.example")
		if header == "Host" {
			r.Host = "app.example"
		}
		res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		res.Body.Close()
		assert.Contains(t, string(body), "--"+flag+" ")
		assert.Contains(t, <-p.err.line, `allow="--`+flag)
		var known bool
		for _, s := range new(config).settings() {
			known = known || s.flag == flag
		}
		assert.True(t, known, flag)
	}
	p.terminate(t)
	assert.NoError(t, p.Wait())
}
