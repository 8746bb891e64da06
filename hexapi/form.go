package hexapi

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
)

// form is a body of fields and a zip file, for the few operations that take no JSON.
type form struct {
	fields  []field
	archive string // field of the zip file
	name    string // of the zip file
	files   []archived
}

type field struct{ name, value string }

// archived is a file within the zip file.
type archived struct{ path, contents string }

// encode writes the form, and the content type that tells how to read it.
func (f form) encode() (body []byte, contentType string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, each := range f.fields {
		if err := w.WriteField(each.name, each.value); err != nil {
			return nil, "", fmt.Errorf("encode form: %w", err)
		}
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf("form-data; name=%q; filename=%q", f.archive, f.name)},
		"Content-Type":        {"application/zip"},
	})
	if err == nil {
		err = f.zip(part)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, "", fmt.Errorf("encode form: %w", err)
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

func (f form) zip(to io.Writer) error {
	z := zip.NewWriter(to)
	for _, each := range f.files {
		w, err := z.Create(each.path)
		if err == nil {
			_, err = io.WriteString(w, each.contents)
		}
		if err != nil {
			return err
		}
	}
	return z.Close()
}
