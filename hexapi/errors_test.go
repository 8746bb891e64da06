package hexapi

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"hexmcp/schema/cost"
)

func TestEveryShapeOfErrorIsReadIntoOne(t *testing.T) {
	for name, tc := range map[string]struct {
		status  int
		body    string
		headers []string
		want    Error
	}{
		"new": {
			400, `{"code":"BAD_REQUEST","message":"Invalid input data","issues":[{"message":"limit: too big"},"bare",null,""]}`, nil,
			Error{Code: "BAD_REQUEST", Message: "Invalid input data", Issues: []string{"limit: too big", "bare"}, FromHex: true},
		},
		"issues with paths": {
			400, `{"code":"BAD_REQUEST","message":"Invalid input data","issues":[{"path":["users",0,"id"],"message":"Expected string"},{"path":"name","message":"Too short"},{"path":[],"message":"No"}]}`, nil,
			Error{Code: "BAD_REQUEST", Message: "Invalid input data", Issues: []string{"users.0.id: Expected string", "name: Too short", "No"}, FromHex: true},
		},
		"issues of unknown shapes": {
			400, `{"code":"BAD_REQUEST","message":"Invalid input data","issues":[{"path":["name"],"code":"too_small"},7]}`, nil,
			Error{Code: "BAD_REQUEST", Message: "Invalid input data", Issues: []string{`{"path":["name"],"code":"too_small"}`, "7"}, FromHex: true},
		},
		"new and old at once": {
			400, `{"message":"Validation failed","reason":"INVALID","traceId":"t1"}`, nil,
			Error{Message: "Validation failed", Issues: []string{"INVALID"}, TraceID: "t1", FromHex: true},
		},
		"old with details as a string": {
			403, `{"reason":"Forbidden","details":"no scope","traceId":"t1"}`, nil,
			Error{Message: "Forbidden", Issues: []string{"no scope"}, TraceID: "t1", FromHex: true},
		},
		"old with details as a list": {
			404, `{"reason":"not found","details":[{"name":"a"}],"traceId":"t1"}`, nil,
			Error{Message: "not found", Details: []byte(`[{"name":"a"}]`), TraceID: "t1", FromHex: true},
		},
		"old with null details": {500, `{"reason":"oops","details":null,"traceId":null}`, nil, Error{Message: "oops", FromHex: true}},
		"refused run inputs": {
			422, `{"traceId":"t1","invalid":[{"dataType":"NUMBER","inputCellType":"NUMERIC","paramValue":"\"x\"","paramName":"days"}],"notFound":["color"]}`, nil,
			Error{TraceID: "t1", Invalid: []InvalidParam{{"days", `"x"`, "NUMBER", "NUMERIC"}}, NotFound: []string{"color"}, FromHex: true},
		},
		"refused run inputs, both lists empty": {
			422, `{"traceId":"t1","invalid":[],"notFound":[]}`, nil,
			Error{TraceID: "t1", Invalid: []InvalidParam{}, FromHex: true},
		},
		"edge":                           {401, "Unauthorized\n", []string{"WWW-Authenticate: Bearer"}, Error{Message: "Unauthorized", FromHex: true}},
		"edge words with another status": {403, "Unauthorized", nil, Error{Message: "Unauthorized"}},
		"trace id from the header only":  {500, ``, []string{"x-trace-id: h1"}, Error{TraceID: "h1"}},
		"trace id from the body first":   {500, `{"reason":"r","traceId":"b1"}`, []string{"x-trace-id: h1"}, Error{Message: "r", TraceID: "b1", FromHex: true}},
		"message of a proxy":             {503, `{"message":"Service Unavailable"}`, nil, Error{Message: "Service Unavailable"}},
		"error of a proxy":               {429, `{"error":"Too many requests"}`, []string{"Retry-After: 3600"}, Error{Message: "Too many requests", RetryAfter: time.Hour, HasRetryAfter: true}},
		"error of a gateway":             {403, `{"error":{"code":7,"message":"No route"}}`, nil, Error{Message: "No route"}},
		"page of a proxy":                {502, `<html><h1>502 Bad Gateway</h1></html>`, nil, Error{}},
		"plain words":                    {504, "upstream request timeout", nil, Error{Message: "upstream request timeout"}},
		"binary garbage":                 {500, "\xff\xfe\x00{[", nil, Error{}},
		"control characters":             {500, "a\x1b[31mb", nil, Error{}},
		"fields of unknown types": {
			400, `{"code":7,"message":{"a":1},"issues":{"x":1},"reason":"r","traceId":[],"invalid":"x","notFound":[1,"n"]}`, nil,
			Error{Message: "r", Issues: []string{`{"x":1}`}, NotFound: []string{"1", "n"}, FromHex: true},
		},
		"json that is no object": {400, `["a"]`, nil, Error{Message: `["a"]`}},
		"cut json":               {400, `{"code":"BAD_REQ`, nil, Error{}},
		"nothing":                {404, "", nil, Error{}},
		"a redirect":             {302, "", []string{"Location: https://evil.com"}, Error{}},
	} {
		bubble(t, name, func(t *testing.T) {
			err := read(t.Context(), client(t, playing(answers(tc.status, tc.body, tc.headers...))))
			tc.want.Operation, tc.want.Path = "GET /v1/projects/{id}", "/v1/projects/"+string(projectID)
			tc.want.Status, tc.want.Outcome = tc.status, Refused
			if tc.status >= 500 {
				tc.want.Outcome = Unknown
			}
			assert.Equal(t, &tc.want, asError[*Error](t, err))
		})
	}
}

