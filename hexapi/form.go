package hexapi

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"slices"
)

// form is a multipart body of fields and a zip file, for the few operations that do
// not take JSON.
type form struct {
	fields  []field
	archive string // name of the form field that holds the zip file
	name    string // file name of the zip file
	files   []archived
}

type field struct{ name, value string }

// archived is a file within the zip file.
type archived struct{ path, contents string }

// encode writes the form and its content type. Equal forms have equal bytes, because
// the boundary is a hash of the content.
func (f form) encode() (body []byte, contentType string, err error) {
	content, err := f.zip()
	if err != nil {
		return nil, "", fmt.Errorf("encode form: %w", err)
	}
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	boundary := fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(slices.Clip(content), "%q", f.fields)))
	if err := errors.Join(w.SetBoundary(boundary[:60]), f.writeTo(w, content), w.Close()); err != nil {
		return nil, "", fmt.Errorf("encode form: %w", err)
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

func (f form) writeTo(w *multipart.Writer, content []byte) error {
	for _, each := range f.fields {
		if err := w.WriteField(each.name, each.value); err != nil {
			return err
		}
	}
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf("form-data; name=%q; filename=%q", f.archive, f.name)},
		"Content-Type":        {"application/zip"},
	})
	if err != nil {
		return err
	}
	_, err = part.Write(content)
	return err
}

func (f form) zip() ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, each := range f.files {
		w, err := z.Create(each.path)
		if err == nil {
			_, err = io.WriteString(w, each.contents)
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}
