package hexsim

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"hexmcp/hexapi"
)

// connectionBody is the body of CreateDataConnection and EditDataConnection. What
// differs between them is raw.
type connectionBody struct {
	Name                  *string                               `json:"name"`
	Type                  *string                               `json:"type"`
	ConnectionDetails     map[string]map[string]json.RawMessage `json:"connectionDetails"`
	Description           *string                               `json:"description"`
	ConnectViaSSH         *bool                                 `json:"connectViaSsh"`
	IncludeMagic          *bool                                 `json:"includeMagic"`
	AllowWritebackCells   *bool                                 `json:"allowWritebackCells"`
	SchemaFilters         *hexapi.SchemaFilters                 `json:"schemaFilters"`
	SchemaRefreshSchedule json.RawMessage                       `json:"schemaRefreshSchedule"`
	SchemaRefreshAccess   *string                               `json:"schemaRefreshAccess"`
	Sharing               *struct {
		Groups    json.RawMessage    `json:"groups"`
		Workspace *map[string]string `json:"workspace"`
	} `json:"sharing"`
}

// nullableDetails may be null in details; in all others null is refused.
func nullableDetails() []string {
	return []string{
		"schemaRefreshSchedule", "schemaRefreshSchedule.daily", "schemaRefreshSchedule.weekly", "schemaRefreshSchedule.monthly", "schemaRefreshSchedule.custom",
		"connectionDetails.athena.catalog", "connectionDetails.athena.workgroup", "connectionDetails.redshift.sslRootCert",
		"connectionDetails.snowflake.schema", "connectionDetails.snowflake.role", "connectionDetails.trino.sessionProperties",
	}
}

// neededDetails are what the details of a new connection must hold.
var neededDetails = map[string][]string{
	"athena":     {"hostname", "port", "s3OutputPath", "accessKeyId", "secretAccessKey"},
	"bigquery":   {"projectId", "serviceAccountJsonConfig"},
	"databricks": {"jdbcUrl", "accessToken"},
	"postgres":   {"hostname", "port", "database", "username", "password"},
	"redshift":   {"host", "port", "database", "username", "password"},
	"snowflake":  {"accountName", "warehouse", "database", "username", "privateKey", "passphrase"},
	"trino":      {"hostname", "port", "username"},
}

// forgotten are credentials, which are taken and not kept.
var forgotten = []string{"secretAccessKey", "serviceAccountJsonConfig", "accessToken", "password", "privateKey", "passphrase"}

func (h *Hex) createConnection(r *request) (any, error) {
	in, err := decode[connectionBody](r, nullableDetails()...)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	c := &connection{
		basicConnection: basicConnection{ID: h.ids.uuid(), Name: *in.Name, Type: *in.Type},
		createdAt:       stamp(r.now), details: map[string]any{}, refresh: "ADMINS",
		sharing: connectionSharing{Workspace: connectionWorkspace{Members: "NONE", Guests: "NONE", Public: "NONE"}},
	}
	if err := h.applyConnection(c, in); err != nil {
		return nil, err
	}
	h.connections.add(c.ID, c)
	return h.showConnection(c), nil
}

// check wants what a new connection needs.
func (in connectionBody) check() error {
	switch {
	case in.Name == nil || *in.Name == "":
		return badRequest("name is required")
	case in.Type == nil:
		return badRequest("type is required")
	case neededDetails[*in.Type] == nil:
		return badRequest("type cannot be created")
	case in.ConnectionDetails[*in.Type] == nil:
		return badRequest("connectionDetails must hold the type")
	}
	for _, name := range neededDetails[*in.Type] {
		if in.ConnectionDetails[*in.Type][name] == nil {
			return badRequestf("connectionDetails.%s.%s is required", *in.Type, name)
		}
	}
	return nil
}

