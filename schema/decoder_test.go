package schema_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

func TestDecodeTakesValidArgumentsAsTheyAre(t *testing.T) {
	arguments := `{"projectId":"` + projectID + `","inputs":{"big":12345678901234567890123,"text":"42"},"dryRun":true,` +
		`"cached":false,"limit":5,"ratio":0.25,"status":null,"name":"n","tags":["a"],` +
		`"sharing":{"upsert":{"users":[{"user":{"id":"` + projectID + `"},"access":"NONE"}]}}}`
	assert.JSONEq(t, arguments, decode(t, arguments))
}

func TestDecodeTakesNoArgumentsForAnEmptyObject(t *testing.T) {
	type none struct {
		Limit int `json:"limit,omitempty"`
	}
	for _, arguments := range []string{"", " \n", "null", "{}"} {
		_, err := schema.NewDecoder[none]().Decode(t.Context(), json.RawMessage(arguments))
		assert.NoError(t, err, "%q", arguments)
	}
}

func TestDecodeKeepsTheBytesOfFreeFormValues(t *testing.T) {
	const value = `{ "z":1.0, "a":[1e2,  "<&>\u00e9"], "n":18446744073709551617 }`
	v, err := schema.NewDecoder[runInput]().Decode(t.Context(), json.RawMessage(with(`"inputs":{"x":`+value+`}`)))
	require.NoError(t, err)
	assert.Equal(t, value, string(v.Inputs["x"]))
}

func TestDecodeKeepsFreeFormValuesExactWhereSomethingElseWasTidied(t *testing.T) {
	v, err := schema.NewDecoder[runInput]().Decode(t.Context(), json.RawMessage(with(`"limit":"5","inputs":{"x":[18446744073709551617,1.0,"<b>"]}`)))
	require.NoError(t, err)
	assert.Equal(t, `[18446744073709551617,1.0,"<b>"]`, string(v.Inputs["x"]))
	assert.Equal(t, 5, v.Limit)
}

func TestDecodeTellsAbsentFromNull(t *testing.T) {
	decoder := schema.NewDecoder[runInput]()
	for member, want := range map[string]nullable{
		`"dryRun":false`: {},
		`"status":null`:  {present: true, null: true},
		`"status":"x"`:   {present: true, value: "x"},
	} {
		v, err := decoder.Decode(t.Context(), json.RawMessage(with(member)))
		require.NoError(t, err)
		assert.Equal(t, want, v.Status, member)
	}
}

func TestDecodeRefusesWhatIsNotAnObject(t *testing.T) {
	for arguments, want := range map[string]string{
		`{"projectId":`: `the arguments are not valid JSON: it ends too early, after "{\"projectId\":"`,
		`{} {}`:         `the arguments are not valid JSON: at character 4, after "{} "`,
		`[1,2]`:         "the arguments must be an object with projectId; a list of 2 entries was given",
		`"run it"`:      `the arguments must be an object with projectId; "run it" was given`,
		`true`:          "the arguments must be an object with projectId; true was given",
	} {
		assert.Equal(t, []schema.Issue{{Message: want}}, refuse(t, arguments), arguments)
	}
}

// Validation would see the last of two values, and decoding would merge them.
func TestDecodeRefusesANameGivenTwice(t *testing.T) {
	for arguments, want := range map[string]string{
		with(`"limit":1,"limit":2`):                                        "limit",
		with(`"limit":1,"l\u0069mit":2`):                                   "limit",
		with(`"sharing":{"upsert":{"users":[],"users":[]}}`):               "sharing.upsert.users",
		with(`"inputs":{"text":"a:b\":c","x":[{"a":1},{"a":1,"a":null}]}`): "inputs.x[1].a",
		with(`"sharing":{"upsert":{"users":[]}},"sharing":{"x":1}`):        "sharing",
	} {
		assert.Equal(t, []schema.Issue{{Path: want, Message: want + " is given twice; give it once"}}, refuse(t, arguments))
	}
}

func TestDecodeRefusesWhatTheTypeCannotHold(t *testing.T) {
	type arguments struct {
		runOptions
		Weights []map[string]int8 `json:"weights,omitempty"`
	}
	for given, want := range map[string]string{
		`{"offset":99999999999999999999}`: "offset is out of range; 99999999999999999999 was given",
		`{"offset":"1e300"}`:              "offset is out of range; 1e+300 was given",
		`{"weights":[{"a":1,"b":300}]}`:   "weights is out of range; 300 was given",
	} {
		_, err := schema.NewDecoder[arguments]().Decode(t.Context(), json.RawMessage(given))
		assert.EqualError(t, err, want)
	}
}

