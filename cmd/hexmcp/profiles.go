package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/hexapi"
	"hexmcp/tools/visible"
)

// welcome prints what login has found out and saved, and what to do next.
func (a *app) welcome(p profile.Profile, me hexapi.Me) error {
	store := a.config.profiles
	a.say("Logged in to %s as %s.", p.APIURL, whose(p, me))
	if p.Workspace != "" {
		a.say("The id of the workspace is %s. The token %s.", p.Workspace, ends(p.TokenEnds, time.Now()))
	}
	a.say("The token is in %s, as the profile %q%s.", placeOf(store, p), p.Name, ifTrue(store.DefaultName() == p.Name, ", which is the default one"))
	for _, name := range []string{envToken, "HEX_API_TOKEN_FILE"} {
		if value, _ := a.env(name); value != "" {
			a.say("%s is set here and wins over the profile: unset it, or give --profile %s.", name, p.Name)
		}
	}
	a.say("Next: hexmcp install CLIENT, such as claude-code; hexmcp install --list shows all.")
	return nil
}

func whose(p profile.Profile, me hexapi.Me) string {
	switch {
	case p.Account != "" && me.Role != "":
		return p.Account + ", " + me.Role
	case p.Account != "":
		return p.Account
	case p.Workspace != "":
		return "the workspace, by a workspace token"
	}
	return "somebody: Hex takes the token, and does not say whose it is"
}

func placeOf(store *profile.Store, p profile.Profile) string {
	if p.InKeyring {
		return "the keyring of this system"
	}
	return store.File(p.Name)
}

func ifTrue(is bool, text string) string {
	if is {
		return text
	}
	return ""
}

// ends says for people when a token expires.
func ends(at *time.Time, now time.Time) string {
	if at == nil {
		return "never ends"
	}
	day, left := at.Local().Format(time.DateOnly), at.Sub(now)
	switch days := int(left.Hours() / 24); {
	case left <= 0:
		return "has ended on " + day
	case days == 0:
		return "ends within a day, on " + day
	case days == 1:
		return "ends in a day, on " + day
	default:
		return fmt.Sprintf("ends in %d days, on %s", days, day)
	}
}

func (a *app) logout() *cobra.Command {
	return &cobra.Command{
		Use:   "logout",
		Short: "Forget a profile and its token",
		Long: `Forget a profile, the default one unless --profile names another, and its token.
The token goes on to be valid: delete it in Hex if nobody else needs it.`,
		Example: `  hexmcp logout --profile europe`,
		Args:    noToken,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.config.readValues(cmd.Flags(), a.env); err != nil {
				return err
			}
			store := a.config.profiles
			name := cmp.Or(a.config.profile, store.DefaultName())
			if name == "" && len(store.Names()) == 0 {
				return errors.New("there is no profile to forget")
			}
			if name == "" {
				return errors.New("there is no default profile: say which one with --profile; hexmcp profiles lists them")
			}
			if err := store.Remove(cmd.Context(), name); err != nil {
				return failed(err)
			}
			_, err := fmt.Fprintf(a.out, "Forgot the profile %q. Its token still works: delete it in Hex under Settings > API keys if nobody needs it.\n", name)
			if left := store.Names(); len(left) > 0 && store.DefaultName() == "" {
				a.say("There is no default profile now: hexmcp profiles default NAME chooses one of %s.", strings.Join(left, ", "))
			}
			return failed(err)
		},
	}
}

func (a *app) listProfiles() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "profiles",
		Short:   "List the profiles of hexmcp login",
		Long:    "List the profiles of hexmcp login. A star marks the default one, which is used\nwhere no token and no profile is given.",
		Example: "  hexmcp profiles\n  hexmcp profiles default europe",
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return a.writeJSON(a.profileRows())
			}
			return a.printProfiles()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print them as JSON")
	cmd.AddCommand(a.defaultProfile())
	return cmd
}

func oneProfile(_ *cobra.Command, args []string) error {
	if err := refuseToken(args); len(args) == 1 || err != nil {
		return err
	}
	return errors.New("which profile? give its NAME; hexmcp profiles lists all")
}

func (a *app) defaultProfile() *cobra.Command {
	return &cobra.Command{
		Use:     "default NAME",
		Short:   "Make a profile the default one",
		Example: "  hexmcp profiles default europe",
		Args:    oneProfile,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := profile.CheckName(args[0]); err != nil {
				return err
			}
			if err := a.config.profiles.SetDefault(args[0]); err != nil {
				return failed(err)
			}
			_, err := fmt.Fprintf(a.out, "The default profile is %q.\n", args[0])
			return failed(err)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return a.config.profiles.Names(), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// profileRow is a profile as it is listed.
type profileRow struct {
	Name    string `json:"name"`
	Default bool   `json:"default"`
	profile.Profile
	Broken string `json:"broken,omitempty"`
}

func (a *app) profileRows() []profileRow {
	rows := []profileRow{}
	store := a.config.profiles
	for _, name := range store.Names() {
		row := profileRow{Name: name, Default: name == store.DefaultName()}
		var err error
		if row.Profile, err = store.Find(name); err != nil {
			row.Broken = err.Error()
		}
		rows = append(rows, row)
	}
	return rows
}

func (a *app) printProfiles() error {
	rows := a.profileRows()
	if len(rows) == 0 {
		_, err := fmt.Fprintln(a.out, "There is no profile. hexmcp login makes one.")
		return failed(err)
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		star := " "
		if row.Default {
			star = "*"
		}
		if row.Broken != "" {
			fmt.Fprintf(w, "%s %s\t%s\n", star, row.Name, visible.Text(row.Broken))
			continue
		}
		fmt.Fprintf(w, "%s %s\t%s\t%s\t%s\t%s\n", star, row.Name, visible.Text(row.APIURL),
			visible.Text(cmp.Or(row.Account, "workspace token")), ends(row.TokenEnds, time.Now()), row.Place())
	}
	return failed(w.Flush())
}
