// Package watch follows what happens in Hex, and delivers an event for each run that
// starts or ends, each publication and each new project. Since Hex sends no events, it
// polls Hex, within a share of Hex's rate limits.
//
// Each event is delivered at least once. The state, which can be saved, marks it as
// delivered only after the delivery has succeeded. A failed delivery is repeated, and
// nothing more is read from Hex meanwhile. So memory does not grow while a receiver is
// away, and a program that was killed at any moment delivers at most one event a second
// time, with the same id.
//
// # Limits
//
//	requests to Hex                Options.CallsPerMinute   they wait
//	runs told at once              20,000                   the next reading finds the others
//	a run that Hex lists late      10 minutes               it is not told, if another that ended later was
//	a run that began before        24 hours, or among the   its end is not told
//	  the watch                    100 newest
//	a project that is not listed   30 days                  it is forgotten
//	wait after failures            5 minutes, or what Hex or the receiver asks for
//	end                            3 s                      a delivery is broken off, and repeated by the next watch
package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"

	"hexmcp/hexapi"
)

// Options say what to watch, and where to deliver events. All but IDs, Titles, State and
// Save are required.
type Options struct {
	Client  func(context.Context) (*hexapi.Client, error) // called before each request
	Deliver Deliver
	On      []Kind // kinds of events to deliver

	// IDs and Titles choose projects. If both are empty, all projects that Hex lists are
	// watched.
	IDs    []hexapi.UUID
	Titles []string

	Since time.Time          // earlier events are not delivered; a State has a time of its own instead
	State []byte             // what was last given to Save; nil for a new watch
	Save  func([]byte) error // saves the state; nil to save nothing

	CallsPerMinute int           // requests to Hex, at most
	Every          time.Duration // time between two polls of a busy project
	Log            *slog.Logger
}

// Deliver delivers an event. It is called again with the same event until it succeeds. If
// it returns an [*EndError], the watch ends.
type Deliver func(context.Context, Event) error

// EndError ends the watch, because trying again would not help.
type EndError struct{ Sentence string }

func (e *EndError) Error() string { return e.Sentence }

// LaterError is a failure of a delivery that should be repeated after Wait at the earliest.
type LaterError struct {
	Err  error
	Wait time.Duration
}

func (e *LaterError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *LaterError) Unwrap() error { return e.Err }

// watcher is a watch that runs.
type watcher struct {
	Options
	pace    *rate.Limiter // limits requests to Hex
	state   state
	changed bool          // the state has changed since it was saved
	chosen  []hexapi.UUID // the projects of IDs and Titles

	listDue  time.Time                 // when to list the projects again
	listed   map[hexapi.UUID]time.Time // by project, the start of the last list that had it
	followed map[hexapi.UUID]*followed
}

// Run watches until ctx ends, which is no error. It fails with [ErrState] if the saved
// state cannot be used, with an [*EndError], or if the state cannot be saved.
func Run(ctx context.Context, o Options) error {
	saved, err := readState(o.State, o.Since)
	if err != nil {
		return err
	}
	w := &watcher{
		Options: o, state: saved, changed: true, pace: pace(o.CallsPerMinute),
		listed: map[hexapi.UUID]time.Time{}, followed: map[hexapi.UUID]*followed{},
	}
	if err := w.saveChanges(); err != nil {
		return err
	}
	err = w.loop(ctx)
	if ctx.Err() != nil {
		err = nil
	}
	return errors.Join(err, w.saveChanges())
}

// pace makes a limiter that allows at most perMinute requests in any minute, and a fifth
// of them at once.
func pace(perMinute int) *rate.Limiter {
	burst := max(1, perMinute/5)
	return rate.NewLimiter(rate.Limit(float64(max(1, perMinute-burst))/60), burst)
}

// between is the average time between two requests.
func (w *watcher) between() time.Duration {
	return time.Duration(float64(time.Second) / float64(w.pace.Limit()))
}

