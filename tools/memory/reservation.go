package memory

import (
	"context"

	"golang.org/x/sync/semaphore"
)

// Reservation is what one call holds of a budget, or one batch of calls that are
// answered together. Its methods must not be called side by side. A nil
// Reservation is not bounded.
type Reservation struct {
	budget *Budget
	begun  bool // it has its share of the calls

	arguments, answer int64 // that the call needs now
	work, held        int64 // likewise, beside its answer
	kept              int64 // that the answers need which wait for the rest of the batch
	beyond            int64 // that it has of the answers
	last              bool  // it has the last part, and needs no more of the answers
}

// Reserve returns a reservation that holds nothing yet. [Reservation.End] must
// follow.
func (b *Budget) Reserve() *Reservation {
	if b == nil {
		return nil
	}
	return &Reservation{budget: b}
}

// Another is a reservation of the same budget that holds nothing yet, for what goes
// on after the call. [Reservation.End] must follow.
func (r *Reservation) Another() *Reservation {
	if r == nil {
		return nil
	}
	return r.budget.Reserve()
}

// Begin takes the share of a call, and waits for it if it must. In a batch it also
// sees to it that there is room for the largest answer: with [ErrTooLarge] there
// is none, because of the answers before it.
func (r *Reservation) Begin(ctx context.Context) error {
	switch {
	case r == nil:
		return nil
	case r.kept > r.budget.most/2:
		return ErrTooLarge
	case r.begun:
		return nil
	}
	err := wait(ctx, r.budget.calls, 1)
	r.begun = err == nil
	return err
}

// Arguments takes room for the arguments of the call, which are kept until its
// end. They count for n bytes. The error is [ErrTooLarge] or [ErrBusy].
func (r *Reservation) Arguments(ctx context.Context, n int64) error {
	if r == nil {
		return nil
	}
	return r.grow(ctx, &r.arguments, n)
}

// Answer takes room for an answer of n bytes in all, to read and to encode it. It
// takes the place of one before it in the same call. The error is [ErrTooLarge]
// or [ErrBusy].
func (r *Reservation) Answer(ctx context.Context, n int64) error {
	if r == nil {
		return nil
	}
	return r.grow(ctx, &r.answer, max(r.answer, int64(float64(n)*PerByte)))
}

// Encoding takes room for an answer that takes n bytes in all while it is encoded,
// where that is more than is known of it.
func (r *Reservation) Encoding(ctx context.Context, n int64) error {
	if r == nil {
		return nil
	}
	return r.grow(ctx, &r.answer, max(r.answer, n))
}

// Work takes room for n bytes that the call works with beside its answer, such as
// the Go values of an answer. It takes the place of what was taken for this before.
func (r *Reservation) Work(ctx context.Context, n int64) error {
	if r == nil {
		return nil
	}
	return r.grow(ctx, &r.work, max(r.work, n))
}

// Hold takes room for n more bytes that the call keeps for a while: until its end,
// or until it lets go of them.
func (r *Reservation) Hold(ctx context.Context, n int64) error {
	if r == nil {
		return nil
	}
	return r.grow(ctx, &r.held, r.held+n)
}

// Mark returns what lets go of all that is held from now on. Its room stays taken:
// the call is likely to need it again.
func (r *Reservation) Mark() (letGo func()) {
	if r == nil {
		return func() {}
	}
	held := r.held
	return func() { r.held = held }
}

// grow makes a part of what the call needs n bytes.
func (r *Reservation) grow(ctx context.Context, part *int64, n int64) error {
	if err := r.fit(ctx, r.arguments+r.answer+r.work+r.held+r.kept-*part+n); err != nil {
		return err
	}
	*part = n
	return nil
}

// fit takes what n bytes need beyond the share.
func (r *Reservation) fit(ctx context.Context, n int64) error {
	more := n - Share - r.beyond
	switch {
	case n > r.budget.most:
		return ErrTooLarge
	case more <= 0 || r.last:
		return nil
	}
	last, err := r.budget.either(ctx, more)
	switch {
	case err != nil:
		return err
	case last:
		r.last = true
	default:
		r.beyond += more
	}
	return nil
}

// either waits for n bytes of the answers or for the last part, whichever comes
// first. Only who finds no room at once starts goroutines for it.
func (b *Budget) either(ctx context.Context, n int64) (last bool, err error) {
	if b.answers.TryAcquire(n) {
		return false, nil
	}
	ctx, done := beforeEnd(ctx)
	defer done()
	answers, theLast := acquire(ctx, b.answers, n), acquire(ctx, b.last, 1)
	select {
	case err = <-theLast:
		last = err == nil
		giveBack(done, answers, b.answers, n)
	case err = <-answers:
		giveBack(done, theLast, b.last, 1)
	}
	return last, busy(err)
}

// acquire acquires in the background.
func acquire(ctx context.Context, part *semaphore.Weighted, n int64) <-chan error {
	ended := make(chan error, 1)
	go func() { ended <- part.Acquire(ctx, n) }()
	return ended
}

// giveBack ends an acquisition that is not wanted any more.
func giveBack(done context.CancelFunc, ended <-chan error, part *semaphore.Weighted, n int64) {
	done()
	if <-ended == nil {
		part.Release(n)
	}
}

// shortAnswer is how many bytes an encoded answer may have that is not counted
// while it is written.
const shortAnswer = 16 << 10

// Encoded says that the answer is encoded, in n bytes, and all else of the call
// over. The share goes to other calls while the answer is written.
func (r *Reservation) Encoded(n int) {
	if r == nil || !r.begun {
		return
	}
	r.arguments, r.answer, r.work, r.held, r.kept = 0, 0, 0, 0, int64(n)
	if n <= shortAnswer {
		n = 0
	}
	if r.shrink(int64(n)) {
		r.leaveLast()
	} else if !r.last {
		return // it stays in its share
	}
	r.leave()
}

// shrink makes n bytes what the reservation has of the answers, if there is room.
func (r *Reservation) shrink(n int64) bool {
	if more := n - r.beyond; more > 0 && !r.budget.answers.TryAcquire(more) {
		return false
	} else if more < 0 {
		r.budget.answers.Release(-more)
	}
	r.beyond = n
	return true
}

// leave gives the share back.
func (r *Reservation) leave() {
	r.begun = false
	r.budget.calls.Release(1)
}

// leaveLast lets another call have the last part.
func (r *Reservation) leaveLast() {
	if r.last {
		r.last = false
		r.budget.last.Release(1)
	}
}

// Keep says that the answer to a call of a batch is encoded, in n bytes, and kept
// until the others are.
func (r *Reservation) Keep(n int) {
	if r == nil {
		return
	}
	r.kept += int64(n)
	r.arguments, r.answer, r.work, r.held = 0, 0, 0, 0
	if !r.last {
		r.shrink(max(r.kept-Share, 0))
	}
}

// End gives everything back. It may be called again.
func (r *Reservation) End() {
	if r == nil {
		return
	}
	if r.begun {
		r.leave()
	}
	r.leaveLast()
	if r.beyond > 0 {
		r.budget.answers.Release(r.beyond)
		r.beyond = 0
	}
}

type key struct{}

// With returns a context for a call that holds r.
func With(ctx context.Context, r *Reservation) context.Context {
	if r == nil {
		return ctx
	}
	return context.WithValue(ctx, key{}, r)
}

// Of returns the reservation of the call that ctx is for; nil for none.
func Of(ctx context.Context) *Reservation {
	r, _ := ctx.Value(key{}).(*Reservation)
	return r
}
