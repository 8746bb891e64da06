package hexsim

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"hexmcp/hexapi"
)

// ingestRequest is a semantic project that was sent in a form.
type ingestRequest struct {
	fields map[string]string
	files  []*zip.File
}

// semanticModel is what is read of a file: enough to know what it declares.
type semanticModel struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	Type string `yaml:"type"`
}

// ingestRefusal is the body of older errors with problems beside the reason.
type ingestRefusal struct {
	Reason   string                   `json:"reason"`
	TraceID  string                   `json:"traceId"`
	Problems []hexapi.SemanticProblem `json:"problems"`
}

// ingested is the answer to an ingest, with all that it may have.
type ingested struct {
	TraceID  string                   `json:"traceId"`
	Contents []string                 `json:"contents"`
	Warnings []string                 `json:"warnings"`
	Skipped  map[string]string        `json:"skipped"`
	Problems []hexapi.SemanticProblem `json:"problems"`
	Debug    *ingestDebug             `json:"debug,omitempty"`
}

type ingestDebug struct {
	MetricflowModelSchemas map[string]string `json:"metricflowModelSchemas"`
}

// takesForm reports whether the body of the operation is a form, not JSON.
func (op *operation) takesForm() bool { return strings.HasSuffix(op.route, "/ingest") }

// ingestSemanticProject replaces the datasets and views of a semantic project by
// what YAML files declare; statuses stay where the names do. How Hex reads the files
// is not told: here, type view declares a view and all else a dataset.
func (h *Hex) ingestSemanticProject(r *request) (any, error) {
	id, err := r.id("semanticProjectId")
	if err != nil {
		return nil, err
	}
	p := h.semantics.get(id)
	if p == nil {
		return nil, forbidden() // 404 is not declared
	}
	in, err := readIngest(r)
	if err != nil {
		return nil, err
	}
	done := ingested{TraceID: r.trace, Contents: []string{}, Warnings: []string{}, Skipped: map[string]string{}, Problems: []hexapi.SemanticProblem{}}
	objects := done.read(in.files, p)
	if len(done.Problems) > 0 {
		return nil, &failure{status: http.StatusBadRequest, body: ingestRefusal{"The semantic project is not valid", r.trace, done.Problems}}
	}
	if in.fields["dryRun"] != "true" {
		p.objects = objects
	}
	if in.fields["verbose"] == "false" {
		done.Contents = []string{}
	}
	if in.fields["debug"] == "true" {
		done.Debug = &ingestDebug{map[string]string{}}
	}
	return done, nil
}

// read reads the files, and tells of each what became of it.
func (done *ingested) read(files []*zip.File, p *semanticProject) []*statused {
	var objects []*statused
	for _, f := range files {
		if ext := path.Ext(f.Name); ext != ".yml" && ext != ".yaml" {
			done.Skipped[f.Name] = "not YAML"
			continue
		}
		var m semanticModel
		if err := readYAML(f, &m); err != nil {
			done.Problems = append(done.Problems, hexapi.SemanticProblem{
				Severity: "fatal", Message: fmt.Sprintf("%s: %v", f.Name, err), Display: f.Name,
				CausePaths: [][]json.RawMessage{}, ImpactPaths: [][]json.RawMessage{},
			})
			continue
		}
		o := m.declares(f.Name)
		if old := findStatused(p.objects, o.kind, o.name); old != nil {
			o.status = old.status
		}
		if findStatused(objects, o.kind, o.name) != nil {
			done.Warnings = append(done.Warnings, fmt.Sprintf("%s: %s is declared twice", f.Name, o.name))
			continue
		}
		objects = append(objects, o)
		done.Contents = append(done.Contents, strings.ToLower(o.kind)+" "+o.name)
	}
	return objects
}

func (m semanticModel) declares(file string) *statused {
	name := cmp.Or(m.ID, m.Name, strings.TrimSuffix(path.Base(file), path.Ext(file)))
	if m.Type == "view" {
		return &statused{kind: "VIEW", name: name}
	}
	return &statused{kind: "DATASET", name: name}
}

func readYAML(f *zip.File, m *semanticModel) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxBody))
	if err != nil {
		return err
	}
	return yaml.Unmarshal(text, m)
}

// readIngest takes the form apart.
func readIngest(r *request) (ingestRequest, error) {
	in := ingestRequest{fields: make(map[string]string)}
	_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	form, err := multipart.NewReader(bytes.NewReader(r.body), params["boundary"]).ReadForm(maxBody)
	if err != nil {
		return in, badRequest("the form cannot be read")
	}
	for name, values := range form.Value {
		if !slices.Contains([]string{"verbose", "debug", "dryRun"}, name) {
			return in, badRequestf("%s is not known", name)
		}
		in.fields[name] = values[0]
	}
	if len(form.File["file"]) != 1 {
		return in, badRequest("file must be a zip file")
	}
	part := form.File["file"][0]
	f, err := part.Open()
	if err != nil {
		return in, badRequest("file cannot be read")
	}
	z, err := zip.NewReader(f, part.Size)
	if err != nil {
		return in, badRequest("file is no zip file")
	}
	in.files = z.File
	return in, nil
}
