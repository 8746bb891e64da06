package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// status sends a call and tells how it was answered.
func status(t *testing.T, client *http.Client, url, bearer string) (code int, retryAfter, body string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, url+"/mcp", strings.NewReader(toolCall(1, "HEX_LIST_USERS", "{}")))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+bearer)
	res, err := client.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, res.Header.Get("Retry-After"), string(all)
}

func TestEachCallerIsHeldToTheirLimits(t *testing.T) {
	p := start(t, nil, "http", "--demo", "--listen", "127.0.0.1:0", "--caller-token-file", callersFile(t), "--caller-calls-per-minute", "2")
	url := p.address(t)
	for range 2 {
		code, _, body := status(t, http.DefaultClient, url, callerOne)
		assert.Equal(t, http.StatusOK, code, body)
	}
	code, retryAfter, body := status(t, http.DefaultClient, url, callerOne)
	assert.Equal(t, http.StatusTooManyRequests, code)
	assert.Regexp(t, `^[1-6]?[0-9]$`, retryAfter)
	assert.Contains(t, body, "2 calls a minute for each caller; try again in "+retryAfter+" seconds")
	code, _, body = status(t, http.DefaultClient, url, callerTwo)
	assert.Equal(t, http.StatusOK, code, body)
	http.DefaultClient.CloseIdleConnections()
	p.terminate(t)
	require.NoError(t, p.Wait())
	assert.Contains(t, p.err.all.String(), `msg="caller kept out" status=429 caller=one`)
}

func TestCallsOfOneCallerAtOnceAreBounded(t *testing.T) {
	env, arrived, gate := gatedHex(t)
	p := start(t, env, "http", "--listen", "127.0.0.1:0", "--caller-token-file", callersFile(t), "--caller-calls", "1")
	url := p.address(t)
	first := make(chan string)
	go func() { first <- post(url, toolCall(1, "HEX_LIST_USERS", "{}"), "Authorization", "Bearer "+callerOne) }()
	<-arrived
	code, retryAfter, body := status(t, http.DefaultClient, url, callerOne)
	assert.Equal(t, http.StatusTooManyRequests, code, body)
	assert.Equal(t, "1", retryAfter)
	close(gate)
	assert.Contains(t, <-first, `"successful":true`)
	http.DefaultClient.CloseIdleConnections()
	p.terminate(t)
	require.NoError(t, p.Wait())
}

func TestTheServerSpeaksTLSWithACertificate(t *testing.T) {
	issued := httptest.NewUnstartedServer(nil) // has a certificate for 127.0.0.1
	issued.StartTLS()
	defer issued.Close()
	pair := issued.TLS.Certificates[0]
	private, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	require.NoError(t, err)
	cert, key := filepath.Join(t.TempDir(), "cert"), filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	p := start(t, nil, "http", "--demo", "--listen", "127.0.0.1:0", "--tls-cert-file", cert, "--tls-key-file", key)
	_, at, _ := strings.Cut(p.until(t, "mcp=https://"), "mcp=https://")
	at, _, _ = strings.Cut(at, "/mcp")
	trusting := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: rootsOf(issued.Certificate())}}}
	code, _, body := status(t, trusting, "https://"+at, "")
	assert.Equal(t, http.StatusOK, code, body)
	assert.Contains(t, output(t, []string{"HEXMCP_TLS_CERT_FILE=" + cert}, "health", "--listen", at), "lives")
	p.terminate(t)
	require.NoError(t, p.Wait())
}

func rootsOf(c *x509.Certificate) *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(c)
	return roots
}

func TestACertificateThatCannotBeUsedStartsNoServer(t *testing.T) {
	for want, args := range map[string][]string{
		"belong together":           {"--tls-cert-file", "cert"},
		"no such file or directory": {"--tls-cert-file", "missing", "--tls-key-file", "missing"},
		"must be 0 or more":         {"--caller-calls", "-1"},
	} {
		said := output(t, nil, append([]string{"http", "--demo", "--listen", "127.0.0.1:0"}, args...)...)
		assert.Contains(t, said, want)
		assert.NotContains(t, said, "serving")
	}
}
