package hexfault

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Fault is one way in which Hex, or what stands before it, can go wrong. Its
// text says which.
type Fault string

// Faults of the connection.
const (
	ResetBeforeRead Fault = "reset before the request was read"
	ResetAfterRead  Fault = "reset after the request was read"
	ResetReused     Fault = "reset of a kept connection after its second request was read"
	CloseAfterRead  Fault = "closed after the request was read"
	CloseThen404    Fault = "closed after the request was read, then 404 of hex"
	Garbage         Fault = "bytes that are not HTTP"
	StallHeaders    Fault = "stall before the headers"
	StallBody       Fault = "stall in the body"
	Drip            Fault = "one byte of the body at a time"
	LengthTooLong   Fault = "content length beyond the body"
	LengthTooShort  Fault = "content length within the body"
)

// Faults of a success.
const (
	TruncatedJSON    Fault = "200 with truncated json"
	HTMLPage         Fault = "200 with an html page"
	WrongContentType Fault = "200 with json as text/plain"
	Oversize         Fault = "200 with 17 MiB"
	GzipBomb         Fault = "200 with a gzip bomb of 64 MiB"
	BrokenGzip       Fault = "200 with broken gzip"
	EmptySuccess     Fault = "200 without a body"
	NullSuccess      Fault = "200 with null"
	NoContentBody    Fault = "204 with a body"
	TwoAnswers       Fault = "two answers to one request"
)

// Answers that are not a success.
const (
	Switch              Fault = "101 to another protocol, and silence"
	NoStatus            Fault = "000 in place of a status"
	ForbiddenPage       Fault = "403 html page of a firewall"
	NotFoundPage        Fault = "404 html page of a web site"
	RequestTimeout      Fault = "408 of a proxy"
	TooEarly            Fault = "425 of a proxy"
	ClientClosed        Fault = "499 of a proxy"
	Redirect            Fault = "307 to another host"
	RedirectNowhere     Fault = "302 to an address that is none"
	EdgeUnauthorized    Fault = "401 bare text"
	NewShape            Fault = "400 code, message and issues"
	OldShape            Fault = "403 reason and details"
	LongHeader          Fault = "200 with headers of a quarter of a megabyte"
	ManyHints           Fault = "103 without end"
	DetailsList         Fault = "404 reason and a list of details"
	RunInputs           Fault = "422 invalid and notFound"
	TooMany             Fault = "429 without retry-after"
	TooManySeconds      Fault = "429 with retry-after in seconds"
	TooManySkewed       Fault = "429 with retry-after as a date of a clock that is an hour ahead"
	TooManyForAnHour    Fault = "429 with a retry-after of an hour"
	TooManyMilliseconds Fault = "429 with a retry-after in milliseconds"
	TooManyInfinite     Fault = "429 with a retry-after of infinity"
	TooManyReset        Fault = "429 with x-ratelimit-reset in seconds since 1970"
	InternalError       Fault = "500 of hex"
	GarbageError        Fault = "500 with binary garbage"
	BadGateway          Fault = "502 html page of a proxy"
	Unavailable         Fault = "503 html page of a proxy"
	KernelLimit         Fault = "503 of hex"
	GatewayTimeout      Fault = "504 html page of a proxy"
	UnavailableForHours Fault = "503 with a retry-after of two hours"
)

// All lists every fault.
func All() []Fault {
	return []Fault{
		ResetBeforeRead, ResetAfterRead, ResetReused, CloseAfterRead, CloseThen404, Garbage, StallHeaders, StallBody, Drip,
		LengthTooLong, LengthTooShort, TruncatedJSON, HTMLPage, WrongContentType, Oversize, GzipBomb, BrokenGzip, EmptySuccess, NullSuccess, NoContentBody, TwoAnswers,
		Switch, NoStatus, LongHeader, ManyHints, ForbiddenPage, NotFoundPage, RequestTimeout, TooEarly, ClientClosed, Redirect, RedirectNowhere, EdgeUnauthorized, NewShape, OldShape, DetailsList, RunInputs,
		TooMany, TooManySeconds, TooManySkewed, TooManyForAnHour, TooManyMilliseconds, TooManyInfinite, TooManyReset, InternalError, GarbageError,
		BadGateway, Unavailable, KernelLimit, GatewayTimeout, UnavailableForHours,
	}
}

