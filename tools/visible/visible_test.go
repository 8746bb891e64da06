package visible_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema/cost"
	"hexmcp/tools/visible"
)

func TestHiddenCharactersAreShown(t *testing.T) {
	for name, tc := range map[string]struct{ given, shown string }{
		"zero width space":        {"a\u200bb", "a⟦U+200B⟧b"},
		"bidirectional override":  {"\u202eevil\u2066", "⟦U+202E⟧evil⟦U+2066⟧"},
		"tags":                    {"\U000e0041\U000e007f", "⟦U+E0041⟧⟦U+E007F⟧"},
		"escape sequence":         {"\x1b[2J", "⟦U+001B⟧[2J"},
		"C1 control":              {"\u009b2J\u0085\x7f", "⟦U+009B⟧2J⟦U+0085⟧⟦U+007F⟧"},
		"byte order mark":         {"\ufeffa", "⟦U+FEFF⟧a"},
		"soft hyphen":             {"a\u00adb", "a⟦U+00AD⟧b"},
		"line separator":          {"a\u2028b", "a⟦U+2028⟧b"},
		"filler":                  {"\u3164\u115f", "⟦U+3164⟧⟦U+115F⟧"},
		"no letter yet":           {"\u2065\ufff0\U000e0080\U000e01f0\U000e0fff", "⟦U+2065⟧⟦U+FFF0⟧⟦U+E0080⟧⟦U+E01F0⟧⟦U+E0FFF⟧"},
		"variation selectors":     {"x\ufe0f\U000e0100", "x⟦U+FE0F⟧⟦U+E0100⟧"},
		"joiner between letters":  {"a\u200db\u200cc", "a⟦U+200D⟧b⟦U+200C⟧c"},
		"joiners in a row":        {"क\u200d\u200d", "क\u200d⟦U+200D⟧"},
		"joiner after an emoji":   {"👩\u200dx", "👩⟦U+200D⟧x"},
		"styles in a row":         {"❤\ufe0f\ufe0f", "❤\ufe0f⟦U+FE0F⟧"},
		"selectors in a row":      {"葛\U000e0100\U000e0101", "葛\U000e0100⟦U+E0101⟧"},
		"text in tags after flag": {"🏴\U000e0068\U000e0069\U000e007f", "🏴⟦U+E0068⟧⟦U+E0069⟧⟦U+E007F⟧"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.shown, visible.Text(tc.given))
			encoded, err := json.Marshal(map[string]string{tc.given: tc.given})
			require.NoError(t, err)
			var back map[string]string
			require.NoError(t, json.Unmarshal(visible.JSON(encoded), &back))
			assert.Equal(t, map[string]string{tc.shown: tc.shown}, back)
		})
	}
}

func TestWhatWritingNeedsStays(t *testing.T) {
	for name, text := range map[string]string{
		"ASCII, lines and tabs": "a\n\tb\r\n",
		"letters":               "é漢字かな한국어Ωж",
		"family":                "👨\u200d👩\u200d👧",
		"skin and profession":   "👩🏽\u200d🔬",
		"flag of many colours":  "🏳\ufe0f\u200d🌈",
		"flag of Scotland":      "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f!",
		"heart":                 "❤\ufe0f",
		"keycap":                "1\ufe0f\u20e3",
		"Persian":               "می\u200cخواهم",
		"Sinhala":               "ශ්\u200dරී",
		"Arabic abbreviation":   "ه\u200d",
		"Kanji variant":         "葛\U000e0100",
		"Mongolian variant":     "ᠠ\u180b",
		"Arabic number sign":    "\u0600١٢",
		"end of a flag at end":  "🏴",
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, text, visible.Text(text))
		})
	}
}

// Nothing that Unicode calls a control or ignorable gets through by itself.
func TestNoHiddenCharacterGetsThroughByItself(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		hides := unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
		if !hides || strings.ContainsRune("\n\r\t", r) || unicode.Is(unicode.Prepended_Concatenation_Mark, r) {
			continue
		}
		require.Equal(t, fmt.Sprintf("a⟦U+%04X⟧b", r), visible.Text("a"+string(r)+"b"))
	}
}

func TestJSONIsLeftAloneWhereNothingIsHidden(t *testing.T) {
	for _, src := range []string{
		`{}`, `null`, ` [1.50, "a\nb\t\"c\\", {"d\/":"é"}] `, `{"big":9007199254740993,"half":"\ud800","<":"\u003c"}`, `"\\u200b"`,
	} {
		assert.Equal(t, src, string(visible.JSON([]byte(src))))
	}
}

func TestJSONShowsWhatIsWrittenAsAnEscape(t *testing.T) {
	for src, want := range map[string]string{
		`{"a":"x\u200by","b":1.50}`:          `{"a":"x⟦U+200B⟧y","b":1.50}`,
		`["\uDB40\uDC41","\b\f\n"]`:          `["⟦U+E0041⟧","⟦U+0008⟧⟦U+000C⟧\n"]`,
		`{"\u001b[2J":"\\\u200b\""}`:         `{"⟦U+001B⟧[2J":"\\⟦U+200B⟧\""}`,
		`["👩\u200d🔬","क\u200d","<\u200b>"]`:  `["👩\u200d🔬","क\u200d","<⟦U+200B⟧>"]`,
		`["\ud83d\udc69\u200d\ud83d\udd2c"]`: `["\ud83d\udc69\u200d\ud83d\udd2c"]`,
	} {
		assert.Equal(t, want, string(visible.JSON([]byte(src))))
	}
}

func TestMarksAreFound(t *testing.T) {
	assert.Equal(t, "⟦U+200B⟧", visible.Mark("a⟦U+200B⟧b⟦U+202E⟧"))
	assert.Empty(t, visible.Mark("a ⟦U+⟧ U+200B ⟦note⟧"))
	assert.NotEmpty(t, visible.Mark(visible.Text("\U000e0041")))
}

func FuzzJSON(f *testing.F) {
	cost.Large(f, []byte(`"`+strings.Repeat("\u200b", 10_000)+`"`))
	cost.Large(f, []byte(`[`+strings.Repeat(`"\u202e\u001b[2J",`, 3_000)+`1]`))
	f.Add([]byte(`{"w\u001b]0;PWNED\u0007":"\u2065\ufff0\udb40\udc80\u2800"}`))
	f.Add([]byte("{\"\\b\xea\xc0\xc4\":[]}"))
	f.Add([]byte(`{"a\u200b":["\ud800","\\",1e5,"🏴"]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		if !json.Valid(src) {
			return // only JSON is shown
		}
		var shown []byte
		cost.Bound(t, len(src), func() { shown = visible.JSON(src) })
		require.LessOrEqual(t, len(shown), visible.MostBytes(src), "%q", src)
		require.True(t, json.Valid(shown), "%q becomes %q", src, shown)
		require.Equal(t, string(shown), string(visible.JSON(shown)), "what is shown hides nothing")
	})
}

func BenchmarkJSON(b *testing.B) {
	row := `{"id":"01990762-af2f-7d34-9cb0-00fc4a11ffd3","title":"Weekly revenue","description":"For all","source":"select 1\nfrom t"},`
	for name, src := range map[string]string{
		"ASCII":   "[" + strings.Repeat(row, 160) + "0]",
		"letters": "[" + strings.Repeat(strings.ReplaceAll(row, "For all", "Für alle 漢字"), 160) + "0]",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				visible.JSON([]byte(src))
			}
		})
	}
}
