package main

import (
	"fmt"
	"slices"

	"github.com/spf13/pflag"
)

// This file reads settings from flags and the environment.

// addFlags adds the settings of a scope to the flags of a command.
func (c *config) addFlags(flags *pflag.FlagSet, in scope) {
	for _, s := range c.settings() {
		if s.scope == in && s.bind != nil {
			s.bind(flags)
		}
	}
}

// addFlag adds one setting, whatever its scope.
func (c *config) addFlag(flags *pflag.FlagSet, name string) {
	for _, s := range c.settings() {
		if s.flag == name {
			s.bind(flags)
		}
	}
}

// read reads all settings, the token included.
func (c *config) read(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	err := c.readValues(flags, lookup)
	if err == nil {
		c.variables, err = readVariables(c.credentialEnv, lookup)
	}
	if err != nil || c.demo {
		return err
	}
	if err := checkProxies(lookup); err != nil {
		return err
	}
	return c.readSource(flags, lookup)
}

// readValues sets from the environment what no flag has set, and checks the values of
// the settings that the command has flags for.
func (c *config) readValues(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	return readEach(c.settings(), flags, lookup)
}

// readChoice is readValues for those settings only that choose the tools.
func (c *config) readChoice(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	ofOthers := func(s setting) bool { return s.scope != scopeTools && s.scope != scopeBounds }
	return readEach(slices.DeleteFunc(slices.Clone(c.settings()), ofOthers), flags, lookup)
}

func readEach(settings []setting, flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	var known []setting
	for _, s := range settings {
		if flags.Lookup(s.flag) != nil {
			known = append(known, s)
		}
	}
	for _, s := range known {
		flag := flags.Lookup(s.flag)
		given, err := s.readEnv(flag, lookup)
		if err != nil {
			return err
		}
		if !given { // a default needs no check
			continue
		}
		if why := unresolved(flag.Value.String()); why != "" {
			return fmt.Errorf("%s %s", s.nameIn(flag), why)
		}
		if err := s.check(); err != nil {
			return err
		}
	}
	return nil
}

// nameIn is the name by which the operator set the value.
func (s setting) nameIn(flag *pflag.Flag) string {
	if flag.Changed {
		return "--" + s.flag
	}
	return s.env
}

// readEnv sets a flag from its variable, unless it was set as a flag, and reports
// whether either was given. Errors name the variable and never its value, which
// might be a token in the wrong place.
func (s setting) readEnv(flag *pflag.Flag, lookup func(string) (string, bool)) (given bool, err error) {
	if flag.Changed {
		return true, nil
	}
	value, ok := lookup(s.env)
	if !ok || value == "" {
		return false, nil
	}
	if flag.Value.Set(value) != nil {
		return false, wrongForm(s.env, flag, s.usage)
	}
	return true, nil
}

// wrongForm is the error for a value of the wrong form. It does not repeat the value.
func wrongForm(name string, flag *pflag.Flag, usage string) error {
	return fmt.Errorf("%s must be %s: %s", name, form(flag.Value.Type()), usage)
}

// form is what a value looks like, for people.
func form(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "int":
		return "a whole number"
	case "duration":
		return "a duration such as 55s"
	}
	return "a " + kind
}