// loop takes one step after another. After a failure of Hex it waits and tries again.
func (w *watcher) loop(ctx context.Context) error {
	waits := newBackOff()
	for {
		err := w.step(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			waits.Reset()
			continue
		}
		if err := ending(err); err != nil {
			return err
		}
		wait := max(waits.NextBackOff(), asked(err))
		w.Log.Warn("Hex cannot be asked; trying again", "in", wait.Round(time.Second), "error", err)
		sleep(ctx, wait)
	}
}

// ending is the error with which the watch must end; nil if it can go on.
func ending(err error) error {
	if end, ok := errors.AsType[*EndError](err); ok {
		return end
	}
	switch {
	case isStatus(err, http.StatusUnauthorized), errors.Is(err, hexapi.ErrNoToken):
		return &EndError{fmt.Sprintf("Hex does not take the token, which may have expired or been revoked: %v. Give another one and start again; nothing is lost where there is a state", err)}
	case errors.Is(err, errSave):
		return err
	}
	return nil
}

// asked is how long Hex or a receiver asks to wait; zero if neither does.
func asked(err error) time.Duration {
	if failed, ok := errors.AsType[*hexapi.Error](err); ok {
		return failed.RetryAfter
	}
	if later, ok := errors.AsType[*LaterError](err); ok {
		return later.Wait
	}
	return 0
}

// call makes a request as soon as the limiter allows it.
func call[In, Out any](ctx context.Context, w *watcher, method func(*hexapi.Client, context.Context, In) (hexapi.Answer[Out], error), in In) (Out, error) {
	var none Out
	if err := w.pace.Wait(ctx); err != nil {
		return none, err
	}
	client, err := w.Client(ctx)
	if err != nil {
		return none, err
	}
	return hexapi.Decoded(method(client, ctx, in))
}

// deliver delivers an event, if its kind is wanted, and then calls mark and saves the
// state. It begins no delivery after the watch has ended.
func (w *watcher) deliver(ctx context.Context, kind Kind, event func() Event, mark func()) error {
	if !slices.Contains(w.On, kind) {
		mark()
		w.changed = true
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := w.deliverPatiently(ctx, event()); err != nil {
		return err
	}
	mark()
	w.changed = true
	return w.saveChanges()
}

// lastDelivery is how long a delivery may go on after the watch has ended.
const lastDelivery = 3 * time.Second

func (w *watcher) deliverPatiently(ctx context.Context, e Event) error {
	going, cancel := outlasting(ctx, lastDelivery)
	defer cancel()
	waits := newBackOff()
	for {
		err := w.Deliver(going, e)
		end, ends := errors.AsType[*EndError](err)
		switch {
		case err == nil:
			return nil
		case ends:
			return end
		case ctx.Err() != nil:
			return ctx.Err()
		}
		wait := max(waits.NextBackOff(), asked(err))
		w.Log.Warn("an event was not delivered; trying again, and asking Hex for nothing meanwhile", "id", e.ID, "in", wait.Round(time.Second), "error", err)
		sleep(ctx, wait)
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// outlasting returns a context that ends by later than ctx.
func outlasting(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		sleep(out, by)
		cancel()
	})
	return out, func() { stop(); cancel() }
}

var errSave = errors.New("the state cannot be saved, so that the next watch would repeat what was told")

// saveChanges saves the state if something has changed.
func (w *watcher) saveChanges() error {
	if w.Save == nil || !w.changed {
		return nil
	}
	content, err := w.state.encode()
	if err == nil {
		err = w.Save(content)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errSave, err)
	}
	w.changed = false
	return nil
}

// newBackOff waits about a second at first, and doubles that up to five minutes.
func newBackOff() *backoff.ExponentialBackOff {
	b := &backoff.ExponentialBackOff{InitialInterval: time.Second, RandomizationFactor: 0.3, Multiplier: 2, MaxInterval: 5 * time.Minute}
	b.Reset()
	return b
}

// sleep waits for the time d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
