package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hexmcp/cmd/hexmcp/internal/install"
	"hexmcp/tools/visible"
)

// installation holds the flags of hexmcp install.
type installation struct {
	name                string // of the entry in the configuration of the client
	http                string // URL of a server that runs; empty to start one
	list, print, remove bool
}

func (a *app) install() *cobra.Command {
	var i installation
	cmd := &cobra.Command{
		Use:   "install CLIENT",
		Short: "Set a client up to use this server",
		Long: `Write this server into the configuration of a client, such as claude-code; --list
shows all that are known. All else in the file stays as it is, a copy of it as it
was is put beside it, and a file that is broken is not touched.

The client starts the server with the flags that are given here. No token is
written: the server takes it from the profile that hexmcp login keeps.`,
		Example: `  hexmcp install --list
  hexmcp install claude-code
  hexmcp install cursor --demo
  hexmcp install vscode --profile europe --name hex-europe
  hexmcp install codex --http http://127.0.0.1:8765/mcp
  hexmcp install zed --remove`,
		Args: one("give one CLIENT; hexmcp install --list shows all"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.installInto(cmd, strings.Join(args, ""), i) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return clientNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&i.list, "list", false, "list the clients, and which of them are set up")
	flags.BoolVar(&i.print, "print", false, "print what would be written, and write nothing")
	flags.BoolVar(&i.remove, "remove", false, "take the server out of the configuration")
	flags.StringVar(&i.name, "name", "hex", "name of the server there")
	flags.StringVar(&i.http, "http", "", "URL of a server that runs, such as http://127.0.0.1:8765/mcp, instead of starting one")
	return cmd
}

func clientNames() []string {
	var all []string
	for _, c := range install.Clients() {
		all = append(all, c.Name)
	}
	return all
}

func (a *app) system() install.System { return install.System{OS: runtime.GOOS, Env: a.env} }

func (a *app) installInto(cmd *cobra.Command, client string, i installation) error {
	if i.list {
		return a.listClients()
	}
	c, ok := install.Find(client)
	switch {
	case client == "":
		return fmt.Errorf("which client? Known are %s", strings.Join(clientNames(), ", "))
	case !ok:
		return unknownClient(client)
	}
	if err := errors.Join(install.CheckName(i.name), a.config.readValues(cmd.Flags(), noVariables)); err != nil {
		return err
	}
	if i.remove {
		return a.uninstall(c, i.name)
	}
	s, err := serverOf(cmd, i)
	if err != nil {
		return err
	}
	if i.print {
		return a.printSnippet(c, s)
	}
	return a.setUp(c, s)
}

// noVariables is an empty environment: an entry must depend on flags only.
func noVariables(string) (string, bool) { return "", false }

func unknownClient(name string) error {
	if tokenPrefix().MatchString(name) {
		return errors.New("a token does not belong into the arguments, which others can see: hexmcp login keeps it")
	}
	meant := "."
	if i := slices.IndexFunc(install.Clients(), func(c install.Client) bool { return begins(c.Name, name) || begins(c.Title, name) }); i >= 0 {
		meant = "; did you mean " + install.Clients()[i].Name + "?"
	}
	return fmt.Errorf("the client %q is not known%s Known are %s", name, meant, strings.Join(clientNames(), ", "))
}

// begins reports whether a name begins with what was given, however it is spelt.
func begins(name, given string) bool {
	given = strings.ToLower(joints.Replace(given))
	return given != "" && strings.HasPrefix(strings.ToLower(joints.Replace(name)), given)
}

// serverOf is the server that is written into the configuration of the client.
func serverOf(cmd *cobra.Command, i installation) (install.Server, error) {
	s := install.Server{Name: i.name, URL: i.http}
	args, err := handedOn(cmd)
	if err != nil {
		return s, err
	}
	if i.http != "" {
		if len(args) > 0 {
			return s, fmt.Errorf("%s is for a server that the client starts: give it to the one at --http where that is started", args[0])
		}
		return s, checkServerURL(i.http)
	}
	s.Args = args
	s.Command, err = program()
	return s, err
}

// handedOn are the flags of this command line with which the client is to start the server.
func handedOn(cmd *cobra.Command) (args []string, err error) {
	add := func(f *pflag.Flag) {
		value := f.Value.String()
		if _, isList := f.Value.(pflag.SliceValue); isList {
			value = strings.TrimSuffix(strings.TrimPrefix(value, "["), "]") // String adds brackets that Set does not accept
		}
		switch {
		case f.Value.Type() == "bool" && value == "true":
			args = append(args, "--"+f.Name)
			return
		case f.Value.Type() == "bool":
			args = append(args, "--"+f.Name+"=false")
			return
		case f.Name == "token-file" || f.Name == "ca-file":
			value, err = filepath.Abs(value) // the client starts the server in another folder
		}
		args = append(args, "--"+f.Name, value)
	}
	cmd.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) {
		if f.Changed {
			add(f)
		}
	})
	return args, err
}

