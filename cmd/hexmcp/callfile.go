package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hexmcp/cmd/hexmcp/internal/file"
	"hexmcp/tools"
)

// checkOut refuses --out before the call, if the tool's answers hold no file or the
// file cannot be written.
func (a *app) checkOut(action tools.Action) error {
	if a.saveAs == "" {
		return nil
	}
	if action.HasFile() {
		name, err := file.Behind(a.saveAs)
		return wrapOut(cmp.Or(err, file.CanReplace(name)))
	}
	with := slices.DeleteFunc(slices.Clone(tools.All()), func(a tools.Action) bool { return !a.HasFile() })
	return fmt.Errorf("the answer of %s holds no file, so leave --out out; that of %s does", action.Name, strings.Join(names(with), ", "))
}

func wrapOut(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("--out: %w", err)
}

// hand writes the file of an answer if --out was given, or else prints the answer. A
// picture is never printed.
func (a *app) hand(e tools.Envelope) error {
	if e.Successful() && e.File != nil && a.saveAs != "" {
		return a.save(e)
	}
	if err := a.print(e); err != nil {
		return err
	}
	if len(e.Content) > 0 {
		fmt.Fprintln(a.err, "hexmcp: the picture is not printed; --out FILE writes it.")
	}
	return nil
}

// save writes the file of an answer, and prints the notes of the answer and what it wrote.
func (a *app) save(e tools.Envelope) error {
	name, err := file.Behind(a.saveAs)
	if err == nil {
		err = file.Replace(name, e.File.Data, 0o644)
	}
	if err != nil {
		return failed(wrapOut(err))
	}
	for _, note := range e.Notes {
		fmt.Fprintln(a.err, "hexmcp: "+note)
	}
	fmt.Fprintf(a.err, "hexmcp: wrote %s: %d bytes of %s.\n", a.saveAs, len(e.File.Data), e.File.MIMEType)
	return nil
}
