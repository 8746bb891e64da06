package metrics

import (
	"bytes"
	"strconv"

	"github.com/VictoriaMetrics/metrics"
)

// family is one metric with all values of its labels, under one HELP and TYPE.
type family struct {
	name, help, kind string
	of               *metrics.Set
}

func (m *Metrics) family(kind, name, help string) *family {
	f := &family{name: name, help: help, kind: kind, of: metrics.NewSet()}
	m.told = append(m.told, f)
	return f
}

// counter is the one for these labels, given as pairs of a name and a value.
func (f *family) counter(labels ...string) *metrics.Counter {
	return f.of.GetOrCreateCounter(f.name + labelled(labels))
}

// labelled writes pairs of a label and its value. Values are short and hold nothing
// that Go would quote otherwise than Prometheus.
func labelled(pairs []string) string {
	if len(pairs) == 0 {
		return ""
	}
	b := []byte{'{'}
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, pairs[i]...), '=')
		b = strconv.AppendQuote(b, pairs[i+1])
	}
	return string(append(b, '}'))
}

// write writes the family in the format of Prometheus; nothing where there is none
// of it yet.
func (f *family) write(b *bytes.Buffer) {
	var samples bytes.Buffer
	f.of.WritePrometheus(&samples)
	if samples.Len() == 0 {
		return
	}
	b.WriteString("# HELP " + f.name + " " + f.help + "\n# TYPE " + f.name + " " + f.kind + "\n")
	b.Write(samples.Bytes())
}