func checkServerURL(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("--http must be the URL of a server, such as http://127.0.0.1:8765/mcp")
	case u.User != nil || tokenPrefix().MatchString(address):
		return errors.New("--http holds a secret, which does not belong into a configuration")
	}
	return nil
}

// program is the path by which the client starts this program. If PATH leads to it, it is
// that path, links not resolved: such a link, as of a package manager, will point to the
// next version after an update.
func program() (string, error) {
	own, err := os.Executable()
	if err != nil {
		return "", failed(err)
	}
	if strings.Contains(filepath.ToSlash(own), "/go-build") {
		return "", errors.New("this program is a temporary one of go run, and gone when it ends: build it first, with go install ./cmd/hexmcp")
	}
	if known, err := exec.LookPath("hexmcp"); err == nil && isSameFile(known, own) {
		own = known
	}
	return filepath.Abs(own)
}

func isSameFile(a, b string) bool {
	one, err1 := os.Stat(a)
	other, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(one, other)
}

func (a *app) printSnippet(c install.Client, s install.Server) error {
	text, err := c.Snippet(s)
	if err != nil {
		return err
	}
	if _, err = fmt.Fprint(a.out, visible.Text(text)); err != nil {
		return failed(err)
	}
	fmt.Fprintf(a.err, "hexmcp: that is for %s, in %s\n", c.Title, c.File(a.system()))
	return nil
}

func (a *app) setUp(c install.Client, s install.Server) error {
	wasHere := c.IsHere(a.system())
	done, err := c.Install(a.system(), s)
	if _, ok := errors.AsType[*install.RemoteError](err); ok {
		return err
	}
	if err != nil {
		return failed(err)
	}
	what := "was already set up in"
	if done.Changed {
		what = "is set up in"
	}
	a.say("%s %s %s: %s", s.Name, what, c.Title, done.File)
	a.sayBackup(done)
	a.say("It %s", cmp.Or(ifTrue(s.URL != "", "is reached at "+s.URL), "starts "+strings.Join(append([]string{s.Command}, s.Args...), " ")))
	if !wasHere {
		a.say("%s does not seem to be on this machine yet. It finds the file when it comes.", c.Title)
	}
	a.sayOfToken(c, s)
	a.say("Next: %s", c.Next)
	return nil
}

func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.out, visible.Text(fmt.Sprintf(format, args...)))
}

func (a *app) sayBackup(done install.Change) {
	if done.Backup != "" {
		a.say("The file as it was: %s", done.Backup)
	}
}

// sayOfToken warns if the server would find no token, or another one than was meant.
func (a *app) sayOfToken(c install.Client, s install.Server) {
	all, _ := c.Found(a.system())
	for _, f := range all {
		if f.Name == s.Name && f.Env[envToken] != "" && a.config.profile == "" {
			a.say("The entry sets %s, which wins over profiles: take that line out to use them.", envToken)
			return
		}
	}
	if s.URL != "" || a.config.demo || a.config.tokenFile != "" {
		return
	}
	name := cmp.Or(a.config.profile, a.config.profiles.DefaultName())
	if _, err := a.config.profiles.Find(name); err != nil {
		a.say("There is no token for it yet: run hexmcp login%s.", ifTrue(a.config.profile != "", " --profile "+a.config.profile))
	}
}

func (a *app) uninstall(c install.Client, name string) error {
	done, err := c.Remove(a.system(), name)
	if err != nil {
		return failed(err)
	}
	if !done.Changed {
		a.say("%s is not set up in %s: %s", name, c.Title, done.File)
		return nil
	}
	a.say("%s is taken out of %s: %s", name, c.Title, done.File)
	a.sayBackup(done)
	return nil
}

func (a *app) listClients() error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	for _, c := range install.Clients() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.Name, c.Title, a.stateOf(c), visible.Text(c.File(a.system())))
	}
	return failed(w.Flush())
}

func (a *app) stateOf(c install.Client) string {
	found, err := c.Found(a.system())
	var names []string
	for _, f := range found {
		names = append(names, visible.Text(f.Name))
	}
	switch {
	case err != nil:
		return "broken"
	case len(names) > 0:
		return "set up: " + strings.Join(names, ", ")
	case c.IsHere(a.system()):
		return "not set up"
	}
	return "not here"
}
