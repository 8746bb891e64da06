// Package progress carries how far a call is to whoever made it.
package progress

import (
	"context"
	"sync"
)

// Report tells the caller how far a call is: the progress so far, which must
// grow with every report; the total in the same unit, or 0 where it is
// unknown; and a sentence for people, which may be empty.
type Report func(done, total float64, message string)

type reportKey struct{}

// With returns a context in which [Of] finds the function. The server sets it
// for callers that asked for progress.
func With(ctx context.Context, report Report) context.Context {
	return context.WithValue(ctx, reportKey{}, report)
}

// Of returns the function with which a tool tells its caller how far it is. It
// is never nil: where the caller did not ask for progress it does nothing. It
// writes before it returns, so that nothing is lost and nothing comes after the
// answer.
func Of(ctx context.Context) Report {
	if report, ok := ctx.Value(reportKey{}).(Report); ok {
		return report
	}
	return func(float64, float64, string) {}
}

type backgroundKey struct{}

// InBackground returns a context for a call that nobody waits for: its answer is
// kept until somebody asks for it.
func InBackground(ctx context.Context) context.Context {
	return context.WithValue(ctx, backgroundKey{}, true)
}

// IsInBackground reports whether nobody waits for the call, so that it may take as
// long as its job does.
func IsInBackground(ctx context.Context) bool { return ctx.Value(backgroundKey{}) != nil }

// IsWanted reports whether the caller asked for progress.
func IsWanted(ctx context.Context) bool { return ctx.Value(reportKey{}) != nil }

// Steps counts the steps of a job. It is safe for concurrent use.
type Steps struct {
	report Report

	mu    sync.Mutex
	done  int
	total int
	waits float64 // since the last step, each a fraction of a step
}

// Count returns the steps of a job, and a context for its parts: what they
// report, such as their waits for Hex, counts as a part of a step.
func Count(ctx context.Context) (context.Context, *Steps) {
	s := &Steps{report: Of(ctx)}
	if !IsWanted(ctx) {
		return ctx, s
	}
	return With(ctx, func(_, _ float64, message string) { s.within(message) }), s
}

// Expect sets how many steps there will be, as far as that is known.
func (s *Steps) Expect(total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total = total
}

// Step says that one more step is done.
func (s *Steps) Step(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done, s.waits = s.done+1, 0
	s.report(float64(s.done), float64(max(s.total, 0)), message)
}

// within reports what happens between two steps. However much that is, it never
// reaches the next step.
func (s *Steps) within(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waits += (1 - s.waits) / 16
	s.report(float64(s.done)+s.waits, float64(max(s.total, 0)), message)
}
