package certificate

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// issue writes a certificate of that number and its key.
func issue(t *testing.T, cert, key string, number int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(number), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
}

// served is the number of the certificate that a client is shown.
func served(t *testing.T, f *Files) int64 {
	t.Helper()
	got, err := f.Config().GetCertificate(nil)
	require.NoError(t, err)
	return got.Leaf.SerialNumber.Int64()
}

func TestACertificateIsReadAgainWhenItChanges(t *testing.T) {
	var log bytes.Buffer
	cert, key := filepath.Join(t.TempDir(), "cert"), filepath.Join(t.TempDir(), "key")
	issue(t, cert, key, 1)
	f, err := Open(cert, key, slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	assert.EqualValues(t, 1, served(t, f))
	assert.Empty(t, log.String())

	issue(t, cert, key, 123456789)
	assert.EqualValues(t, 123456789, served(t, f))

	require.NoError(t, os.WriteFile(key, []byte("half"), 0o600))
	assert.EqualValues(t, 123456789, served(t, f), "the one before, where there is none now")
	assert.EqualValues(t, 123456789, served(t, f))
	assert.Equal(t, 1, bytes.Count(log.Bytes(), []byte("stays as it was")), "it is said once")
	require.NoError(t, os.Remove(key))
	assert.EqualValues(t, 123456789, served(t, f))
	issue(t, cert, key, 3)
	assert.EqualValues(t, 3, served(t, f))
}

func TestOldTLSIsRefused(t *testing.T) {
	cert, key := filepath.Join(t.TempDir(), "cert"), filepath.Join(t.TempDir(), "key")
	issue(t, cert, key, 1)
	f, err := Open(cert, key, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	ln, err := tls.Listen("tcp", "127.0.0.1:0", f.Config())
	require.NoError(t, err)
	defer ln.Close()
	go func() {
		for conn, err := ln.Accept(); err == nil; conn, err = ln.Accept() {
			_ = conn.(*tls.Conn).Handshake()
			_ = conn.Close()
		}
	}()
	for version, admitted := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", ln.Addr().String(), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: version})
		assert.Equal(t, admitted, err == nil, "%x: %v", version, err)
		if err == nil {
			_ = conn.Close()
		}
	}
}

func TestFilesThatHoldNoCertificateAreAnError(t *testing.T) {
	_, err := Open("missing", "missing", nil)
	assert.Error(t, err)
}