// TraceID is the trace id of all faults that carry one.
const TraceID = "trace-of-the-fault"

// player answers one request that was read; false ends the connection.
type player func(*exchange) bool

// healthy answers as Hex does when nothing is wrong.
func healthy(x *exchange) bool { return x.json(http.StatusOK, `{"ok":true}`) }

func (f Fault) player() player {
	switch f {
	case ResetAfterRead:
		return (*exchange).reset
	case ResetReused:
		return resetReused
	case CloseAfterRead:
		return func(*exchange) bool { return false }
	case CloseThen404:
		return closeThen404
	case LongHeader:
		return func(x *exchange) bool {
			return x.json(http.StatusOK, `{"ok":true}`, "X-Fill: "+strings.Repeat("x", 256<<10))
		}
	case ManyHints:
		return (*exchange).hints
	case Garbage:
		return func(x *exchange) bool { return x.raw("\x00\xff\x16garbage\r\n\r\n") }
	case StallHeaders:
		return (*exchange).stall
	case StallBody:
		return func(x *exchange) bool { x.begin(100, `{"half":`); return x.stall() }
	case Drip:
		return func(x *exchange) bool { return x.drip(strings.Repeat(" ", 1<<20)) }
	case LengthTooLong:
		return func(x *exchange) bool { return x.begin(100, `{"half":`) }
	case LengthTooShort:
		return func(x *exchange) bool { return x.begin(5, `{"ok":true}`) }
	}
	return f.answer()
}

func (f Fault) answer() player {
	switch f {
	case TruncatedJSON:
		return func(x *exchange) bool { return x.json(http.StatusOK, `{"values":[{"id":`) }
	case HTMLPage:
		return func(x *exchange) bool { return x.html(http.StatusOK, "Sign in") }
	case WrongContentType:
		return func(x *exchange) bool { return x.answer(http.StatusOK, `{"ok":true}`, "Content-Type: text/plain") }
	case Oversize:
		body := `"` + strings.Repeat("x", 17<<20) + `"`
		return func(x *exchange) bool { return x.json(http.StatusOK, body) }
	case GzipBomb:
		z := bomb(64)
		return func(x *exchange) bool { return x.gzip(z) }
	case BrokenGzip:
		return func(x *exchange) bool { return x.gzip("not gzip") }
	case EmptySuccess:
		return func(x *exchange) bool { return x.json(http.StatusOK, "") }
	case NullSuccess:
		return func(x *exchange) bool { return x.json(http.StatusOK, "null") }
	case NoContentBody:
		return noContentBody
	case TwoAnswers:
		return func(x *exchange) bool { return x.raw(ownAnswer + strayAnswer) }
	case Switch:
		return func(x *exchange) bool {
			x.raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
			return x.stall()
		}
	case Redirect:
		return func(x *exchange) bool {
			return x.answer(http.StatusTemporaryRedirect, "", "Location: "+x.elsewhere+"/stolen")
		}
	case RedirectNowhere:
		return func(x *exchange) bool { return x.answer(http.StatusFound, "", "Location: http://[broken") }
	}
	return f.refusal()
}

func (f Fault) refusal() player {
	switch f {
	case EdgeUnauthorized:
		return func(x *exchange) bool {
			return x.answer(http.StatusUnauthorized, "Unauthorized", `WWW-Authenticate: Bearer error="invalid_token"`)
		}
	case TooManySeconds, TooManySkewed, TooManyForAnHour, TooManyMilliseconds, TooManyInfinite, TooManyReset:
		return f.tooMany
	case UnavailableForHours:
		return func(x *exchange) bool {
			return x.answer(http.StatusServiceUnavailable, "", "Retry-After: 7200")
		}
	case NoStatus:
		return func(x *exchange) bool { return x.raw("HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n") }
	case GarbageError:
		return func(x *exchange) bool {
			return x.answer(http.StatusInternalServerError, "\xff\xfe\x00{[", "X-Trace-Id: "+TraceID)
		}
	case BadGateway, Unavailable, GatewayTimeout, ForbiddenPage, NotFoundPage, RequestTimeout, TooEarly, ClientClosed:
		return func(x *exchange) bool { return x.html(f.status(), "nginx") }
	}
	return func(x *exchange) bool { return x.json(f.status(), f.body(), "X-Trace-Id: "+TraceID) }
}

