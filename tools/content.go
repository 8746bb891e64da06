package tools

import "encoding/base64"

// Content is a block that an answer carries beside its JSON, for what is not
// text, such as a picture. Clients show it to the model after the JSON.
type Content interface {
	// AppendContent appends the block as one line of JSON, in the form that MCP
	// gives to the blocks of a result's content.
	AppendContent(dst []byte) []byte
}

// Image is a picture.
type Image struct {
	MIMEType string // such as image/png
	Data     []byte // the file's bytes
}

// AppendContent appends the picture with its data in base64.
func (i Image) AppendContent(dst []byte) []byte {
	dst = append(dst, `{"type":"image","data":"`...)
	dst = base64.StdEncoding.AppendEncode(dst, i.Data)
	dst = append(dst, `","mimeType":`...)
	dst = appendMarshalled(dst, i.MIMEType)
	return append(dst, '}')
}
