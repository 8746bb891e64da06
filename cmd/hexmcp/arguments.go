package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hexmcp/tools"
)

// maxArguments is how many bytes a file of arguments may have.
const maxArguments = 16 << 20

// completeArgument completes --arg in a shell, with the names of the tool's arguments.
func completeArgument(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	action, ok := tools.Find(args[0])
	if !ok {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var input struct {
		Properties map[string]struct{ Description string }
	}
	_ = json.Unmarshal(action.Input(), &input) // cannot fail: a schema is valid JSON
	var all []string
	for name, property := range input.Properties {
		all = append(all, name+"=\t"+property.Description)
	}
	slices.Sort(all)
	return all, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// arguments returns the arguments of the tool as JSON, from the command line, a file or
// standard input. Values of --arg replace those of the same name.
func (a *app) arguments(ctx context.Context, args []string) (json.RawMessage, error) {
	raw := json.RawMessage("{}")
	if len(args) > 0 {
		var err error
		if raw, err = a.readArguments(ctx, args[0]); err != nil {
			return nil, err
		}
		if err := checkJSON(raw); err != nil {
			return nil, err
		}
	} else if len(a.pairs) == 0 && holdsInput(a.in) {
		fmt.Fprintln(a.err, "hexmcp: what comes on standard input is not read: give - to take the arguments from there")
	}
	if len(a.pairs) == 0 {
		return raw, nil
	}
	return withPairs(raw, a.pairs)
}

func (a *app) readArguments(ctx context.Context, given string) (json.RawMessage, error) {
	if given == "-" {
		raw, err := readAll(ctx, a.in)
		if err != nil {
			return nil, failed(fmt.Errorf("read arguments: %w", err))
		}
		return raw, nil
	}
	if name, ok := strings.CutPrefix(given, "@"); ok {
		return readArgument(name)
	}
	return json.RawMessage(given), nil
}

// readArgument reads a file that is given as @FILE.
func readArgument(name string) ([]byte, error) {
	raw, err := readFile(name, maxArguments)
	if err != nil {
		return nil, fmt.Errorf("read @%s: %w", name, err)
	}
	return raw, nil
}

// checkJSON fails if the arguments are not valid JSON, and says where.
func checkJSON(raw []byte) error {
	err := json.Unmarshal(raw, new(any))
	wrong, ok := errors.AsType[*json.SyntaxError](err)
	if err == nil || !ok {
		return err
	}
	at := min(int(wrong.Offset), len(raw)) - 1
	if strings.HasPrefix(wrong.Error(), "unexpected end") {
		at = len(raw)
	}
	before := raw[:max(0, at)]
	line, column := bytes.Count(before, []byte("\n"))+1, len(before)-bytes.LastIndexByte(before, '\n')
	return fmt.Errorf(`the arguments are not JSON (line %d, column %d: %w): give an object such as '{"limit": 5}', or --arg limit=5`, line, column, wrong)
}

// withPairs sets the arguments that were given as NAME=VALUE. Their values are strings;
// the tool's decoder later turns them into numbers, booleans or objects where it wants
// these.
func withPairs(raw json.RawMessage, pairs []string) (json.RawMessage, error) {
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &all); err != nil || all == nil {
		return nil, errors.New("--arg goes with arguments that are a JSON object")
	}
	values := map[string][]string{}
	for _, pair := range pairs {
		name, value, err := splitPair(pair)
		if err != nil {
			return nil, err
		}
		values[name] = append(values[name], value)
	}
	for name, texts := range values {
		all[name] = encodeTexts(texts)
	}
	return json.Marshal(all)
}

// splitPair splits NAME=VALUE. For NAME=@FILE the value is the content of the file.
func splitPair(pair string) (name, value string, err error) {
	name, value, ok := strings.Cut(pair, "=")
	if !ok || name == "" {
		return "", "", errors.New("--arg must be NAME=VALUE, such as limit=5")
	}
	if strings.Contains(name, ".") { // no argument is called so
		return "", "", errors.New("--arg takes no path: give the whole of the argument as JSON, as in --arg '" + wholeOf(name) + "'")
	}
	if file, ok := strings.CutPrefix(value, "@"); ok {
		content, err := readArgument(file)
		return name, string(content), err
	}
	return name, value, nil
}

// wholeOf shows the argument that a path leads into, around a value to be filled in.
func wholeOf(path string) string {
	keys := strings.Split(path, ".")
	value := `"…"`
	for _, key := range slices.Backward(keys[1:]) {
		value = fmt.Sprintf("{%q: %s}", key, value)
	}
	return keys[0] + "=" + value
}

// encodeTexts writes one text as a string, and more as a list.
func encodeTexts(texts []string) json.RawMessage {
	var value any = texts
	if len(texts) == 1 {
		value = texts[0]
	}
	raw, _ := json.Marshal(value) // cannot fail for strings
	return raw
}

// holdsInput reports whether standard input is a file or a pipe with something in it.
func holdsInput(in any) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		return false
	case info.Mode().IsRegular():
		return info.Size() > 0
	}
	return info.Mode()&fs.ModeNamedPipe != 0 && hasContent(f)
}
