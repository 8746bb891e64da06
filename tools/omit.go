package tools

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// omission is a field that was left out of an answer because the answer did not
// fit.
type omission struct {
	path  string // such as contents.sqlCell.source
	bytes int    // of its value
}

// maxOmissions is how many fields are left out of one answer at the most. Each
// is the largest that is left, so few are enough.
const maxOmissions = 50

// farTooSmall tells when leaving out fields is given up: when maxOmissions fields as
// large as the largest one, times farTooSmall, would still be too little. A body of
// many megabytes of small fields would be read fifty times otherwise.
const farTooSmall = 16

// omit leaves whole fields out of a body until it has no more than room bytes, and
// says which. Half of a value would be taken for the whole. What remains may
// still be too large.
func omit(body json.RawMessage, room int) (json.RawMessage, []omission) {
	var left []omission
	for len(body) > room && len(left) < maxOmissions {
		root, err := readNode(newDecoder(body), body)
		if err != nil {
			break // no JSON
		}
		path, f := root.heaviest("", nil)
		if f == nil {
			break // no fields
		}
		if f.size()*maxOmissions*farTooSmall < len(body)-room {
			break // to leave out fields like this one would take long, and help nothing
		}
		left = append(left, omission{path, f.size()})
		body = f.cutFrom(body)
	}
	return body, left
}

// newDecoder reads whatever package hexapi takes for JSON.
func newDecoder(body []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// maxPath is how many bytes the name of a field that is left out may have, about:
// nobody reads a longer one, and of ten thousand levels each would cost its own.
const maxPath = 1000

// node is a value within a body. Of the values within it [readNode] keeps only the
// largest: a body of 16 MiB may have eight million.
type node struct {
	kind       jsontext.Kind
	name       string // of a member of an object
	nameStart  int    // where its name begins, in bytes from the start of the body
	start, end int    // where the value begins and ends
	largest    *node  // the first one where several are; nil for none
	nth        int    // of the values within it, from 0 on, the largest is
	children   []node // all of them, of readTree alone
}

func (n *node) size() int { return n.end - n.start }

// readNode reads the next value of a body, without most of what is within it.
func readNode(d *jsontext.Decoder, body []byte) (node, error) {
	return readValue(d, body, false)
}

// readTree reads the next value of a body with all that is within it, which takes
// many times the memory of the body.
func readTree(d *jsontext.Decoder, body []byte) (node, error) {
	return readValue(d, body, true)
}

func readValue(d *jsontext.Decoder, body []byte, whole bool) (node, error) {
	n := node{kind: d.PeekKind(), start: skipSeparators(body, int(d.InputOffset()))}
	if n.kind != '{' && n.kind != '[' {
		err := d.SkipValue()
		n.end = int(d.InputOffset())
		return n, err
	}
	if _, err := d.ReadToken(); err != nil {
		return n, err
	}
	for i := 0; d.PeekKind() != n.kind+2; i++ { // the closing bracket, which ASCII has two further
		child, err := readChild(d, body, n.kind == '{', whole)
		if err != nil {
			return n, err
		}
		if whole {
			n.children = append(n.children, child)
		} else {
			n.keepLargest(child, i)
		}
	}
	_, err := d.ReadToken()
	n.end = int(d.InputOffset())
	return n, err
}

// keepLargest makes a value the largest of those within n, if it is.
func (n *node) keepLargest(child node, nth int) {
	if n.largest != nil && child.size() <= n.largest.size() {
		return
	}
	if n.largest == nil {
		n.largest = new(node)
	}
	*n.largest, n.nth = child, nth
}

// readChild reads an entry of a list, or a member of an object with its name.
func readChild(d *jsontext.Decoder, body []byte, named, whole bool) (node, error) {
	if !named {
		return readValue(d, body, whole)
	}
	start := skipSeparators(body, int(d.InputOffset()))
	name, err := d.ReadToken()
	if err != nil {
		return node{}, err
	}
	text := name.String()
	child, err := readValue(d, body, whole)
	child.name, child.nameStart = text, start
	return child, err
}

func skipSeparators(body []byte, at int) int {
	for at < len(body) && strings.IndexByte(" \t\r\n,:", body[at]) >= 0 {
		at++
	}
	return at
}

// heaviest returns the field to leave out of n, with its path: the largest one that is
// not made of many small ones. Where no field of n stands out it returns within, the
// field that holds n.
func (n *node) heaviest(path string, within *node) (string, *node) {
	child := n.largest
	switch {
	case child == nil, len(path) > maxPath, child.size() < n.size()/8 && within != nil:
		return path, within
	case n.kind == '{':
		return child.heaviest(strings.TrimPrefix(path+"."+child.name, "."), child)
	default:
		return child.heavierThan(path+"["+strconv.Itoa(n.nth)+"]", path, within)
	}
}

// heavierThan is heaviest for an entry of a list: an entry is left out only with
// its whole list.
func (n *node) heavierThan(path, listPath string, list *node) (string, *node) {
	if inner, f := n.heaviest(path, nil); f != nil {
		return inner, f
	}
	return listPath, list
}

// cutFrom returns the body without the field and the comma beside it.
func (n *node) cutFrom(body json.RawMessage) json.RawMessage {
	before, after := bytes.TrimRight(body[:n.nameStart], " \t\r\n"), body[n.end:]
	if rest := bytes.TrimLeft(after, " \t\r\n"); rest[0] == ',' {
		after = rest[1:]
	} else if before[len(before)-1] == ',' {
		before = before[:len(before)-1]
	}
	return slices.Concat(before, after)
}
