// Package replicas holds the replicas of a server to common limits, which they count
// in one Redis: runs and calls of each Hex token, and calls of each caller.
//
// Each count is a window that slides, as in the local forms ([hexapi.LocalBudget],
// [hexapi.LocalCallBudget], [limits.Local]), and is asked and changed by one script,
// with the clock of Redis. Keys begin with hexmcp:, hold digests in place of tokens and
// names, and expire.
//
// While Redis is away a replica counts by the local forms, with its part of each limit.
// It remembers what it took for as long as that counts, and writes it down when Redis
// is back, as that may have forgotten all. Nothing waits for a Redis that is away: it
// is asked in the background whether it is back.
package replicas

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// How often Redis is asked whether it is there, what is owed to it is written, and
// leases are made longer.
const (
	whileThere = 5 * time.Second
	whileAway  = time.Second
)

// settling is how many times Redis must be found there, whileAway apart, before it
// counts again after it was away: until then all replicas have found it and have
// written down what they took.
const settling = 3

// idleTime is how long a connection is kept that nobody uses. Some networks drop them
// after a few minutes without a word.
const idleTime = time.Minute

// Options say where Redis is.
type Options struct {
	URL      string         // redis://, rediss:// or unix://
	RootCAs  *x509.CertPool // by which rediss:// knows Redis; nil for those of the system
	Replicas int            // that share the limits, at least 1
	Timeout  time.Duration  // of each question
	Log      *slog.Logger
}

// Link is what a replica has to do with the Redis of all. It is safe for concurrent use.
type Link struct {
	redis    *redis.Client
	options  Options
	takeTurn *redis.Script
	collect  *redis.Script
	isThere  atomic.Bool
	lost     chan struct{} // has an element when Redis has just been found away
	found    int           // times in a row that Redis was there, since it was away
	ids      ids
	signing  signing

	mu   sync.Mutex
	kept []keeper
}

// keeper has something to write to Redis again and again. Anew is true where Redis may
// have forgotten all.
type keeper interface {
	write(ctx context.Context, anew bool) error
}

//go:embed take.lua
var takeTurn string

// ErrURL is an address that is none. Its text never has the address, which may hold a
// password.
var ErrURL = errors.New("it must be an address such as redis://redis:6379/0, rediss://user:password@redis.example.com:6380 or unix:///run/redis.sock")

// Open makes a link that has asked nothing yet.
func Open(o Options) (*Link, error) {
	parsed, err := redis.ParseURL(o.URL)
	if err != nil {
		return nil, ErrURL // without the cause, which quotes
	}
	silence()
	return &Link{
		redis:    redis.NewClient(bounded(parsed, o)),
		options:  o,
		takeTurn: redis.NewScript(takeTurn),
		collect:  redis.NewScript(collect),
		lost:     make(chan struct{}, 1),
		ids:      newIDs(),
		signing:  newSigning(),
	}, nil
}

// bounded holds the client to one try within the time limit. What it would do beside
// the commands that it is given is off.
func bounded(r *redis.Options, o Options) *redis.Options {
	r.MaxRetries, r.DialerRetries = -1, 1
	r.DialTimeout, r.ReadTimeout, r.WriteTimeout, r.PoolTimeout = o.Timeout, o.Timeout, o.Timeout, o.Timeout
	r.ContextTimeoutEnabled = true
	r.ConnMaxIdleTime = idleTime
	r.DisableIdentity = true
	r.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	if r.TLSConfig != nil {
		r.TLSConfig.RootCAs, r.TLSConfig.MinVersion = o.RootCAs, tls.VersionTLS12
	}
	return r
}

// silence keeps the library from writing to standard error.
var silence = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// IsThere reports whether limits are shared now.
func (l *Link) IsThere() bool { return l.isThere.Load() }

// Connect asks Redis for the first time. It may be away: the log says so.
func (l *Link) Connect(ctx context.Context) {
	if err := l.write(ctx, true); err != nil {
		l.logAway(ctx, err)
		return
	}
	l.isThere.Store(true)
}

// Run keeps in touch with Redis until ctx ends, and closes the link.
func (l *Link) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := whileAway
		if l.IsThere() {
			wait = whileThere
		}
		select {
		case <-ctx.Done():
		case <-l.lost: // begins anew, with the shorter wait
		case <-time.After(wait):
			l.beat(ctx)
		}
	}
	l.isThere.Store(false)
	_ = l.redis.Close() // what it may say is of no use any more
}

// beat asks Redis whether it is there, and writes down what is owed.
func (l *Link) beat(ctx context.Context) {
	away := !l.IsThere()
	switch err := l.write(ctx, away); {
	case err != nil:
		l.found = 0
		l.notThere(ctx, err)
	case away:
		l.found++
		if l.found >= settling {
			l.back(ctx)
		}
	}
}

// back counts in Redis again. What was taken meanwhile is written at once.
func (l *Link) back(ctx context.Context) {
	l.found = 0
	l.isThere.Store(true)
	l.options.Log.InfoContext(ctx, "Redis is back: limits are shared by all replicas again")
	if err := l.write(ctx, true); err != nil {
		l.notThere(ctx, err)
	}
}

// write says to Redis all that there is to say. It fails where Redis takes no writes.
func (l *Link) write(ctx context.Context, anew bool) error {
	if err := l.within(ctx, func(ctx context.Context) error { return l.meet(ctx, anew) }); err != nil {
		return err
	}
	l.mu.Lock()
	all := l.kept
	l.mu.Unlock()
	for _, k := range all {
		if err := k.write(ctx, anew); err != nil {
			return err
		}
	}
	return nil
}

// keep has a keeper write from now on.
func (l *Link) keep(k keeper) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, k)
}

// within bounds a question by the time limit. A context that ends for another reason
// says nothing of Redis.
func (l *Link) within(ctx context.Context, ask func(context.Context) error) error {
	bounded, stop := context.WithTimeout(ctx, l.options.Timeout)
	defer stop()
	err := ask(bounded)
	if err != nil && hasEnded(ctx) {
		return fmt.Errorf("asking Redis: %w", context.Cause(ctx))
	}
	return err
}

// hasEnded also knows of a deadline that is over and about to be told: the connection
// has it, too, and may have been faster.
func hasEnded(ctx context.Context) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= 0 {
		<-ctx.Done()
	}
	return ctx.Err() != nil
}

// errAway says that Redis cannot be asked.
var errAway = errors.New("redis is away")

// ask asks Redis a question where it is there, else fails with errAway at once. An
// answer that does not come makes Redis away, for all.
func (l *Link) ask(ctx context.Context, question func(context.Context) error) error {
	if !l.IsThere() {
		return errAway
	}
	err := l.within(ctx, question)
	if err == nil || ctx.Err() != nil {
		return err
	}
	l.notThere(ctx, err)
	return errAway
}

// notThere goes on without Redis.
func (l *Link) notThere(ctx context.Context, why error) {
	if ctx.Err() != nil || !l.isThere.CompareAndSwap(true, false) {
		return
	}
	l.logAway(ctx, why)
	select {
	case l.lost <- struct{}{}:
	default:
	}
}

func (l *Link) logAway(ctx context.Context, why error) {
	l.options.Log.WarnContext(ctx, "Redis is away: this replica keeps to its part of each limit until it is back",
		"error", why, "replicas", l.options.Replicas)
}

// part is what a replica may do alone of what all may do together: rounded down, but
// something. A limit that does not limit stays one.
func (l *Link) part(limit int) int {
	if limit <= 0 {
		return limit
	}
	return max(limit/max(l.options.Replicas, 1), 1)
}
