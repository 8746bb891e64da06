package tools

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/tools/visible"
)

func TestEnvelopeOfASuccessHoldsTheBodyAsHexSentIt(t *testing.T) {
	e := Envelope{Data: json.RawMessage(`{"big":9007199254740993,"unknown":{"a":[1,2]},"html":"<b>&"}`)}
	assert.Equal(t, `{"data":{"big":9007199254740993,"unknown":{"a":[1,2]},"html":"<b>&"},"error":null,"successful":true}`,
		string(e.AppendJSON(nil)))
}

func TestEnvelopeOfAFailureLeavesOutWhatIsUnknown(t *testing.T) {
	e := Envelope{Error: `no "such" <thing>`, Detail: &ErrorDetail{Kind: NotFound, Status: 404}}
	assert.Equal(t, `{"data":null,"error":"no \"such\" <thing>","errorDetail":{"kind":"not_found","status":404,"retryable":false},"successful":false}`,
		string(e.AppendJSON(nil)))
}

func TestEnvelopeIsOneLine(t *testing.T) {
	e := Envelope{Data: json.RawMessage("{\r\n  \"a\":\t\"b\\nc\"\n}")}
	assert.NotContains(t, string(e.AppendJSON(nil)), "\n")
	assert.NotContains(t, string(e.AppendText(nil)), "\n")
	assert.JSONEq(t, `{"data":{"a":"b\nc"},"error":null,"successful":true}`, string(e.AppendJSON(nil)))
}

func TestNotesArePartOfTheEnvelope(t *testing.T) {
	notes := []string{`first "note"`, "<second>"}
	ok := Envelope{Data: json.RawMessage(`{}`), Notes: notes}
	assert.Equal(t, `{"data":{},"error":null,"notes":["first \"note\"","<second>"],"successful":true}`, string(ok.AppendJSON(nil)))
	failed := Envelope{Error: "no", Detail: &ErrorDetail{Kind: NotFound}, Notes: notes}
	assert.Equal(t, `{"data":null,"error":"no","errorDetail":{"kind":"not_found","retryable":false},"notes":["first \"note\"","<second>"],"successful":false}`,
		string(failed.AppendJSON(nil)))
}

func TestAPictureIsAContentBlock(t *testing.T) {
	block := Image{MIMEType: "image/png", Data: []byte{0x89, 'P', 'N', 'G', 0xff}}.AppendContent(nil)
	assert.Equal(t, `{"type":"image","data":"iVBOR/8=","mimeType":"image/png"}`, string(block))
}

// The text block says the same as the structured content, whatever is in it.
func TestTextIsTheSameJSONAsTheEnvelope(t *testing.T) {
	for name, e := range texts() {
		t.Run(name, func(t *testing.T) {
			text := textOf(t, e)
			assert.JSONEq(t, string(e.AppendJSON(nil)), text)
		})
	}
}

// Nothing is invisible to the person who reads along, or to the model, whichever
// of the two forms it gets.
func TestNeitherFormHidesAnything(t *testing.T) {
	for name, e := range texts() {
		for _, text := range []string{textOf(t, e), string(e.AppendJSON(nil))} {
			for _, r := range text {
				isSpace := strings.ContainsRune("\t\n\r", r) // between tokens of JSON
				assert.Falsef(t, unicode.In(r, unicode.Cc, unicode.Cf) && !isSpace, "%s: %U is hidden", name, r)
			}
			assert.NotContains(t, text, `\u200b`, "%s: a reader of JSON would get it", name)
		}
	}
	assert.Contains(t, textOf(t, texts()["tags"]), "⟦U+E0041⟧")
	assert.Contains(t, textOf(t, texts()["bidi"]), "⟦U+202E⟧")
	assert.Contains(t, textOf(t, texts()["failure"]), "⟦U+200B⟧")
	assert.Contains(t, textOf(t, texts()["notes"]), "a⟦U+200B⟧b")
	assert.Contains(t, textOf(t, texts()["letters"]), "é漢😀", "what can be seen stays")
}

func texts() map[string]Envelope {
	data := func(s string) Envelope { return Envelope{Data: visible.JSON([]byte(s))} }
	return map[string]Envelope{
		"empty":       data(`{}`),
		"null":        data(`null`),
		"quotes":      data(`{"a\"b":"c\\d\/e\u0000\n"}`),
		"letters":     data(`{"title":"é漢😀"}`),
		"zero width":  data("{\"title\":\"a\u200bb\u200d\ufeff\"}"),
		"bidi":        data("{\"title\":\"\u202eevil\u2066\"}"),
		"tags":        data("{\"title\":\"\U000e0041\U000e007f\"}"),
		"C1":          data("{\"title\":\"\u0085\u009b\x7f\"}"),
		"variation":   data("{\"title\":\"x\ufe0f\U000e0100\"}"),
		"fillers":     data("{\"title\":\"\u3164\u115f\u2028\"}"),
		"white space": data("{\n\t\"a\" : [ 1 ,\r\n2 ] }"),
		"notes":       {Data: json.RawMessage(`{}`), Notes: []string{"a\u200bb", `"c"`}},
		"failure":     {Error: "Hex answered \"\u200b<x>\"", Detail: &ErrorDetail{Kind: Upstream, Message: "\u200b"}},
	}
}

func textOf(t *testing.T, e Envelope) string {
	t.Helper()
	var text string
	require.NoError(t, json.Unmarshal(e.AppendText(nil), &text))
	return text
}

func BenchmarkAppendText(b *testing.B) {
	row := `{"id":"01990762-af2f-7d34-9cb0-00fc4a11ffd3","title":"Weekly revenue","description":"Für alle"},`
	e := Envelope{Data: json.RawMessage("[" + strings.Repeat(row, 200) + "0]")}
	b.SetBytes(int64(len(e.Data)))
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		dst = e.AppendText(dst[:0])
	}
}

func BenchmarkAppendTextOfForeignLetters(b *testing.B) {
	e := Envelope{Data: json.RawMessage(`"` + strings.Repeat("漢字かな", 2000) + `"`)}
	b.SetBytes(int64(len(e.Data)))
	var dst []byte
	for b.Loop() {
		dst = e.AppendText(dst[:0])
	}
}
