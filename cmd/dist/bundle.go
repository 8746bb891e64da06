package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// platform is an operating system and a processor, by the names of Go.
type platform struct{ os, arch string }

// node is the system by the name that bundles have for it.
func (p platform) node() string {
	if p.os == "windows" {
		return "win32"
	}
	return p.os
}

// program is where the program stands in a bundle.
func (p platform) program() string {
	if p.os == "windows" {
		return "server/" + name + ".exe"
	}
	return "server/" + name
}

// part is a file in a bundle.
type part struct {
	name    string
	content []byte
	mode    fs.FileMode
}

// writeBundle writes a bundle for Claude Desktop into a folder. The same program
// makes the same bundle, because nothing in it tells when it was made, which mcpb
// pack would.
func writeBundle(binary string, p platform, folder string) error {
	program, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	content, err := pack([]part{
		{"manifest.json", encode(bundleManifest(p)), 0o644},
		{iconFile, icon(), 0o644},
		{p.program(), program, 0o755},
	})
	if err != nil {
		return err
	}
	return write(filepath.Join(folder, fmt.Sprintf("%s-%s-%s.mcpb", name, p.os, p.arch)), content, 0o644)
}

// pack makes a zip of files, with a fixed date.
func pack(parts []part) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	var all []error
	for _, p := range parts {
		header := &zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		header.SetMode(p.mode)
		w, err := z.CreateHeader(header)
		if err == nil {
			_, err = w.Write(p.content)
		}
		all = append(all, err)
	}
	err := errors.Join(append(all, z.Close())...)
	return b.Bytes(), err
}

// write makes the folder, too.
func write(file string, content []byte, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return err
	}
	return os.WriteFile(file, content, mode)
}
