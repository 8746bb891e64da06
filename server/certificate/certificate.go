// Package certificate is the certificate by which clients know the server over
// TLS: read from files, and read again when they change.
package certificate

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
)

// Files are a certificate and its key, as PEM. It is safe for concurrent use.
type Files struct {
	cert, key string
	log       *slog.Logger

	mu   sync.Mutex
	seen [2]os.FileInfo // as the files were when they were last read
	now  *tls.Certificate
}

// Open reads the files of a certificate, with those that lead to its authority
// after it, and of its key. The logger hears of files that cannot be read later.
func Open(cert, key string, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, log: log}
	return f, f.read(f.look())
}

// Config lets a listener speak TLS 1.2 and later, and HTTP/1.1.
func (f *Files) Config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.current(), nil },
	}
}

// current is the certificate that the files hold now or, where they hold none
// that can be used, the one before.
func (f *Files) current() *tls.Certificate {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.look(); !isSame(now, f.seen) {
		if err := f.read(now); err != nil {
			f.log.Error("the TLS certificate stays as it was: its files cannot be used", "error", err)
		} else {
			f.log.Info("the TLS certificate was read anew")
		}
	}
	return f.now
}

// read takes the certificate of the files, which it will not read again until
// they change.
func (f *Files) read(seen [2]os.FileInfo) error {
	f.seen = seen
	read, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return fmt.Errorf("TLS certificate: %w", err)
	}
	f.now = &read
	return nil
}

// look tells about both files; nil of one that is not there.
func (f *Files) look() (seen [2]os.FileInfo) {
	for i, name := range []string{f.cert, f.key} {
		if info, err := os.Stat(name); err == nil {
			seen[i] = info
		}
	}
	return seen
}

func isSame(a, b [2]os.FileInfo) bool {
	for i := range a {
		if (a[i] == nil) != (b[i] == nil) {
			return false
		}
		if a[i] != nil && (!os.SameFile(a[i], b[i]) || !a[i].ModTime().Equal(b[i].ModTime()) || a[i].Size() != b[i].Size()) {
			return false
		}
	}
	return true
}