// status is the number at the start of the fault's text.
func (f Fault) status() int {
	number, _, _ := strings.Cut(string(f), " ")
	status, _ := strconv.Atoi(number)
	return status
}

// body is what Hex itself writes with the fault.
func (f Fault) body() string {
	switch f {
	case NewShape:
		return `{"code":"BAD_REQUEST","message":"Invalid input data","issues":[{"message":"limit: too big"}]}`
	case OldShape:
		return `{"reason":"Forbidden","details":"no scope","traceId":"` + TraceID + `"}`
	case DetailsList:
		return `{"reason":"not found","details":[{"name":"a","reason":"not_found"}],"traceId":"` + TraceID + `"}`
	case RunInputs:
		return `{"traceId":"` + TraceID + `","invalid":[{"dataType":"NUMBER","inputCellType":"NUMERIC","paramValue":"\"x\"","paramName":"days"}],"notFound":["color"]}`
	case TooMany:
		return `{"code":"TOO_MANY_REQUESTS","message":"Rate limit exceeded"}`
	case KernelLimit:
		return `{"code":"SERVICE_UNAVAILABLE","message":"Service unavailable"}`
	default:
		return `{"code":"INTERNAL_SERVER_ERROR","message":"Internal server error"}`
	}
}

// strayAnswer belongs to no request: who gets it has got another's.
const (
	ownAnswer   = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}"
	strayAnswer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"stray\":true}"
)

// noContentBody sends the body that a 204 must not have at the worst time: when
// the next request has come.
func noContentBody(x *exchange) bool {
	x.raw(fmt.Sprintf("HTTP/1.1 204 No Content\r\nContent-Length: %d\r\n\r\n", len(strayAnswer)))
	_, err := x.in.Peek(1)
	return err == nil && x.raw(strayAnswer)
}

// closeThen404 closes after odd requests, and finds nothing at even ones.
func closeThen404(x *exchange) bool {
	return x.request%2 == 0 && x.json(http.StatusNotFound, `{"code":"NOT_FOUND","message":"Not found"}`)
}

func resetReused(x *exchange) bool {
	if x.nth == 1 {
		return healthy(x)
	}
	return x.reset()
}

// bomb is gzip of n MiB of spaces: its parts may stand one after the other.
func bomb(n int) string {
	var b strings.Builder
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, strings.Repeat(" ", 1<<20))
	_ = z.Close()
	return strings.Repeat(b.String(), n)
}

// tooMany says in its own way when to come back.
func (f Fault) tooMany(x *exchange) bool {
	ahead := time.Now().Add(time.Hour).UTC()
	headers := map[Fault][]string{
		TooManySeconds:      {"Retry-After: 1"},
		TooManySkewed:       {"Date: " + ahead.Format(http.TimeFormat), "Retry-After: " + ahead.Add(time.Second).Format(http.TimeFormat)},
		TooManyForAnHour:    {"Retry-After: 3600"},
		TooManyMilliseconds: {"Retry-After: 60000"},
		TooManyInfinite:     {"Retry-After: Inf"},
		TooManyReset:        {fmt.Sprintf("X-RateLimit-Reset: %d", time.Now().Add(time.Second).Unix())},
	}
	return x.json(http.StatusTooManyRequests, TooMany.body(), headers[f]...)
}

func (x *exchange) json(status int, body string, headers ...string) bool {
	return x.answer(status, body, append(headers, "Content-Type: application/json")...)
}

func (x *exchange) html(status int, title string) bool {
	return x.answer(status, "<html><title>"+title+"</title></html>", "Content-Type: text/html")
}

func (x *exchange) gzip(body string) bool {
	return x.answer(http.StatusOK, body, "Content-Type: application/json", "Content-Encoding: gzip")
}

func (x *exchange) answer(status int, body string, headers ...string) bool {
	head := append([]string{
		fmt.Sprintf("HTTP/1.1 %d %s", status, http.StatusText(status)),
		fmt.Sprintf("Content-Length: %d", len(body)),
	}, headers...)
	return x.raw(strings.Join(head, "\r\n")+"\r\n\r\n") && x.raw(body)
}

// begin promises length bytes, writes what there is, and ends the connection.
func (x *exchange) begin(length int, body string) bool {
	x.raw(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", length, body))
	return false
}
