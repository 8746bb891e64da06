package hexsim

import (
	"encoding/json"
	"net/url"
	"strings"

	"hexmcp/hexapi"
)

// maxExpiry is how many milliseconds a presigned URL may hold.
const maxExpiry = 300_000

// embedRequest is what may be said of an embedding. Further keys are let pass.
type embedRequest struct {
	HexUserAttributes map[string]string          `json:"hexUserAttributes"`
	Scope             []string                   `json:"scope"`
	InputParameters   map[string]json.RawMessage `json:"inputParameters"`
	ExpiresIn         *float64                   `json:"expiresIn"`
	DisplayOptions    json.RawMessage            `json:"displayOptions"`
	TestMode          bool                       `json:"testMode"`
}

// createPresignedURL makes an address of a published project. Nobody serves it.
func (h *Hex) createPresignedURL(r *request) (any, error) {
	id, err := r.id("projectId")
	if err != nil {
		return nil, err
	}
	in, err := decode[embedRequest](r)
	if err != nil {
		return nil, err
	}
	if in.ExpiresIn != nil && (*in.ExpiresIn <= 0 || *in.ExpiresIn > maxExpiry) {
		return nil, badRequestf("expiresIn must be from 1 to %d", maxExpiry)
	}
	p := h.projects.get(id)
	switch {
	case p == nil:
		return nil, notFound("Project")
	case p.LastPublished == nil:
		return nil, unprocessable("Project has not been published")
	}
	at := strings.TrimSuffix(h.base(r.Request), "/api") + "/embed/" + string(id)
	return hexapi.PresignedURL{URL: at + "?" + url.Values{"token": {"demo_embed_" + h.newTrace()}}.Encode()}, nil
}
