package tools

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/tools/jobs"
)

// File is what an answer holds that people keep as a file.
type File struct {
	MIMEType string // such as image/png
	Data     []byte
}

// HasFile reports whether successful answers hold a [File].
func (a *Action) HasFile() bool { return a.take != nil }

// take separates a file from the body of an answer: what is left of the body, the
// file, and the blocks that show it. Most is how many bytes a picture may have, 0
// for any number.
type take func(body json.RawMessage, most int) (taken, error)

type taken struct {
	body    json.RawMessage
	file    *File
	content []Content
}

// taken is what comes of the body of an answer, whole or bounded as the action is.
func (a *Action) taken(body json.RawMessage) (taken, error) {
	switch {
	case a.take == nil:
		return taken{body: body}, nil
	case a.room == 0:
		return a.take(body, 0)
	}
	return a.take(body, MaxPicture)
}

// MaxPicture is how many bytes a picture may have that an MCP client is given: in
// base64 it has a third more, and Claude Desktop refuses results of more than a
// million bytes. How many tokens it costs depends on its measures alone.
const MaxPicture = 700_000

// picture marks an action whose answer is a picture, in base64 in imageBase64 and
// of the type mimeType. It travels as an image, and data has its size instead.
func picture(a *Action) { a.take = takePicture }

// aboutPicture is what data says of a picture.
type aboutPicture struct {
	MIMEType string `json:"mimeType"`
	Bytes    int    `json:"bytes" jsonschema_description:"size of the picture, which follows as an image"`
}

// answeredAs is a method whose answer reaches the model in another shape.
func answeredAs[Shown, In, Out any](do method[In, Out]) method[In, Shown] {
	return func(c *hexapi.Client, ctx context.Context, in In) (hexapi.Answer[Shown], error) {
		a, err := do(c, ctx, in)
		return hexapi.Answer[Shown](a), err
	}
}

func takePicture(body json.RawMessage, most int) (taken, error) {
	var sent struct {
		ImageBase64 string `json:"imageBase64"`
		MIMEType    string `json:"mimeType"`
	}
	err := json.Unmarshal(body, &sent)
	data, broken := base64.StdEncoding.DecodeString(sent.ImageBase64)
	switch {
	case err != nil, broken != nil, len(data) == 0, !strings.HasPrefix(sent.MIMEType, "image/"):
		return taken{}, &finding{ErrorDetail{Kind: Upstream, Retryable: true}, noPicture}
	case most > 0 && len(data) > most:
		return taken{}, &finding{ErrorDetail{Kind: TooLarge}, fmt.Sprintf(largePicture, len(data), most)}
	}
	return taken{
		body:    withoutPicture(body, len(data)),
		file:    &File{sent.MIMEType, data},
		content: []Content{Image{sent.MIMEType, data}},
	}, nil
}

// pictures marks an action whose answer may hold pictures, as jobs have them in
// pictures. They travel as images, and data has their sizes instead.
func pictures(a *Action) { a.take = takePictures }

func takePictures(body json.RawMessage, most int) (taken, error) {
	var sent struct {
		Pictures []jobs.Picture `json:"pictures"`
	}
	if json.Unmarshal(body, &sent) != nil || len(sent.Pictures) == 0 {
		return taken{body: body}, nil
	}
	var got taken
	for i := range sent.Pictures {
		got.add(&sent.Pictures[i], &most)
	}
	root, err := readTree(newDecoder(body), body)
	if err != nil {
		return taken{body: json.RawMessage("{}")}, nil // it was read before
	}
	for _, n := range slices.Backward(root.all([]string{"pictures"})) {
		body = slices.Replace(slices.Clone(body), n.start, n.end, appendMarshalled(nil, sent.Pictures)...)
	}
	got.body = body
	return got, nil
}

// add takes a picture out where there is room for it: left bytes, 0 for any number.
func (t *taken) add(p *jobs.Picture, left *int) {
	data, err := base64.StdEncoding.DecodeString(p.ImageBase64)
	p.ImageBase64, p.Bytes = "", len(data)
	switch {
	case err != nil, len(data) == 0, !strings.HasPrefix(p.MIMEType, "image/"):
		p.LeftOut = "Hex's answer holds no picture that can be read"
		return
	case *left > 0 && len(data) >= *left:
		p.LeftOut = "there is no room for it"
		return
	case *left > 0:
		*left -= len(data)
	}
	t.content = append(t.content, Image{p.MIMEType, data})
	if t.file == nil {
		t.file = &File{p.MIMEType, data}
	}
}

// withoutPicture puts the size in place of the picture.
func withoutPicture(body json.RawMessage, size int) json.RawMessage {
	root, err := readTree(newDecoder(body), body)
	if err != nil {
		return json.RawMessage("{}") // it was read before
	}
	rest := slices.Clone(body)
	for _, n := range slices.Backward(root.all([]string{"imageBase64"})) {
		rest = slices.Replace(rest, n.nameStart, n.end, fmt.Appendf(nil, `"bytes":%d`, size)...)
	}
	return rest
}

const (
	noPicture    = "Hex answered with success, but without a picture that can be read. Calling again is safe."
	largePicture = "the picture has %d bytes, and there is room for %d: ask for a smaller one with width and height. hexmcp call --out FILE writes one of any size."
)
