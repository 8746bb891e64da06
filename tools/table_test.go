package tools

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/schema/cost"
)

// tabled is what comes of the body of a page.
func tabled(t *testing.T, body string) string {
	t.Helper()
	a, ok := Find("HEX_LIST_PROJECTS")
	require.True(t, ok)
	a = *a.Listing(ListAsCSV)
	return string(a.tabulate(json.RawMessage(body)))
}

func TestAListIsWrittenAsATable(t *testing.T) {
	for body, want := range map[string]string{
		`{"values":[{"id":"1","title":"A, \"b\"","n":1e400,"on":true},{"id":"2","title":"C","n":null,"new":7}],"pagination":{"after":"x"}}`: `{"csv":id,title,n,on,new\n1,"A, ""b""",1e400,true,\n2,C,,,7\n,"pagination":{"after":"x"}}`,
		`{"values":[{"id":"1","status":null,"owner":{"email":"a"}},{"id":"2","status":{"name":"x"},"owner":{"email":"b"}}]}`:                `{"csv":id,owner.email,status.name\n1,a,\n2,b,x\n}`,
		`{"values":[{"id":"1","status":null,"of":[{"a":1}],"in":{}},{"id":"2","status":null,"of":[],"in":{}},{"id":"3","status":null}]}`:    `{"csv":id,status,of,in\n1,,"[{""a"":1}]",{}\n2,,[],{}\n3,,,\n}`,
		`{"values":[{"name":"only one here"},{"name":null},{"name":""}]}`:                                                                   `{"values":[{"name":"only one here"},{"name":null},{"name":""}]}`, // empty lines are no rows
		`{"values":[],"pagination":{}}`:           `{"values":[],"pagination":{}}`,
		`{"values":[{"id":"1"}]}`:                 `{"csv":id\n1\n}`,
		`{"values":[{"a":1},{"b":2},{"c":3}]}`:    `{"csv":a,b,c\n1,,\n,2,\n,,3\n}`,
		`{"values":["a","b"]}`:                    `{"values":["a","b"]}`,
		`{"values":[{"id":"1"},null]}`:            `{"values":[{"id":"1"},null]}`,
		`{"id":"1"}`:                              `{"id":"1"}`,
		`[{"id":"1"},{"id":"2"}]`:                 `[{"id":"1"},{"id":"2"}]`,
		`{"values":[{"a":["\"\"\"\"\"\"\"\""]}]}`: `{"values":[{"a":["\"\"\"\"\"\"\"\""]}]}`, // which a table makes longer
	} {
		got := tabled(t, body)
		assert.Equal(t, want, readable(got), body)
	}
}

// readable is a body whose table stands there as CSV with \n for its line ends.
func readable(body string) string {
	var page struct{ CSV *string }
	if json.Unmarshal([]byte(body), &page) != nil || page.CSV == nil {
		return body
	}
	return strings.Replace(body, string(appendMarshalled(nil, *page.CSV)), strings.ReplaceAll(*page.CSV, "\n", `\n`), 1)
}

// pages are the lists of the catalogue with an example call each.
func pages(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	all := make(map[string]json.RawMessage)
	for _, a := range All() {
		if !a.paged {
			continue
		}
		b, err := os.ReadFile("../testdata/calls/" + a.Name + ".json")
		require.NoError(t, err)
		var example struct {
			Minimal struct{ Arguments json.RawMessage }
		}
		require.NoError(t, json.Unmarshal(b, &example))
		all[a.Name] = example.Minimal.Arguments
	}
	require.Greater(t, len(all), 8)
	return all
}

func demo(t *testing.T) *hexapi.Client {
	c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexsim.New()})
	require.NoError(t, err)
	return c
}

// asRows are the entries of a list as a table says them.
func asRows(values []any) []map[string]string {
	var rows []map[string]string
	for _, v := range values {
		row := make(map[string]string)
		flat("", v, row)
		rows = append(rows, row)
	}
	return rows
}

func flat(path string, v any, row map[string]string) {
	switch v := v.(type) {
	case nil, []any:
	case map[string]any:
		for name, inner := range v {
			flat(join(path, name), inner, row)
		}
	default:
		if text := fmt.Sprint(v); text != "" {
			row[path] = text
		}
	}
}

