package server

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"sync"

	"hexmcp/server/rpc"
	"hexmcp/tools/progress"
)

// withProgress lets the tools report progress, where the client wants it.
func withProgress(ctx context.Context, r *rpc.Request) context.Context {
	if !r.WantsProgress() {
		return ctx
	}
	p := &reporter{request: r}
	return progress.With(ctx, p.report)
}

// reporter sends progress notifications of one request.
type reporter struct {
	request *rpc.Request

	mu       sync.Mutex // held while a notification is sent, so that they stay in order
	reported bool
	last     float64
}

func (p *reporter) report(done, total float64, message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.advance(done) {
		return
	}
	b := rpc.GetBuffer()
	defer rpc.PutBuffer(b)
	*b = appendProgress(*b, p.request.Params.Meta.ProgressToken, done, total, message)
	p.request.Notify(*b)
}

// advance reports whether progress is more than before: the protocol wants it
// to grow with every message.
func (p *reporter) advance(done float64) bool {
	if math.IsNaN(done) || math.IsInf(done, 0) || p.reported && done <= p.last {
		return false
	}
	p.reported = true
	p.last = done
	return true
}

func appendProgress(dst, token []byte, done, total float64, message string) []byte {
	dst = append(dst, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":`...)
	dst = append(dst, token...)
	dst = append(dst, `,"progress":`...)
	dst = strconv.AppendFloat(dst, done, 'f', -1, 64)
	if total > 0 && !math.IsInf(total, 0) {
		dst = append(dst, `,"total":`...)
		dst = strconv.AppendFloat(dst, total, 'f', -1, 64)
	}
	if message != "" {
		quoted, _ := json.Marshal(message) // a string cannot fail
		dst = append(dst, `,"message":`...)
		dst = append(dst, quoted...)
	}
	return append(dst, "}}"...)
}
