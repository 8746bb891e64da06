package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hexmcp/cmd/hexmcp/internal/file"
	"hexmcp/cmd/hexmcp/internal/watch"
	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/tools/address"
	"hexmcp/tools/jobs"
)

const watchHelp = `Follow projects in Hex, and tell of each run that starts or ends, each
publication and each new project: as a line of JSON on standard output, to a
command, or to an address on the web.

Each event comes at least once. It is tried again until the command ends with
status 0 or the receiver answers 2xx, and nothing is read from Hex meanwhile. An
event that comes a second time, after the program was killed, has the same id.
With --state the next watch goes on where this one ends; without, it begins now.

Hex tells nobody of events, so it is asked again and again: a busy project every
ten seconds, a quiet one every ten minutes, all within --calls-per-minute. Of two
publications between two looks only the last is seen.

What is posted is signed as Standard Webhooks (standardwebhooks.com) says, with
the secret of HEXMCP_WATCH_SECRET or --secret-file.`

const watchExample = `  hexmcp watch --demo
  hexmcp watch --on errored,killed --since -24h
  hexmcp watch --project "Demand forecast" --on completed --exec ./tell-the-team
  hexmcp watch --state watch.json --post https://example.com/hook --secret-file secret
  hexmcp watch --on errored --state watch.json --exec 'claude -p "Find out why this run failed"'`

// The shortest time between two requests for the runs of the same project.
const (
	busyEvery = 10 * time.Second
	demoEvery = time.Second // with --demo
)

// maxStateFile is how many bytes a state may have. With 100,000 projects it has about a
// fifth of that.
const maxStateFile = 64 << 20

func (a *app) watch() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "watch",
		Short:   "Tell of runs, publications and new projects as they happen",
		Long:    watchHelp,
		Example: watchExample,
		Args:    noArguments,
		RunE:    a.serveWatch,
	}
	a.config.addFlags(cmd.Flags(), scopeWatch)
	c := &a.config.watching
	cmd.Flags().StringSliceVarP(&c.projects, "project", "p", nil, "id, address or whole title of a project to watch; may be repeated; without any, all that are listed are watched")
	cmd.Flags().StringSliceVar(&c.on, "on", strings.Split(kindNames(), ", "), "kinds of events to tell")
	cmd.Flags().StringVar(&c.since, "since", "", "tell what happened since then, too: a time, or such as -24h, -7d, yesterday; does not matter where there is a state")
	cmd.Flags().StringVar(&c.exec, "exec", "", "command line of the shell to run for each event, with the event on its standard input")
	cmd.Flags().DurationVar(&c.execTime, "exec-timeout", 10*time.Minute, "how long that may take until it is ended and run again")
	cmd.MarkFlagsMutuallyExclusive("exec", "post")
	return cmd
}

func (a *app) serveWatch(cmd *cobra.Command, _ []string) error {
	survivePipes()
	if err := a.config.read(cmd.Flags(), a.env); err != nil {
		return err
	}
	options, err := a.watchOptions()
	if err != nil {
		return err
	}
	wakeGC()
	if a.config.demo {
		err = a.prepareDemo(cmd.Context(), &options)
	}
	if err == nil {
		err = watch.Run(cmd.Context(), options)
	}
	return failed(err)
}

// watchOptions makes the options of the watch from the settings.
func (a *app) watchOptions() (watch.Options, error) {
	c := &a.config.watching
	log := a.config.logger(a.err)
	options := watch.Options{CallsPerMinute: c.perMinute, Every: busyEvery, Log: log}
	hex, err := a.config.hex(log)
	if err != nil {
		return options, err
	}
	if a.config.source.isNone() && !a.config.demo {
		return options, a.config.noTokenHere()
	}
	options.Client = a.config.clientOf(hex, log)
	if options.On, err = c.kinds(); err != nil {
		return options, err
	}
	if options.IDs, options.Titles, err = c.chosen(); err != nil {
		return options, err
	}
	if options.Since, err = sinceOf(c.since, time.Now()); err != nil {
		return options, err
	}
	if options.Deliver, err = a.deliverer(); err != nil {
		return options, err
	}
	return options, a.keepState(&options)
}

// deliverer is what delivers events: to a command, to a webhook or to standard output.
func (a *app) deliverer() (watch.Deliver, error) {
	c := &a.config.watching
	switch {
	case c.exec != "" && c.post != "":
		return nil, errors.New("--exec, and --post or HEXMCP_WATCH_POST, are both set: keep one")
	case c.exec != "":
		return watch.Command{Line: c.exec, Limit: c.execTime, Out: a.out, Err: a.err}.Deliver, nil
	case c.post == "":
		return watch.Print(a.out), nil
	}
	secrets, err := a.config.secrets(a.env)
	if err != nil {
		return nil, err
	}
	transport, err := a.config.transport()
	if err != nil {
		return nil, err
	}
	return watch.NewWebhook(c.post, secrets, transport, "hexmcp/"+version())
}

// keepState reads the saved state, and sets how to save it, if there is a --state.
func (a *app) keepState(options *watch.Options) error {
	if a.config.watching.state == "" {
		return nil
	}
	name, err := file.Behind(a.config.watching.state)
	if err == nil {
		options.State, err = file.Read(name, maxStateFile)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--state or HEXMCP_WATCH_STATE: %w", err)
	}
	options.Save = func(content []byte) error { return file.Replace(name, content, 0o600) }
	return nil
}

// sinceOf is the time from which on events are delivered.
func sinceOf(text string, now time.Time) (time.Time, error) {
	since, err := jobs.When(cmp.Or(text, "now")).At("--since", now)
	if err == nil && since.After(now) {
		err = errors.New("--since must not be in the future")
	}
	return since, err
}

// projectOf reads a value of --project: it returns the id, if an id or an address was
// given, or else the title.
func projectOf(given string) (id hexapi.UUID, title string, err error) {
	given = strings.TrimSpace(given)
	if hexapi.IsUUID(given) {
		return hexapi.UUID(strings.ToLower(given)), "", nil
	}
	switch found, why := address.IDIn("projectId", given); {
	case found != "":
		return hexapi.UUID(strings.ToLower(found)), "", nil
	case why != "" && strings.Contains(given, "://"): // for a title, why only says that it is no address
		return "", "", fmt.Errorf("--project: %s", why)
	case given == "":
		return "", "", errors.New("--project needs the id, an address or the whole title of a project")
	}
	return "", given, nil
}

func kindNames() string {
	var names []string
	for _, kind := range watch.Kinds() {
		names = append(names, string(kind))
	}
	return strings.Join(names, ", ")
}

// prepareDemo starts runs in the simulated workspace, and lets the watch begin two hours
// earlier, so that there are events to see.
func (a *app) prepareDemo(ctx context.Context, options *watch.Options) error {
	options.Every, options.CallsPerMinute = demoEvery, 600 // the simulator has no rate limits
	if a.config.watching.since == "" {
		options.Since = options.Since.Add(-2 * time.Hour)
	}
	client, err := options.Client(ctx)
	for _, id := range []hexapi.UUID{hexsim.ProjectRevenue, hexsim.ProjectFails} {
		if err == nil {
			_, err = client.RunProject(ctx, hexapi.RunProjectInput{ProjectID: id})
		}
	}
	return err
}