// tableRows reads a table, but for cells that hold nothing or JSON.
func tableRows(t *testing.T, text string) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	var rows []map[string]string
	for _, record := range records[1:] {
		row := make(map[string]string)
		for i, value := range record {
			if value != "" && value[0] != '[' && value[0] != '{' {
				row[records[0][i]] = value
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// The list in a table is the list, its answers are as the definitions say, and what
// it saves is what the README says.
func TestEveryListIsTheSameAsATable(t *testing.T) {
	c := demo(t)
	asJSON, asCSV := 0, 0
	for name, arguments := range pages(t) {
		a, _ := Find(name)
		list := a.Call(t.Context(), c, arguments)
		require.True(t, list.Successful(), list.Error)
		b := a.Listing(ListAsCSV)
		table := b.Call(t.Context(), c, arguments)
		require.True(t, table.Successful(), table.Error)
		assertValid(t, b.Output(), table)
		asJSON, asCSV = asJSON+len(list.AppendJSON(nil)), asCSV+len(table.AppendJSON(nil))

		var had map[string]any
		var has struct{ CSV *string }
		d := json.NewDecoder(strings.NewReader(string(list.Data)))
		d.UseNumber()
		require.NoError(t, d.Decode(&had))
		require.NoError(t, json.Unmarshal(table.Data, &has))
		if has.CSV == nil {
			assert.JSONEq(t, string(list.Data), string(table.Data), name)
			continue
		}
		assert.Less(t, len(table.Data), len(list.Data), name)
		for field, value := range had {
			if values, ok := value.([]any); ok {
				assert.Equal(t, asRows(values), tableRows(t, *has.CSV), name)
				assert.NotContains(t, string(table.Data), `"`+field+`":[`, name)
			} else if field != "traceId" { // of each answer another
				kept, err := json.Marshal(value)
				require.NoError(t, err)
				var rest map[string]json.RawMessage
				require.NoError(t, json.Unmarshal(table.Data, &rest))
				assert.JSONEq(t, string(kept), string(rest[field]), name)
			}
		}
	}
	t.Logf("%d bytes as JSON, %d as CSV", asJSON, asCSV)
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	assert.True(t, strings.Contains(string(readme), fmt.Sprintf("%d %% fewer bytes", 100*(asJSON-asCSV)/asJSON)), "the README says what it saves")
}

func assertValid(t *testing.T, output json.RawMessage, e Envelope) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(output)))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("mem:output", doc))
	s, err := compiler.Compile("mem:output")
	require.NoError(t, err)
	answer, err := jsonschema.UnmarshalJSON(strings.NewReader(string(e.AppendJSON(nil))))
	require.NoError(t, err)
	assert.NoError(t, s.Validate(answer))
}

func TestOnlyListsSayThatTheyMayBeTables(t *testing.T) {
	var say []string
	for _, a := range Listing(All(), ListAsCSV) {
		if strings.Contains(string(a.Output()), `"csv":{"type":"string"`) {
			say = append(say, a.Name)
		}
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(pages(t))), say)
	for _, a := range Listing(Listing(All(), ListAsCSV), ListAsJSON) {
		assert.False(t, a.tabled)
	}
}

func TestATableHasOnlyTheFieldsThatAreWanted(t *testing.T) {
	a, _ := Find("HEX_LIST_PROJECTS")
	e := a.Listing(ListAsCSV).Call(t.Context(), demo(t), json.RawMessage(`{"limit":3,"fields":"title,creator.email"}`))
	require.True(t, e.Successful(), e.Error)
	assert.Contains(t, string(e.Data), `"csv":"title,creator.email\n`)
	e = a.Listing(ListAsCSV).Call(t.Context(), demo(t), json.RawMessage(`{"fields":"nothing"}`))
	assert.Contains(t, e.Error, "fields names")
}

func TestATableThatIsTooLargeIsReadAgainWithTheRowsThatFit(t *testing.T) {
	const room = 5_000
	a, _ := Find("HEX_LIST_PROJECTS")
	a = *a.Bounded(room, 0)
	c := demo(t)
	list := a.Call(t.Context(), c, json.RawMessage(`{"limit":50}`))
	table := a.Listing(ListAsCSV).Call(t.Context(), c, json.RawMessage(`{"limit":50}`))
	require.True(t, table.Successful(), table.Error)
	assert.LessOrEqual(t, len(table.AppendJSON(nil)), room)
	require.Len(t, table.Notes, 1)
	assert.Contains(t, table.Notes[0], "The page was read again with limit")
	var page struct {
		CSV        string
		Values     []any
		Pagination struct{ After *string }
	}
	require.NoError(t, json.Unmarshal(list.Data, &page))
	require.NoError(t, json.Unmarshal(table.Data, &page))
	assert.Greater(t, len(tableRows(t, page.CSV)), len(page.Values), "more than of a list")
	assert.NotNil(t, page.Pagination.After)

	body := json.RawMessage(`{"values":[{"id":"1","source":"` + strings.Repeat("x", room) + `"}]}`)
	one := a.Listing(ListAsCSV)
	assert.Equal(t, string(body), string(one.tabulate(body)), "of one entry some fields are left out")
}

func TestAFormatOfListsIsOneOfTwo(t *testing.T) {
	require.NoError(t, CheckListFormat("json"))
	require.NoError(t, CheckListFormat("csv"))
	require.ErrorContains(t, CheckListFormat("tsv"), "json or csv")
}

// Entries of which none has a field of another would make a table with a place for
// each field in each row: of a megabyte some hundred thousand million.
func TestATableHasNoMorePlacesThanItsListHasBytes(t *testing.T) {
	var rows, wide strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&rows, `{"%x":1},`, i)
		fmt.Fprintf(&wide, `"%x":1,`, i)
	}
	for _, body := range []string{
		`{"values":[` + strings.TrimSuffix(rows.String(), ",") + `]}`,
		`{"values":[{` + strings.TrimSuffix(wide.String(), ",") + `}]}`,
	} {
		a, ok := Find("HEX_LIST_PROJECTS")
		require.True(t, ok)
		a = *a.Listing(ListAsCSV).Bounded(0, 100)
		cost.Bound(t, len(body), func() { assert.JSONEq(t, body, string(a.tabulate(json.RawMessage(body)))) })
	}
}