func TestErrorSaysOperationStatusWordsAndTrace(t *testing.T) {
	err := run(t.Context(), client(t, playing(answers(400, `{"code":"BAD_REQUEST","message":"No"}`, "X-Trace-Id: t1"))))
	assert.EqualError(t, err, "POST /v1/projects/"+string(projectID)+`/runs: status 400 "BAD_REQUEST": "No" (trace id "t1")`)
	assert.EqualError(t, &Error{Status: 502}, "status 502")
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 10, 6, 12, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	epoch := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }
	for name, tc := range map[string]struct {
		value, date string
		want        time.Duration
		given       bool
		reset       string
	}{
		"absent":                         {},
		"seconds":                        {"30", "", 30 * time.Second, true, ""},
		"zero":                           {"0", "", 0, true, ""},
		"with spaces around":             {" 1 ", "", time.Second, true, ""},
		"an hour":                        {"3600", "", time.Hour, true, ""},
		"more than any window":           {"3601", "", 0, false, ""},
		"milliseconds":                   {"60000", "", 0, false, ""},
		"seconds since 1970":             {epoch(time.Minute), "", 0, false, ""},
		"many digits":                    {"99999999999999999999", "", 0, false, ""},
		"a fraction":                     {"1.5", "", 0, false, ""},
		"an exponent":                    {"1e2", "", 0, false, ""},
		"hexadecimal":                    {"0x1p5", "", 0, false, ""},
		"hexadecimal digits":             {"0x20", "", 0, false, ""},
		"a plus":                         {"+5", "", 0, false, ""},
		"negative":                       {"-5", "", 0, false, ""},
		"other digits":                   {"\u0665", "", 0, false, ""},
		"not a number":                   {"NaN", "", 0, false, ""},
		"infinity":                       {"Inf", "", 0, false, ""},
		"two values":                     {"5, 10", "", 0, false, ""},
		"words":                          {"soon", "", 0, false, ""},
		"a date":                         {date(time.Minute), date(0), time.Minute, true, ""},
		"a date of a clock ahead":        {date(time.Hour + time.Minute), date(time.Hour), time.Minute, true, ""},
		"a date of a clock behind":       {date(time.Minute - time.Hour), date(-time.Hour), time.Minute, true, ""},
		"a date without a clock":         {date(time.Minute), "", time.Minute, true, ""},
		"a date and a broken clock":      {date(time.Minute), "yesterday", time.Minute, true, ""},
		"a date and a clock of long ago": {date(time.Minute), date(-1000 * time.Hour), time.Minute, true, ""},
		"a date that has just passed":    {date(-time.Minute), date(0), 0, true, ""},
		"a date of long ago":             {date(-1000 * time.Hour), date(0), 0, false, ""},
		"a date of the next century":     {date(100 * 365 * 24 * time.Hour), date(0), 0, false, ""},
		"a date of an older standard":    {now.Add(time.Minute).Format(time.RFC850), date(0), time.Minute, true, ""},
		"reset, since 1970":              {"", "", time.Minute, true, epoch(time.Minute)},
		"reset, of a clock ahead":        {"", date(time.Hour), time.Minute, true, epoch(time.Hour + time.Minute)},
		"reset, in seconds":              {"", "", 20 * time.Second, true, "20"},
		"reset, in milliseconds":         {"", "", 0, false, epoch(time.Minute) + "000"},
		"reset, of long ago":             {"", "", 0, false, epoch(-1000 * time.Hour)},
		"reset, words":                   {"", "", 0, false, "soon"},
		"reset beside retry-after":       {"30", "", 30 * time.Second, true, "20"},
		"reset beside milliseconds":      {"60000", "", 20 * time.Second, true, "20"},
	} {
		t.Run(name, func(t *testing.T) {
			h := http.Header{}
			h.Set("Retry-After", tc.value)
			h.Set("Date", tc.date)
			h.Set("X-RateLimit-Reset", tc.reset)
			wait, given := retryAfter(http.StatusTooManyRequests, h, now)
			assert.Equal(t, tc.want, wait)
			assert.Equal(t, tc.given, given)
		})
	}
}

