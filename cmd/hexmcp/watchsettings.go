package main

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"hexmcp/cmd/hexmcp/internal/watch"
	"hexmcp/hexapi"
)

// watchConfig holds the settings of hexmcp watch. Those that say what to watch and which
// command to run have no environment variables, because they differ from watch to watch.
type watchConfig struct {
	state      string
	post       string
	secretFile string
	perMinute  int

	projects []string
	on       []string
	since    string
	exec     string
	execTime time.Duration
}

// envWatchSecret is the variable of the secrets that events are signed with.
const envWatchSecret = "HEXMCP_WATCH_SECRET"

// mostPerMinute is how many lists of runs Hex allows in a minute.
const mostPerMinute = 30

// settings are the rows of hexmcp watch in the table of all settings.
func (c *watchConfig) settings() []setting {
	text := (*pflag.FlagSet).StringVar
	return []setting{
		row(text, scopeWatch, &c.state, "state", "HEXMCP_WATCH_STATE", "", "file that remembers what was told, so that a later watch goes on from there; one for each watch", isNoToken),
		row(text, scopeWatch, &c.post, "post", "HEXMCP_WATCH_POST", "", "address that each event is posted to, signed as Standard Webhooks says", isReceiver),
		{scope: scopeWatch, env: envWatchSecret, usage: "secret to sign events with, whsec_ and base64; several are separated by spaces"},
		row(text, scopeWatch, &c.secretFile, "secret-file", "HEXMCP_WATCH_SECRET_FILE", "", "file that holds the secret", isNoToken),
		row((*pflag.FlagSet).IntVar, scopeWatch, &c.perMinute, "calls-per-minute", "HEXMCP_WATCH_CALLS_PER_MINUTE", 15, "requests to Hex in a minute, of the 60 that Hex allows a user in all; 1 to 30", isShare),
	}
}

func isShare(perMinute int) error {
	if perMinute < 1 || perMinute > mostPerMinute {
		return fmt.Errorf("the calls per minute must be from 1 to %d: Hex lists runs no more often", mostPerMinute)
	}
	return nil
}

// isReceiver checks the address of a webhook. The error does not repeat it, because it
// may hold a secret.
func isReceiver(address string) error {
	u, err := url.Parse(address)
	if address != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return errors.New("the address to post to must be one such as https://example.com/hook")
	}
	return isNoToken(address)
}

// secrets are the secrets that events are signed with.
func (c *config) secrets(lookup func(string) (string, bool)) (watch.Secrets, error) {
	name := envWatchSecret
	text, _ := lookup(name)
	switch {
	case text != "" && c.watching.secretFile != "":
		return nil, errors.New(envWatchSecret + " and --secret-file or HEXMCP_WATCH_SECRET_FILE are both set: keep one")
	case c.watching.secretFile != "":
		name = "--secret-file or HEXMCP_WATCH_SECRET_FILE"
		content, err := readFile(c.watching.secretFile, maxTokenFile)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		text = string(content)
	case text == "":
		return nil, errors.New("--post needs a secret to sign events with: give --secret-file or set " + envWatchSecret + "; " + watch.ErrSecret.Error())
	}
	secrets, err := watch.ParseSecrets(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return secrets, nil
}

// kinds are the kinds of events that --on names.
func (c *watchConfig) kinds() ([]watch.Kind, error) {
	var all []watch.Kind
	for _, name := range c.on {
		kind := watch.Kind(name)
		if !slices.Contains(watch.Kinds(), kind) {
			return nil, fmt.Errorf("--on takes %s, separated by commas; %q is none of them", kindNames(), name)
		}
		all = append(all, kind)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("--on needs at least one of %s", kindNames())
	}
	return all, nil
}

// chosen are the projects that --project names, by id or by title.
func (c *watchConfig) chosen() (ids []hexapi.UUID, titles []string, err error) {
	for _, given := range c.projects {
		id, title, err := projectOf(given)
		switch {
		case err != nil:
			return nil, nil, err
		case id != "":
			ids = append(ids, id)
		default:
			titles = append(titles, title)
		}
	}
	return ids, titles, nil
}
