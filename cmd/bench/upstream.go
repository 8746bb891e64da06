package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// request is a call of a tool and the request to Hex that it makes.
type request struct {
	tool, arguments string
	path            string
}

const id = "0198c7a4-0000-7000-8000-000000000001"

// The requests that are measured: an answer of 1 KB, lists of 20 and 400 KB, and
// a search through all pages of projects.
var (
	small  = request{"HEX_GET_GROUP", `{"groupId":"` + id + `"}`, "/api/v1/groups/" + id}
	large  = request{"HEX_LIST_PROJECTS", `{}`, "/api/v1/projects"}
	long   = request{"HEX_LIST_USERS", `{}`, "/api/v1/users"}
	search = request{"HEX_FIND_PROJECTS", `{"text":"no project is called so"}`, "/api/v1/projects?limit=100&after="}
)

// allProjects is how many projects there are. A request with a limit gets a page of a
// hundred of them.
const allProjects = 2000

// upstream stands in for Hex, with fixed answers. It is a process of its own, because
// within this process it would answer direct requests faster: no other process would
// have to be woken.
type upstream struct {
	*exec.Cmd
	url string
}

func startUpstream() (*upstream, error) {
	u := &upstream{Cmd: exec.Command(os.Args[0], serveUpstream)}
	out, err := u.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := u.Start(); err != nil {
		return nil, err
	}
	_, err = fmt.Fscanln(out, &u.url)
	return u, err
}

func (u *upstream) stop() {
	_ = u.Process.Kill()
	_ = u.Wait()
}

// delay makes each answer take that long.
func (u *upstream) delay(d time.Duration) error { return u.control("/delay", int64(d)) }

// hold makes the next n requests wait until all of them have arrived.
func (u *upstream) hold(n int) error { return u.control("/hold", int64(n)) }

func (u *upstream) control(path string, n int64) error {
	res, err := newHTTPClient().Post(u.url+path, "text/plain", strings.NewReader(strconv.FormatInt(n, 10)))
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// hex is what runs in the process of the upstream.
type hex struct {
	wait atomic.Int64  // nanoseconds before each answer
	held atomic.Int64  // how many requests must still arrive before any is answered
	gate chan struct{} // closed when they have arrived
}

// serve prints its address, and serves until it is killed.
func serve() error {
	h := &hex{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /delay", func(_ http.ResponseWriter, r *http.Request) { h.wait.Store(number(r)) })
	mux.HandleFunc("POST /hold", func(_ http.ResponseWriter, r *http.Request) {
		h.gate = make(chan struct{})
		h.held.Store(number(r))
	})
	mux.Handle("GET "+small.path, h.answer(body(1<<10)))
	mux.Handle("GET "+large.path, h.projects(h.answer(body(20<<10))))
	mux.Handle("GET "+long.path, h.answer(body(400<<10)))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, "http://"+ln.Addr().String())
	return http.Serve(ln, mux)
}

func number(r *http.Request) (n int64) {
	_, _ = fmt.Fscan(r.Body, &n) // n stays zero if it is no number
	return n
}

func (h *hex) answer(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if h.held.Load() > 0 {
			if h.held.Add(-1) == 0 {
				close(h.gate)
			}
			<-h.gate
		}
		time.Sleep(time.Duration(h.wait.Load()))
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body) // an error means that the client has gone
	}
}

// projects answers a request for a hundred with one of the pages of all projects.
func (h *hex) projects(list http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if query.Get("limit") != "100" {
			list.ServeHTTP(w, r)
			return
		}
		from, _ := strconv.Atoi(query.Get("after")) // zero if there is none
		h.answer(page(from))(w, r)
	})
}

// page is a hundred projects, and where the next hundred begins.
func page(from int) []byte {
	var b strings.Builder
	b.WriteString(`{"values":[`)
	for i := from; i < from+100; i++ {
		if i > from {
			b.WriteByte(',')
		}
		writeProject(&b, i)
	}
	after := "null"
	if from+100 < allProjects {
		after = strconv.Quote(strconv.Itoa(from + 100))
	}
	fmt.Fprintf(&b, `],"pagination":{"after":%s,"before":null}}`, after)
	return []byte(b.String())
}

// body is a list of about size bytes, of projects as Hex writes them.
func body(size int) []byte {
	var b strings.Builder
	b.WriteString(`{"values":[`)
	for i := 0; b.Len() < size-300; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		writeProject(&b, i)
	}
	b.WriteString(`],"pagination":{"after":null,"before":null}}`)
	return []byte(b.String())
}

func writeProject(b *strings.Builder, i int) {
	fmt.Fprintf(b, `{"id":"0198c7a4-0000-7000-8000-%012d","title":"Weekly \"revenue\" report","description":null,`+
		`"type":"PROJECT","creator":{"email":"chiara@demo.hex.example"},"status":{"name":"Production"},`+
		`"analytics":{"appViews":{"allTime":1024,"lastSevenDays":37}},"lastEditedAt":"2026-11-02T09:30:00.000Z"}`, i)
}
