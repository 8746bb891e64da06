package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
)

// serveFloor is the argument that makes this program the floor: the least that an MCP
// server for Hex can do. It reads a message with encoding/json, asks Hex with net/http
// and writes the body twice, as content and as text. What hexmcp costs beyond it is the
// price of what it does for its users.
const serveFloor = "serve-floor"

func floor(args []string) error {
	p := proxy(args[slices.Index(args, "--api-url")+1])
	if args[0] == "http" {
		return p.http()
	}
	in := bufio.NewReaderSize(os.Stdin, 64<<10)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return nil
		}
		answer, err := p.answer(line)
		if err != nil {
			return err
		}
		if _, err := os.Stdout.Write(append(answer, '\n')); err != nil {
			return err
		}
	}
}

// proxy is the address of Hex.
type proxy string

func (p proxy) http() error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "msg=serving mcp=http://%s/mcp \n", ln.Addr())
	return http.Serve(ln, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		message, err := io.ReadAll(r.Body)
		var answer []byte
		if err == nil {
			answer, err = p.answer(message)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer) // an error means that the client has gone
	}))
}

func (p proxy) answer(message []byte) ([]byte, error) {
	var m struct {
		ID     int
		Method string
		Params struct{ Name string }
	}
	if err := json.Unmarshal(message, &m); err != nil {
		return nil, err
	}
	head := `{"jsonrpc":"2.0","id":` + strconv.Itoa(m.ID) + `,"result":`
	if m.Method == "initialize" {
		return []byte(head + `{"serverInfo":{}}}`), nil
	}
	path := small.path
	if m.Params.Name == large.tool {
		path = large.path
	}
	body, err := p.get(path)
	text := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(string(body))
	return []byte(head + `{"content":[{"type":"text","text":"{\"data\":` + text + `,\"successful\":true}"}],"structuredContent":{"data":` + string(body) + `,"successful":true}}}`), err
}

func (p proxy) get(path string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, string(p)+path, http.NoBody)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer hxtw_bench")
	res, err := http.DefaultClient.Do(req) //nolint:forbidigo // the floor configures nothing
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}
