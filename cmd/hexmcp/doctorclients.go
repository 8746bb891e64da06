package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hexmcp/cmd/hexmcp/internal/doctor"
	"hexmcp/cmd/hexmcp/internal/install"
	"hexmcp/hexapi"
)

// startPatience is how long a server may take to start and end.
const startPatience = 10 * time.Second

// examineClients checks the entries of this server in the configurations of all clients.
func (a *app) examineClients(ctx context.Context, report *doctor.Report) {
	known := len(report.Checks)
	for _, c := range install.Clients() {
		found, err := c.Found(a.system())
		if err != nil {
			report.Add(doctor.Remark(c.Title, whyUnread(err), "mend the file: the client cannot read it either"))
		}
		for _, f := range found {
			report.Add(a.examineEntry(ctx, c, f))
		}
	}
	if len(report.Checks) == known {
		report.Add(doctor.Remark("clients", "none is set up", "hexmcp install CLIENT; hexmcp install --list shows all"))
	}
}

// onlyDemos reports whether clients are set up, and all of them with the demo.
func (a *app) onlyDemos() bool {
	var all []install.Found
	for _, c := range install.Clients() {
		found, _ := c.Found(a.system()) // a file that cannot be read starts nothing
		all = append(all, found...)
	}
	return len(all) > 0 && !slices.ContainsFunc(all, func(f install.Found) bool { return !slices.Contains(f.Command, "--demo") })
}

// whyUnread names a file that cannot be read and what is wrong in it. It leaves out the
// rest of the error, which is about changing the file.
func whyUnread(err error) string {
	if e, ok := errors.AsType[*install.FileError](err); ok {
		return fmt.Sprintf("%s: %s", e.Name, e.Why())
	}
	return err.Error()
}

// examineEntry checks whether an entry of a client starts this program, or reaches a
// server that runs.
func (a *app) examineEntry(ctx context.Context, c install.Client, f install.Found) doctor.Check {
	again := fmt.Sprintf("hexmcp install %s --name %s", c.Name, f.Name)
	if len(f.Command) == 0 {
		return examineURL(ctx, c, f)
	}
	own, _ := os.Executable()
	program, err := exec.LookPath(f.Command[0])
	base := strings.ToLower(filepath.Base(f.Command[0]))
	switch {
	case err != nil:
		return doctor.Bad(c.Title, fmt.Sprintf("%s would start %s, which is not there", f.Name, f.Command[0]), again)
	case !strings.Contains(base, "hexmcp"):
		return doctor.Remark(c.Title, fmt.Sprintf("%s starts a hexmcp by %s", f.Name, base), "")
	case !isSameFile(program, own):
		return doctor.Remark(c.Title, fmt.Sprintf("%s starts another hexmcp: %s", f.Name, program), "to start this one: "+again)
	}
	if why := a.failsToStart(ctx, own, f); why != "" {
		return doctor.Bad(c.Title, fmt.Sprintf("%s does not start: %s", f.Name, why), "correct the entry, or "+again)
	}
	if f.Env[envToken] != "" {
		return doctor.Remark(c.Title, f.Name+" starts this program, with a token in the configuration", "hexmcp login keeps it in a safer place; then take that line out")
	}
	return doctor.Good(c.Title, "%s starts this program", f.Name)
}

// failsToStart starts this program as the client would, with an empty standard input,
// so that it should end by itself with status 0. It returns why it does not, or "".
func (a *app) failsToStart(ctx context.Context, own string, f install.Found) string {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, own, f.Command[1:]...) //nolint:gosec // the client starts the same
	cmd.Env = os.Environ()
	for name, value := range f.Env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var said bytes.Buffer
	cmd.Stderr, cmd.WaitDelay = &said, time.Second
	err := cmd.Run()
	switch {
	case err == nil:
		return ""
	case ctx.Err() != nil:
		return "it does not end when its input does"
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(said.String(), "hexmcp: "), "\n")
	if first == "" {
		first = err.Error()
	}
	return first
}

// examineURL checks whether a server answers at the address of an entry. It sends no
// token.
func examineURL(ctx context.Context, c install.Client, f install.Found) doctor.Check {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	at, err := url.Parse(f.URL)
	if err == nil {
		health := url.URL{Scheme: at.Scheme, Host: at.Host, Path: "/healthz"}
		err = healthy(ctx, health.String())
	}
	if err != nil {
		return doctor.Bad(c.Title, fmt.Sprintf("%s is to be reached at %s, where no hexmcp answers", f.Name, f.URL), "start it there with hexmcp http, or set the client up again: hexmcp install "+c.Name)
	}
	return doctor.Good(c.Title, "%s reaches a server at %s", f.Name, f.URL)
}

// healthy fails unless the address answers with status 200.
func healthy(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	transport := hexapi.NewTransport(nil)
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	return nil
}