// hostile are arguments that are small to send and could be dear to refuse.
func hostile() map[string]string {
	digits := strings.Repeat("9", 300_000)
	return map[string]string{
		"huge exponent":               with(`"limit":1e999999999`),
		"huge exponent of a fraction": with(`"ratio":1e999999999`),
		"tiny exponent":               with(`"ratio":1e-999999999,"limit":0`),
		"large exponent":              with(`"offset":1e999999,"ratio":7`),
		"many digits":                 with(`"limit":` + digits),
		"many decimals":               with(`"ratio":1.` + digits),
		"many digits, quoted":         with(`"limit":"` + digits + `"`),
		"deep lists":                  with(`"inputs":` + strings.Repeat("[", 100_000)),
		"deep objects":                with(`"tags":` + strings.Repeat(`{"a":`, 100_000)),
		"deep text":                   with(`"tags":` + strconv.Quote(strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)) + `,"limit":0`),
		"many unknown names":          with(unknownNames(20_000)),
		"one endless name":            with(`"` + strings.Repeat("limit_", 50_000) + `":1`),
		"many entries too bad":        with(`"tags":[` + strings.TrimSuffix(strings.Repeat("1,", 20_000), ",") + `]`),
	}
}

func TestDecodeRefusesHostileArgumentsInFewWords(t *testing.T) {
	for name, arguments := range hostile() {
		t.Run(name, func(t *testing.T) {
			issues := refuse(t, arguments)
			assert.LessOrEqual(t, len(issues), 11)
			for _, issue := range issues {
				assert.Less(t, len(issue.Message), 2000)
			}
		})
	}
}

func unknownNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = `"x` + strconv.Itoa(i) + `":1`
	}
	return strings.Join(names, ",")
}

func TestDecodeIsSafeForConcurrentUse(t *testing.T) {
	decoder := schema.NewDecoder[runInput]()
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			v, err := decoder.Decode(t.Context(), json.RawMessage(with(`"limit":"`+strconv.Itoa(i+1)+`"`)))
			assert.NoError(t, err)
			assert.Equal(t, i+1, v.Limit)
		})
	}
	wg.Wait()
}

func TestDecoderShowsTheSchemaThatItHoldsArgumentsTo(t *testing.T) {
	assert.Equal(t, string(schema.Input[runInput]()), string(schema.NewDecoder[runInput]().Schema()))
}

// A ceiling on allocations holds where times do not.
func TestDecodeAllocatesLittle(t *testing.T) {
	decoder := schema.NewDecoder[runInput]()
	arguments := json.RawMessage(with(`"limit":5`))
	allocations := testing.AllocsPerRun(100, func() { _, _ = decoder.Decode(t.Context(), arguments) })
	assert.LessOrEqual(t, allocations, 60.0)
}

func BenchmarkDecodeSmall(b *testing.B) {
	benchmarkDecode(b, with(`"limit":5`))
}

func BenchmarkDecodeRunProject(b *testing.B) {
	benchmarkDecode(b, with(`"inputs":{"region":"EU","days":30,"rows":[1,2,3],"from":"2026-01-31"},"dryRun":false,`+
		`"cached":true,"status":null,"name":"weekly","tags":["a","b"]`))
}

func BenchmarkDecodeTidied(b *testing.B) {
	benchmarkDecode(b, `{"project_id":"`+projectID+`","limit":"5","inputs":"{\"region\":\"EU\"}","tags":"a"}`)
}

// The dearest, 20,000 mistakes in one call, takes some tens of milliseconds.
func BenchmarkDecodeHostile(b *testing.B) {
	decoder := schema.NewDecoder[runInput]()
	for name, arguments := range hostile() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(arguments)))
			for b.Loop() {
				_, _ = decoder.Decode(b.Context(), json.RawMessage(arguments))
			}
		})
	}
}

func benchmarkDecode(b *testing.B, arguments string) {
	decoder := schema.NewDecoder[runInput]()
	b.ReportAllocs()
	b.SetBytes(int64(len(arguments)))
	for b.Loop() {
		if _, err := decoder.Decode(b.Context(), json.RawMessage(arguments)); err != nil {
			b.Fatal(err)
		}
	}
}
