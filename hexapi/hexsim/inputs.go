package hexsim

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// input is an input variable of a published app.
type input struct {
	name     string
	cell     string // kind of input cell, such as DROPDOWN
	dataType string // string, number, boolean, date, list or date range
	low      float64
	high     float64
	choices  []string
}

// badInputs is the body of a 422 that names the refused inputs. It has neither
// a reason nor a code.
type badInputs struct {
	TraceID  string                `json:"traceId"`
	Invalid  []hexapi.InvalidParam `json:"invalid"`
	NotFound []string              `json:"notFound"`
}

// checkInputs refuses unknown names and values of the wrong type or range.
func (p *project) checkInputs(params map[string]json.RawMessage, trace string) error {
	bad := badInputs{TraceID: trace, Invalid: []hexapi.InvalidParam{}, NotFound: []string{}}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		i := slices.IndexFunc(p.inputs, func(in input) bool { return in.name == name })
		if i < 0 {
			bad.NotFound = append(bad.NotFound, name)
		} else if in := p.inputs[i]; !in.accepts(params[name]) {
			bad.Invalid = append(bad.Invalid, hexapi.InvalidParam{
				ParamName: name, ParamValue: string(params[name]), DataType: in.dataType, InputCellType: in.cell,
			})
		}
	}
	if len(bad.Invalid)+len(bad.NotFound) == 0 {
		return nil
	}
	return &failure{status: http.StatusUnprocessableEntity, body: bad}
}

func (in input) accepts(raw json.RawMessage) bool {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return false
	}
	switch v := v.(type) {
	case bool:
		return in.dataType == "boolean"
	case float64:
		return in.dataType == "number" && in.low <= v && v <= in.high
	case string:
		return in.acceptsText(v)
	case []any:
		return in.acceptsList(v)
	default:
		return false
	}
}

func (in input) acceptsText(s string) bool {
	switch in.dataType {
	case "date":
		return isDate(s)
	case "string":
		return in.choices == nil || slices.Contains(in.choices, s)
	default:
		return false
	}
}

// acceptsList takes any of the choices, or a first and a last day.
func (in input) acceptsList(list []any) bool {
	var texts []string
	for _, item := range list {
		s, ok := item.(string)
		if !ok {
			return false
		}
		texts = append(texts, s)
	}
	switch in.dataType {
	case "list":
		return !slices.ContainsFunc(texts, func(s string) bool { return !slices.Contains(in.choices, s) })
	case "date range":
		return len(texts) == 2 && isDate(texts[0]) && isDate(texts[1]) && texts[0] <= texts[1]
	default:
		return false
	}
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
