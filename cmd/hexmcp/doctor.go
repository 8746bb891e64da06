package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hexmcp/cmd/hexmcp/internal/doctor"
	"hexmcp/hexapi"
)

// doctorPatience is the time limit of each call of hexmcp doctor to Hex.
const doctorPatience = 10 * time.Second

func (a *app) doctor() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look whether token, connection and clients are in order",
		Long: `Look at the token and where it comes from, at the way to Hex, and at the clients
that are set up, and say how to mend what is wrong. Hex is only read from.

Exit status: 0 all that is needed is in order, 1 something failed.`,
		Example: `  hexmcp doctor
  hexmcp doctor --profile europe --json`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			report := a.examine(cmd)
			report.Close()
			return a.deliver(report, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	return cmd
}

func (a *app) deliver(report *doctor.Report, asJSON bool) error {
	var err error
	if asJSON {
		err = a.writeJSON(report)
	} else {
		err = failed(report.Print(a.out, a.mark))
	}
	if err == nil && !report.OK {
		err = &failure{}
	}
	return err
}

func (a *app) examine(cmd *cobra.Command) *doctor.Report {
	report := &doctor.Report{}
	report.Add(doctor.Good("version", "hexmcp %s, %s, %s/%s", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH))
	if err := a.config.read(cmd.Flags(), a.env); err != nil {
		report.Add(doctor.Bad("settings", err.Error(), "correct this; hexmcp --help explains the settings"))
	} else {
		a.examineHex(cmd.Context(), report)
	}
	a.examineClients(cmd.Context(), report)
	return report
}

// mark colours the result of a check.
func (a *app) mark(status doctor.Status, word string) string {
	switch status {
	case doctor.Failed:
		return a.look().red(word)
	case doctor.Note:
		return a.look().amber(word)
	}
	return a.look().green(word)
}

// examineHex checks the token, and whether Hex can be reached and accepts it.
func (a *app) examineHex(ctx context.Context, report *doctor.Report) {
	c := a.config
	c.timeout = min(c.timeout, doctorPatience)
	tap := &doctor.Tap{}
	c.tap = tap.Around
	report.Add(a.tokenSource())
	client, err := a.examineToken(ctx, report)
	if client == nil {
		if err != nil {
			report.Add(doctor.Bad("token", err.Error(), "correct this; Hex was not asked"))
		}
		return
	}
	report.Add(a.proxy())
	answer, err := client.Me(ctx, hexapi.MeInput{})
	report.Add(doctor.Reach(c.destination(), tap.Last(), err))
	if tap.Last() != (doctor.Seen{}) && !c.demo {
		report.Add(doctor.Certificate(tap.Last().TLS, time.Now()), doctor.Clock(tap.Last()))
	}
	report.Add(doctor.Accepted(err, c.renewal()))
	if err != nil {
		return
	}
	report.Add(whoIs(answer, c.renewal())...)
	report.Add(doctor.Scopes(ctx, client))
}

// destination names where calls go, for people.
func (c *config) destination() string {
	if c.demo {
		return "the simulated Hex"
	}
	return c.apiURL
}

// renewal says how to replace the token.
func (c *config) renewal() string {
	return "create one in Hex under Settings > API keys, and put it into " + c.origin().Token
}

// whoIs says who the token acts as, and when it ends.
func whoIs(answer hexapi.Answer[hexapi.Me], renewal string) []doctor.Check {
	me, err := answer.Decode()
	if err != nil {
		return []doctor.Check{doctor.Remark("acts as", "Hex's answer cannot be read: "+err.Error(), "")}
	}
	who := "the workspace"
	if account := accountOf(me); account != "" {
		who = strings.TrimSuffix(account+", "+me.Role, ", ")
	}
	return []doctor.Check{
		doctor.Good("acts as", "%s; the id of the workspace is %s", who, me.Org.ID),
		doctor.Expiry(endOf(me), "it "+ends(endOf(me), time.Now()), time.Now(), renewal),
	}
}

// tokenSource says where the token comes from, and why from there.
func (a *app) tokenSource() doctor.Check {
	const name = "token from"
	s := a.config.source
	switch {
	case a.config.demo:
		return doctor.Good(name, "the demo, because --demo or HEXMCP_DEMO is set")
	case s.isNone() && a.onlyDemos():
		return doctor.Remark(name, "nowhere, and all clients that are set up use the demo, which needs none"+a.config.instead(), "for Hex itself: hexmcp login, and hexmcp install CLIENT without --demo")
	case s.isNone():
		return doctor.Bad(name, "nowhere: no profile, no HEX_API_TOKEN, no --token-file"+a.config.instead(), "run hexmcp login; hexmcp doctor --demo looks at the demo, which needs none")
	case s.profile == "":
		return doctor.Good(name, "%s, which wins over profiles", s.setting)
	case s.setting == "":
		return doctor.Good(name, "the profile %q, because it is the default one and nothing else is given", s.profile)
	}
	if value, _ := a.env(envToken); value != "" && s.setting == "--profile" {
		return doctor.Remark(name, fmt.Sprintf("the profile %q, because --profile names it; HEX_API_TOKEN is set, too, and not used", s.profile), "")
	}
	return doctor.Good(name, "the profile %q, because %s names it", s.profile, s.setting)
}

// examineToken looks at the token itself, and makes a client with it.
func (a *app) examineToken(ctx context.Context, report *doctor.Report) (*hexapi.Client, error) {
	c, log := a.config, slog.New(slog.DiscardHandler)
	switch {
	case c.demo:
		return c.hex(log)
	case c.source.isNone():
		return nil, nil
	}
	where := ""
	if name := c.source.profile; name != "" {
		found, err := c.findProfile(name)
		if err != nil {
			return nil, err
		}
		if c.token, err = c.profiles.Token(ctx, found); err != nil {
			return nil, err
		}
		where = ", in the " + found.Place()
		if !found.InKeyring {
			report.Add(openToOthers(c.profiles.File(name))...)
		}
	}
	report.Add(openToOthers(c.tokenFile)...)
	report.Add(doctor.Good("token", "%s%s", kindOf(c.token), where))
	return c.hex(log)
}

// kindOf says what kind of token it is. Older tokens have no prefix that says so.
func kindOf(token hexapi.Secret) string {
	switch t := strings.ToLower(token.Reveal()); {
	case strings.HasPrefix(t, "hxtp_"):
		return "personal: it may do what its user may do"
	case strings.HasPrefix(t, "hxtw_"):
		return "of the workspace: it may do what its scopes allow"
	}
	return "of a kind that does not tell by its beginning"
}

// openToOthers returns a remark if other users may read a file, as far as the file's
// permissions tell.
func openToOthers(name string) []doctor.Check {
	info, err := os.Stat(name)
	if name == "" || err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	return []doctor.Check{doctor.Remark("token file", "others on this machine may read it", "chmod 600 "+name)}
}

// proxy says whether requests to Hex go through a proxy.
func (a *app) proxy() doctor.Check {
	const name = "proxy"
	base, err := hexapi.BaseURL(a.config.apiURL)
	if a.config.demo || err != nil {
		return doctor.Good(name, "none")
	}
	via, err := http.ProxyFromEnvironment(&http.Request{URL: base})
	switch {
	case err != nil:
		return doctor.Bad(name, "the environment names one that is none", "correct HTTPS_PROXY")
	case via == nil:
		return doctor.Good(name, "none; requests go directly")
	}
	return doctor.Good(name, "requests go through %s", (&url.URL{Scheme: via.Scheme, Host: via.Host}).String())
}
