package callers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"golang.org/x/sync/singleflight"
)

// How keys of an issuer are fetched.
const (
	keysAge     = 15 * time.Minute // after which they are fetched again
	keysPause   = 10 * time.Second // between two fetches for a key that is not known
	fetchTime   = 10 * time.Second // of both requests together
	maxMetadata = 1 << 20          // bytes of an answer
)

// Keys are the public keys with which an issuer signs. They are fetched at the
// first token, again after a quarter of an hour, and when a token names one that
// is not known: issuers change their keys. While the issuer cannot be reached, the
// keys at hand hold.
type Keys struct {
	issuer string
	client *http.Client
	fetch  singleflight.Group

	mu    sync.Mutex
	set   jwk.Set   // nil before the first
	taken time.Time // when set came
	tried time.Time // when it was asked for last
}

// NewKeys returns the keys of an issuer, which are fetched by client. It fails
// for an address over which keys could be replaced on their way.
func NewKeys(issuer string, client *http.Client) (*Keys, error) {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("the issuer must be an address such as https://login.example.com")
	}
	if !isSecure(u) {
		return nil, errors.New("the issuer must have an https address: over http, anybody on the way could replace its keys")
	}
	return &Keys{issuer: issuer, client: client}, nil
}

// isSecure reports whether nobody on the way can change what an address answers.
func isSecure(u *url.URL) bool {
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1")
}

// Find returns the key of that id, or the only key where a token names none.
func (k *Keys) Find(ctx context.Context, id string) (jwk.Key, error) {
	set, fresh := k.at(time.Now())
	if key, ok := pick(set, id); ok && fresh {
		return key, nil
	}
	if k.mayAsk(time.Now()) {
		fetched, err := k.fetchOnce(ctx)
		if err != nil && set == nil {
			return nil, err
		}
		if err == nil {
			set = fetched
		}
	}
	if set == nil {
		return nil, errors.New("the keys of the issuer could not be fetched a moment ago")
	}
	if key, ok := pick(set, id); ok {
		return key, nil
	}
	return nil, &Refusal{"the token is signed with a key that the issuer does not have"}
}

// at is the set at hand, and whether it is new enough.
func (k *Keys) at(now time.Time) (set jwk.Set, fresh bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.set, k.set != nil && now.Sub(k.taken) < keysAge
}

// mayAsk keeps made-up key ids from becoming requests to the issuer.
func (k *Keys) mayAsk(now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.tried.IsZero() || now.Sub(k.tried) >= keysPause
}

func pick(set jwk.Set, id string) (jwk.Key, bool) {
	if set == nil {
		return nil, false
	}
	if id == "" && set.Len() == 1 {
		return set.Key(0)
	}
	key, ok := set.LookupKeyID(id)
	if !ok || id == "" {
		return nil, false
	}
	if use, ok := key.KeyUsage(); ok && use != "sig" {
		return nil, false
	}
	return key, true
}

// fetchOnce fetches the keys. Callers that come meanwhile wait for the same fetch,
// which goes on when the one that began it has gone.
func (k *Keys) fetchOnce(ctx context.Context) (jwk.Set, error) {
	done := k.fetch.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
		defer cancel()
		set, err := k.fetchKeys(ctx)
		k.mu.Lock()
		defer k.mu.Unlock()
		k.tried = time.Now()
		if err == nil {
			k.set, k.taken = set, k.tried
		}
		return set, err
	})
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("keys of the issuer: %w", ctx.Err())
	case r := <-done:
		set, _ := r.Val.(jwk.Set)
		return set, r.Err
	}
}

func (k *Keys) fetchKeys(ctx context.Context) (jwk.Set, error) {
	address, err := k.discover(ctx)
	if err != nil {
		return nil, fmt.Errorf("metadata of the issuer: %w", err)
	}
	body, err := k.get(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("keys of the issuer: %w", err)
	}
	set, err := jwk.Parse(body)
	if err != nil {
		return nil, errors.New("keys of the issuer: the answer is no set of keys")
	}
	return set, nil
}

// discover asks the issuer where its keys are: as OAuth has it (RFC 8414), as
// OpenID Connect has it for an issuer with a path, and as most do it.
func (k *Keys) discover(ctx context.Context) (string, error) {
	var errs []error
	for _, address := range metadataOf(k.issuer) {
		body, err := k.get(ctx, address)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		keys, err := k.keysIn(body)
		if err == nil {
			return keys, nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", address, err))
	}
	return "", errors.Join(errs...)
}

// metadataOf is where the metadata of an issuer may be.
func metadataOf(issuer string) []string {
	u, err := url.Parse(strings.TrimSuffix(issuer, "/"))
	if err != nil {
		return nil
	}
	at := func(path string) string { return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: path}).String() }
	all := []string{at("/.well-known/oauth-authorization-server" + u.Path), at(u.Path + "/.well-known/openid-configuration")}
	if u.Path != "" {
		all = append(all, at("/.well-known/openid-configuration"+u.Path))
	}
	return all
}

// keysIn reads where the keys are. Metadata that names another issuer is not
// believed: whoever can serve one page of a host is not all of it.
func (k *Keys) keysIn(metadata []byte) (string, error) {
	var m struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal(metadata, &m); err != nil {
		return "", errors.New("it is no JSON object")
	}
	if m.Issuer != k.issuer {
		return "", fmt.Errorf("it is of the issuer %q and not of %q", m.Issuer, k.issuer)
	}
	u, err := url.Parse(m.Keys)
	if err != nil || !isSecure(u) {
		return "", errors.New("it names no https address of keys")
	}
	return m.Keys, nil
}

func (k *Keys) get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	res, err := k.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %d", address, res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxMetadata+1))
	if err == nil && len(body) > maxMetadata {
		err = fmt.Errorf("%s answered with more than %d bytes", address, maxMetadata)
	}
	return body, err
}