// Hex's longest window is an hour, but it may be closed for longer.
func TestRetryAfterOfAnotherStatusMayBeADay(t *testing.T) {
	for value, want := range map[string]time.Duration{"7200": 2 * time.Hour, "86400": 24 * time.Hour, "86401": 0} {
		wait, given := retryAfter(http.StatusServiceUnavailable, http.Header{"Retry-After": {value}, "X-Ratelimit-Reset": {"5"}}, time.Now())
		assert.Equal(t, want, wait)
		assert.Equal(t, want > 0, given)
	}
}

// A refused input is echoed whole, however long it was.
func TestRefusedInputIsReadHoweverLongItIs(t *testing.T) {
	body := `{"traceId":"t1","invalid":[{"paramName":"rows","paramValue":"` + strings.Repeat("x", 1<<20) + `"}],"notFound":["color"]}`
	e := asError[*Error](t, run(t.Context(), client(t, playing(answers(422, body)))))
	assert.Equal(t, "t1", e.TraceID)
	assert.Equal(t, []string{"color"}, e.NotFound)
	assert.Equal(t, "rows", e.Invalid[0].ParamName)
	assert.Equal(t, strings.Repeat("x", maxIssue)+"…", e.Invalid[0].ParamValue)
}

func TestErrorBodiesEnd(t *testing.T) {
	body := &counted{Reader: strings.NewReader(strings.Repeat(" ", maxErrorBody) + `{"reason":"too late"}`)}
	h := roundTripper(func(r *http.Request) (*http.Response, error) {
		connected(r.Context())
		return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: body, ContentLength: -1}, nil
	})
	e := asError[*Error](t, read(t.Context(), client(t, h)))
	assert.Equal(t, &Error{
		Operation: "GET /v1/projects/{id}", Path: "/v1/projects/" + string(projectID), Outcome: Refused, Status: 400,
	}, e)
	assert.LessOrEqual(t, body.read, maxErrorBody+1)
}

