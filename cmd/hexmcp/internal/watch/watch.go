// Package watch follows what happens in Hex, which tells nobody: it asks again
// and again, within a share of Hex's rate limits, and delivers an event for each
// run that starts or ends, each publication and each new project.
//
// Each event is delivered at least once. It is marked as told, in a state that
// can be saved, only after its delivery has succeeded; what is not delivered is
// tried again, and nothing more is read from Hex meanwhile. So memory does not
// grow while a receiver is away, and a program that was killed anywhere delivers
// at most one event a second time, with the same id.
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

// Options say what to watch, and whom to tell. All but IDs, Titles, State and
// Save are needed.
type Options struct {
	Client  func(context.Context) (*hexapi.Client, error)
	Deliver Deliver
	On      []Kind

	// IDs and Titles choose projects; without any, all that are listed are watched.
	IDs    []hexapi.UUID
	Titles []string

	Since time.Time          // what was before does not matter, unless State says otherwise
	State []byte             // what Save was given last; nil at first
	Save  func([]byte) error // nil to remember nothing

	CallsPerMinute int           // to Hex, at most
	Every          time.Duration // between two questions for a project that is busy
	Log            *slog.Logger
}

// Deliver hands an event over. It is called again with the same event until it
// succeeds; an [*EndError] ends the watch.
type Deliver func(context.Context, Event) error

// EndError ends the watch: to try again would not help.
type EndError struct{ Sentence string }

func (e *EndError) Error() string { return e.Sentence }

// LaterError is a failure of which it is known how long it lasts.
type LaterError struct {
	Err  error
	Wait time.Duration
}

func (e *LaterError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *LaterError) Unwrap() error { return e.Err }

// watcher is a watch under way.
type watcher struct {
	Options
	pace    *rate.Limiter
	state   state
	changed bool // since the state was saved
	chosen  []hexapi.UUID

	listDue  time.Time
	listed   map[hexapi.UUID]time.Time // in which list a project was met, by its beginning
	followed map[hexapi.UUID]*followed
}

// Run watches until the context ends, which is no error.
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

// pace spreads requests, of which some may come at once: within any minute there
// are no more than so many.
func pace(perMinute int) *rate.Limiter {
	burst := max(1, perMinute/5)
	return rate.NewLimiter(rate.Limit(float64(max(1, perMinute-burst))/60), burst)
}

// between is the time from one request to the next.
func (w *watcher) between() time.Duration {
	return time.Duration(float64(time.Second) / float64(w.pace.Limit()))
}

// loop takes one step after the other. Failures of Hex are waited for.
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

// ending is the error with which the watch ends, or nil where it goes on.
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

// asked is how long Hex or a receiver asks to wait.
func asked(err error) time.Duration {
	if failed, ok := errors.AsType[*hexapi.Error](err); ok {
		return failed.RetryAfter
	}
	if later, ok := errors.AsType[*LaterError](err); ok {
		return later.Wait
	}
	return 0
}

// call makes a request when its turn has come.
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

// deliver tells an event, if it is one that matters, and then marks it as told. At
// the end of the watch it begins with none.
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

// lastDelivery is how long a delivery may go on that was under way at the end.
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

// outlasting returns a context that ends some time after another.
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

// newBackOff doubles from a second to five minutes.
func newBackOff() *backoff.ExponentialBackOff {
	b := &backoff.ExponentialBackOff{InitialInterval: time.Second, RandomizationFactor: 0.3, Multiplier: 2, MaxInterval: 5 * time.Minute}
	b.Reset()
	return b
}

// sleep waits until the time or the context is over.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
