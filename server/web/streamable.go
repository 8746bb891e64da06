package web

import (
	"context"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
	"hexmcp/tools/memory"
)

// post is Streamable HTTP: one message a request, and no state after it.
func (t *transport) post(w http.ResponseWriter, r *http.Request) {
	plain, events := accepts(r.Header)
	if !plain && !events {
		t.refuseAccept(w, r, nil, "application/json or text/event-stream")
		return
	}
	body, ok := t.read(w, r)
	if !ok {
		return
	}
	defer body.release()
	d, wrong := t.dispatcherOf(r)
	if batch, ok := rpc.Unpack(body.raw); ok && wrong == nil && takesBatches(r.Header) {
		t.answerBatch(w, r, d, batch)
		return
	}
	m, err := rpc.Parse(body.raw)
	if err == nil {
		err = wrong
	}
	if err == nil {
		err = t.checkHeaders(r.Header, m)
	}
	switch {
	case err != nil:
		t.options.refuse(w, r, refusal{status: errorStatus(err), id: m.ID, err: err})
	case !m.IsRequest():
		t.receive(r, m)
		w.WriteHeader(http.StatusAccepted)
	case m.Method == string(mcp.MethodSubscriptionsListen) && !events:
		t.refuseAccept(w, r, m.ID, "text/event-stream")
	case m.ReachesHex() && !t.options.Allow(w, r, m.Params.Name):
	default:
		t.answer(w, r, m, form{event: !plain, notifications: events && (mayNotify(m) || mayAsk(m, r.Header))}, d)
	}
}

// receive takes what is not answered.
func (t *transport) receive(r *http.Request, m *rpc.Message) {
	switch {
	case m.IsCancel():
		t.running.cancel(t.options.CallerOf(r), r.Header, m.Params.RequestID)
	case m.IsAnswer():
		t.questions.Answer(t.partyOf(r), m)
	}
}

func (t *transport) refuseAccept(w http.ResponseWriter, r *http.Request, id []byte, what string) {
	t.options.refuse(w, r, refusal{status: http.StatusNotAcceptable, id: id, err: rpc.Invalid("Accept must allow " + what)})
}

// form is the form of an answer.
type form struct {
	event         bool // the answer is an event, else plain JSON
	notifications bool // events with notifications may come before it
}

// mayNotify reports whether there may be something to say before the answer.
func mayNotify(m *rpc.Message) bool {
	return m.Params.Meta.ProgressToken != nil || m.Method == string(mcp.MethodSubscriptionsListen)
}

// answer has a request carried out and writes its answer. What is no call needs
// no slot: a client must hear that the server lives although all calls hang.
func (t *transport) answer(w http.ResponseWriter, r *http.Request, m *rpc.Message, f form, d rpc.Dispatcher) {
	if m.ReachesHex() && !acquire(r.Context(), t.slots, 1) {
		writeBusy(w, "the server is busy")
		return
	}
	events := newEventStream(w)
	defer events.close()
	var notifications rpc.Sender
	quiet := func() {}
	if f.notifications {
		notifications = events
		quiet = events.keepAlive(t.options.KeepAlive)
	}
	hold := t.options.Memory.Reserve()
	defer hold.End()
	request, ctx := t.newRequest(r, m, notifications, hold)
	if m.ReachesHex() {
		request.Holds(t.slots)
	}
	if f.notifications && mayAsk(m, r.Header) {
		request.MayAsk(t.questions, t.partyOf(r))
	}
	a := t.dispatch(ctx, r, d, request)
	request.Release(t.slots) // a slow reader holds up nobody
	quiet()
	if !request.Finish() {
		events.acceptUnanswered()
		return
	}
	if m.Method == string(mcp.MethodInitialize) && a.Error == nil {
		w.Header().Set(mcp.HeaderSessionID, newSession(m))
	}
	b := rpc.GetBuffer()
	defer rpc.PutBuffer(b)
	*b = a.Encode(*b, m.ID)
	hold.Encoded(len(*b))
	status := statusOf(m, a.Error)
	if a.Error != nil && status != http.StatusOK {
		t.options.logRefusal(r, status, a.Error.Message, "")
	}
	_ = events.finish(status, *b, f.event) // a client that left needs no answer
}

// newRequest prepares to answer a message. Its context knows no more of the HTTP
// request than is carried over.
func (t *transport) newRequest(r *http.Request, m *rpc.Message, notifications rpc.Sender, hold *memory.Reservation) (*rpc.Request, context.Context) {
	request, ctx := rpc.NewRequest(t.options.Carry(t.ctx, r), m, notifications, t.options.CallTime)
	request.Memory, request.Draining = hold, t.questions.Closed()
	return request, ctx
}

// dispatch has a request carried out. Its context ends when the client closes
// the connection or cancels.
func (t *transport) dispatch(ctx context.Context, r *http.Request, d rpc.Dispatcher, request *rpc.Request) rpc.Answer {
	defer request.Stop(nil)
	defer context.AfterFunc(r.Context(), func() { request.Stop(rpc.ErrGone) })()
	defer t.running.add(t.options.CallerOf(r), r.Header, request)()
	return d.Dispatch(ctx, request)
}
