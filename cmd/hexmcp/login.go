package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"hexmcp/cmd/hexmcp/internal/doctor"
	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/hexapi"
)

func (a *app) login() *cobra.Command {
	var noKeyring bool
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Keep the token of a workspace, so that no client needs it",
		Long: `Ask for the address of Hex and for a token, check them, and keep them as a
profile: the token in the keyring of this system or, where there is none, in a
file that only you can read. Without a terminal the token is read from standard
input. Create a token in Hex under Settings > API keys.

A token is sent to the address that it was given with, and to no other.`,
		Example: `  hexmcp login
  hexmcp login --profile europe --api-url eu.hex.tech
  pass show hex | hexmcp login`,
		Args: noToken,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.logIn(cmd, !noKeyring) },
	}
	cmd.Flags().BoolVar(&noKeyring, "no-keyring", false, "keep the token in a file even where there is a keyring")
	return cmd
}

// noToken refuses arguments, and explains why a token must not be one.
func noToken(cmd *cobra.Command, args []string) error {
	if len(args) > 0 && tokenPrefix().MatchString(args[0]) {
		return errors.New("a token does not belong into the arguments, which others can see: hexmcp login asks for it, or reads it from standard input")
	}
	return noArguments(cmd, args)
}

func (a *app) logIn(cmd *cobra.Command, inKeyring bool) error {
	ctx, c := cmd.Context(), a.config
	if err := c.readValues(cmd.Flags(), a.env); err != nil {
		return err
	}
	if err := checkProxies(a.env); err != nil {
		return err
	}
	if c.demo {
		return errors.New("--demo needs no token, and has no profile")
	}
	p := profile.Profile{Name: cmp.Or(c.profile, profile.Default), InKeyring: inKeyring}
	if err := a.askAddress(cmd, p.Name); err != nil {
		return err
	}
	if err := a.askToken(ctx, cmd.Flags().Changed("token-file")); err != nil {
		return err
	}
	me, err := a.introduce(ctx, &p)
	if err != nil {
		return err
	}
	if err := a.keep(ctx, &p); err != nil {
		return failed(err)
	}
	return a.welcome(p, me)
}

// askAddress sets the address of Hex. It is the one of the flag or variable if given.
// Otherwise it is the one that the profile had before, and on a terminal the user can
// type another.
func (a *app) askAddress(cmd *cobra.Command, name string) error {
	fromEnv, _ := a.env(envBaseURL)
	if cmd.Flags().Changed("api-url") || fromEnv != "" {
		return nil
	}
	if before, err := a.config.profiles.Find(name); err == nil {
		a.config.apiURL = before.APIURL
	}
	if !isTerminal(a.in) {
		return nil
	}
	typed, err := a.ask(cmd.Context(), fmt.Sprintf("Address of Hex [%s]: ", strings.TrimSuffix(a.config.apiURL, "/api")), a.readLine)
	a.config.apiURL = cmp.Or(typed, a.config.apiURL)
	return err
}

// askToken reads the token from the file given, the terminal or standard input.
func (a *app) askToken(ctx context.Context, fromFile bool) error {
	if fromFile {
		token, err := readTokenFile(a.config.tokenFile)
		a.config.token = token
		return err
	}
	from, read := "standard input:", a.readInput
	if isTerminal(a.in) {
		from, read = "what you typed", a.readTyped
	}
	text, err := read(ctx)
	if err != nil {
		return failed(fmt.Errorf("read the token: %w", err))
	}
	a.config.token, err = tokenOf(from, text)
	if err == nil && a.config.token == "" {
		err = errors.New("there is no token on standard input")
	}
	return err
}

func (a *app) readInput(ctx context.Context) (string, error) {
	all, err := readAll(ctx, io.LimitReader(a.in, maxTokenFile))
	return string(all), err
}

func (a *app) readTyped(ctx context.Context) (string, error) {
	return a.ask(ctx, "Token (it is not shown): ", a.readHidden)
}

// ask asks a question on the terminal, and waits until it is answered or ctx ends. It
// restores the state of the terminal.
func (a *app) ask(ctx context.Context, question string, read func(terminal *os.File, question string) (string, error)) (string, error) {
	terminal := a.in.(*os.File)
	before, err := term.GetState(int(terminal.Fd()))
	if err != nil {
		return "", failed(err)
	}
	answer, err := readWith(ctx, func() (string, error) { return read(terminal, question) })
	if restored := term.Restore(int(terminal.Fd()), before); err == nil {
		err = restored
	}
	if err != nil {
		fmt.Fprintln(a.err)
		return "", failed(err)
	}
	return strings.TrimSpace(answer), nil
}

