package hexcontract

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"slices"
)

// bodyAsJSON is the body that was sent. A form becomes an object: true and false
// are those, and a zip file is an object of the texts in it by their paths.
func (e Exchange) bodyAsJSON() ([]byte, error) {
	media, params, _ := mime.ParseMediaType(e.Request.Header.Get("Content-Type"))
	if media != "multipart/form-data" {
		return e.Sent, nil
	}
	fields := make(map[string]any)
	parts := multipart.NewReader(bytes.NewReader(e.Sent), params["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return json.Marshal(fields)
		}
		if err != nil {
			return nil, fmt.Errorf("is no form: %w", err)
		}
		if fields[part.FormName()], err = value(part); err != nil {
			return nil, fmt.Errorf("part %q: %w", part.FormName(), err)
		}
	}
}

func value(part *multipart.Part) (any, error) {
	b, err := io.ReadAll(part)
	if err != nil {
		return nil, err
	}
	if part.FileName() != "" {
		return Unzip(b)
	}
	if slices.Contains([]string{"true", "false"}, string(b)) {
		return string(b) == "true", nil
	}
	return string(b), nil
}

// Unzip returns the texts in a zip file by their paths.
func Unzip(b []byte) (map[string]string, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	texts := make(map[string]string)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		texts[f.Name] = string(text)
	}
	return texts, nil
}