func (h *Hex) editConnection(r *request) (any, error) {
	c, err := h.connection(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[connectionBody](r, nullableDetails()...)
	if err != nil {
		return nil, err
	}
	if in.Type != nil {
		return nil, badRequest(`"type" is not a known property`)
	}
	if c.basic {
		return nil, forbidden()
	}
	changed := *c
	if err := h.applyConnection(&changed, in); err != nil {
		return nil, err
	}
	*c = changed
	return h.showConnection(c), nil
}

// applyConnection sets what a body gives.
func (h *Hex) applyConnection(c *connection, in connectionBody) error {
	if err := c.setDetails(in.ConnectionDetails); err != nil {
		return err
	}
	set(&c.Name, in.Name)
	set(&c.Description, in.Description)
	set(&c.ssh, in.ConnectViaSSH)
	set(&c.ai, in.IncludeMagic)
	set(&c.writeback, in.AllowWritebackCells)
	set(&c.refresh, in.SchemaRefreshAccess)
	if in.SchemaFilters != nil {
		c.filters = in.SchemaFilters
	}
	if in.SchemaRefreshSchedule != nil {
		c.schedule = nil // null clears
		if err := json.Unmarshal(in.SchemaRefreshSchedule, &c.schedule); err != nil {
			return badRequest(bodyIssue(err, in.SchemaRefreshSchedule, "schemaRefreshSchedule"))
		}
	}
	return h.shareConnection(c, in)
}

func set[T any](field, given *T) {
	if given != nil {
		*field = *given
	}
}

// setDetails keeps what is no credential.
func (c *connection) setDetails(given map[string]map[string]json.RawMessage) error {
	for kind, fields := range given {
		if kind != c.Type {
			return badRequestf("connectionDetails.%s does not fit the type %s", kind, c.Type)
		}
		kept, _ := c.details.(map[string]any)
		details := maps.Clone(kept)
		for name, value := range fields {
			if slices.Contains(forgotten, name) {
				continue
			}
			v, err := parse(json.NewDecoder(bytes.NewReader(value)))
			if err != nil {
				return badRequest(bodyIssue(err, value, "connectionDetails"))
			}
			details[name] = v
		}
		if details["sessionProperties"] == nil {
			delete(details, "sessionProperties")
		}
		delete(details, "sslRootCert")
		c.details = details
	}
	return nil
}

// shareConnection sets access. A new connection lists groups, an edit has them
// under upsert.
func (h *Hex) shareConnection(c *connection, in connectionBody) error {
	if in.Sharing == nil {
		return nil
	}
	if w := in.Sharing.Workspace; w != nil {
		for name, level := range map[string]*string{"members": &c.sharing.Workspace.Members, "guests": &c.sharing.Workspace.Guests, "public": &c.sharing.Workspace.Public} {
			if given, ok := (*w)[name]; ok {
				*level = given
			}
		}
	}
	grants, err := grantsOf(in)
	if err != nil {
		return err
	}
	groups := slices.Clone(c.sharing.Groups)
	for _, g := range grants {
		if h.groups.get(g.Group.ID) == nil {
			return notFound("Group")
		}
		groups = slices.DeleteFunc(groups, func(old connectionGroup) bool { return old.Group.ID == lower(g.Group.ID) })
		if g.Access != "NONE" {
			groups = append(groups, connectionGroup{namedRef{ID: lower(g.Group.ID)}, string(g.Access)})
		}
	}
	c.sharing.Groups = groups
	return nil
}

func grantsOf(in connectionBody) (grants []hexapi.ConnectionGrant, err error) {
	raw := in.Sharing.Groups
	if raw == nil {
		return nil, nil
	}
	if in.Type != nil {
		err = json.Unmarshal(raw, &grants)
	} else {
		var edit hexapi.ConnectionGrants
		err = json.Unmarshal(raw, &edit)
		grants = edit.Upsert
	}
	if err != nil {
		return nil, badRequest(bodyIssue(err, raw, "sharing.groups"))
	}
	return grants, nil
}