// readHidden reads a secret. It switches the echo off before it prints the question, so
// that an answer which comes at once, as from a program, is not shown either.
func (a *app) readHidden(terminal *os.File, question string) (string, error) {
	if _, err := term.MakeRaw(int(terminal.Fd())); err != nil {
		return "", err
	}
	typed, err := term.NewTerminal(screen{terminal, a.err}, "").ReadPassword(question)
	if errors.Is(err, io.EOF) {
		err = errors.New("nothing was given")
	}
	return typed, err
}

// screen joins the terminal to read from and the file to write to.
type screen struct {
	io.Reader
	io.Writer
}

// readLine reads one byte at a time, so that it takes nothing of the next line: that
// answers the next question.
func (a *app) readLine(terminal *os.File, question string) (string, error) {
	fmt.Fprint(a.err, question)
	var line []byte
	for one := make([]byte, 1); ; {
		n, err := terminal.Read(one)
		if n == 1 && one[0] != '\n' && len(line) < maxTokenFile {
			line = append(line, one[0])
			continue
		}
		if len(line) > 0 {
			err = nil
		}
		return string(line), err
	}
}

// introduce asks Hex whose token it is, and notes that in the profile.
func (a *app) introduce(ctx context.Context, p *profile.Profile) (hexapi.Me, error) {
	base, err := hexapi.BaseURL(a.config.apiURL)
	if err != nil {
		return hexapi.Me{}, fmt.Errorf("hex api address: %w", err)
	}
	client, err := a.config.hex(a.config.logger(a.err))
	if err != nil {
		return hexapi.Me{}, err
	}
	p.APIURL = base.String()
	answer, err := client.Me(ctx, hexapi.MeInput{})
	if doctor.IsAnonymous(err) {
		return hexapi.Me{}, nil
	}
	if err != nil {
		return hexapi.Me{}, failed(refusedLogin(p.APIURL, err))
	}
	me, err := answer.Decode()
	p.Account, p.Workspace, p.TokenEnds = accountOf(me), string(me.Org.ID), endOf(me)
	return me, failed(err)
}

func refusedLogin(address string, err error) error {
	if e, ok := errors.AsType[*hexapi.Error](err); ok && e.Status == http.StatusUnauthorized {
		return fmt.Errorf("%s does not know this token: it is incomplete, has ended, or belongs to another address, such as eu.hex.tech. Nothing was kept", address)
	}
	if reach := doctor.Reach(address, doctor.Seen{}, err); reach.Status == doctor.Failed {
		err = fmt.Errorf("%s: %s", reach.Says, reach.Cure)
	}
	return fmt.Errorf("the token could not be checked, and nothing was kept: %w", err)
}

// accountOf says whose token it is; "" for a workspace token.
func accountOf(me hexapi.Me) string {
	if me.Email == "" {
		return ""
	}
	if me.Name == nil || *me.Name == "" {
		return me.Email
	}
	return *me.Name + " <" + me.Email + ">"
}

// endOf is when the token expires; nil for never. Hex documents no unit. A number that
// would be thousands of years from now in seconds counts as milliseconds.
func endOf(me hexapi.Me) *time.Time {
	if me.Token == nil || me.Token.Exp == nil {
		return nil
	}
	const farAway = 1e11
	seconds := *me.Token.Exp
	if seconds > farAway {
		seconds /= 1000
	}
	return new(time.Unix(int64(seconds), 0).UTC())
}

// keep saves the profile. If the keyring fails, the token goes into a file.
func (a *app) keep(ctx context.Context, p *profile.Profile) error {
	err := a.config.profiles.Save(ctx, *p, a.config.token)
	if _, ok := errors.AsType[*profile.KeyringError](err); ok && ctx.Err() == nil {
		fmt.Fprintf(a.err, "hexmcp: %v. The token goes into a file instead, unencrypted, that only you can read.\n", err)
		p.InKeyring = false
		err = a.config.profiles.Save(ctx, *p, a.config.token)
	}
	return err
}