func TestErrorsStaySmall(t *testing.T) {
	long := strings.Repeat("é", 100_000)
	many := strings.TrimSuffix(strings.Repeat(`{"message":"`+long[:3000]+`"},`, 100), ",")
	names := strings.TrimSuffix(strings.Repeat(`"`+long[:3000]+`",`, 100), ",")
	for _, body := range []string{
		`{"code":"C","message":"m","issues":[` + many + `]}`, `{"reason":"r","details":[` + many + `]}`,
		`{"reason":"r","details":"` + long + `"}`, `{"notFound":[` + names + `]}`,
		`{"invalid":[` + strings.ReplaceAll(many, "message", "paramValue") + `]}`, `{"error":"` + long + `"}`,
	} {
		e := asError[*Error](t, read(t.Context(), client(t, playing(answers(400, body)))))
		assert.Less(t, size(e), 13_000, "%.40s", body)
	}
	e := asError[*Error](t, read(t.Context(), client(t, playing(answers(400, `{"code":"`+long+`","message":"`+long+`"}`, "X-Trace-Id: "+long)))))
	assert.Less(t, len(e.Error()), 3000)
	e = asError[*Error](t, read(t.Context(), client(t, playing(answers(400, `{"code":"C","message":"`+long[:5001]+`"}`)))))
	assert.True(t, utf8.ValidString(e.Message))
	assert.Equal(t, strings.Repeat("é", maxMessage/2)+"…", e.Message)
}

// counted counts what is read of it.
type counted struct {
	io.Reader
	read   int
	closed bool
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.read += n
	return n, err
}

func (c *counted) Close() error {
	c.closed = true
	return nil
}

// size is how many bytes of an error came from Hex.
func size(e *Error) int {
	n := len(e.Code) + len(e.Message) + len(e.TraceID) + len(e.Details)
	for _, s := range append(e.Issues, e.NotFound...) {
		n += len(s)
	}
	for _, p := range e.Invalid {
		n += len(p.ParamName) + len(p.ParamValue) + len(p.DataType) + len(p.InputCellType)
	}
	return n
}

func FuzzErrorBody(f *testing.F) {
	for _, seed := range []string{
		`{"code":"BAD_REQUEST","message":"m","issues":[{"message":"i"}]}`, `{"reason":"r","details":"d","traceId":"t"}`,
		`{"reason":"r","details":[{"name":"a"}]}`, `{"traceId":"t","invalid":[{"paramName":"p"}],"notFound":["n"]}`,
		"Unauthorized", "<html>", "", "null", "[]", `{"code":"\ud800"}`, "{\"message\":\"\xff\"}", `{"issues":[null,1,{},"\u202e"]}`,
		`{"reason":"r","message":"m","issues":{"path":[0,{}],"message":"i"},"error":{"message":7}}`, "{\"reason\":\"r\",\"details\":[\"\xff\"]}",
	} {
		f.Add(503, seed, "trace\xff", "30")
	}
	for _, wait := range []string{"86400", "99999999999999999999", "Inf", "+infinity", "0x1p20", "60000", "-5", "NaN", "5, 10", "1e400", "Fri, 31 Dec 2099 23:59:59 GMT"} {
		f.Add(429, `{"code":"RATE_LIMITED","message":"m"}`, "t", wait)
	}
	for _, field := range []string{"invalid", "notFound", "issues", "details"} {
		cost.Large(f, 422, `{"traceId":"1. IMPORTANT SYSTEM NOTE","`+field+`":[`+strings.Repeat("{},", 10_000)+`{}]}`, "\x1b[2J", "")
	}
	f.Fuzz(func(t *testing.T, status int, body, trace, wait string) {
		var e *Error
		cost.Bound(t, len(body), func() {
			e = readError(&received{
				status: status, header: http.Header{"X-Trace-Id": {trace}, "Retry-After": {wait}}, body: []byte(body),
			})
		})
		for _, s := range append(append(e.Issues, e.NotFound...), e.Error(), e.Message, e.Code, e.TraceID, string(e.Details)) {
			assert.True(t, utf8.ValidString(s), "%q", s)
		}
		assert.Less(t, len(e.Error()), 3000)
		assert.Less(t, size(e), 50_000)
		assert.GreaterOrEqual(t, e.RetryAfter, time.Duration(0))
		assert.LessOrEqual(t, e.RetryAfter, 24*time.Hour)
	})
}
