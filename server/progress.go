package server

import (
	"context"
	"math"
	"strconv"
)

type callKey struct{}

// Progress returns a function that tells the client how far the call is: the
// progress so far, which must grow; the total, or 0 where it is unknown; and a
// sentence for people, which may be empty. It writes before it returns, so
// that nothing is lost and nothing comes after the result. Where the client
// did not ask for progress it does nothing.
func Progress(ctx context.Context) func(progress, total float64, message string) {
	k, ok := ctx.Value(callKey{}).(*call)
	if !ok || k.token == nil {
		return func(float64, float64, string) {}
	}
	return k.report
}

func (k *call) report(progress, total float64, message string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.finished || !k.advance(progress) {
		return
	}
	b := getBuffer()
	defer putBuffer(b)
	*b = k.appendProgress(*b, progress, total, message)
	_ = k.out.send(*b) // a broken client is noticed by its transport
}

// advance reports whether progress is more than before: the protocol wants it
// to grow with every message.
func (k *call) advance(progress float64) bool {
	if math.IsNaN(progress) || math.IsInf(progress, 0) || k.steps > 0 && progress <= k.progress {
		return false
	}
	k.steps++
	k.progress = progress
	return true
}

func (k *call) appendProgress(dst []byte, progress, total float64, message string) []byte {
	dst = append(dst, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":`...)
	dst = append(dst, k.token...)
	dst = append(dst, `,"progress":`...)
	dst = strconv.AppendFloat(dst, progress, 'f', -1, 64)
	if total > 0 && !math.IsInf(total, 0) {
		dst = append(dst, `,"total":`...)
		dst = strconv.AppendFloat(dst, total, 'f', -1, 64)
	}
	if message != "" {
		dst = append(dst, `,"message":`...)
		dst = appendString(dst, message)
	}
	return append(dst, "}}"...)
}
