package hexsim

import (
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// connection is a data connection. No secret is kept, so none can be answered.
type connection struct {
	basicConnection
	basic     bool // the caller may not see more
	createdAt string
	details   any // of the type; the one key of connectionDetails
	ssh       bool
	ai        bool // includeMagic
	writeback bool
	filters   *hexapi.SchemaFilters
	schedule  *hexapi.RefreshSchedule
	refresh   string // who may refresh the schema
	sharing   connectionSharing

	sensitivity *sensitivity
	objects     []*statused // databases, schemas and tables
}

func (c *connection) key() hexapi.UUID { return c.ID }

func (c *connection) withoutGroup(id hexapi.UUID) {
	c.sharing.Groups = slices.DeleteFunc(c.sharing.Groups, func(g connectionGroup) bool { return g.Group.ID == id })
}

// basicConnection is what every caller may see.
type basicConnection struct {
	ID          hexapi.UUID `json:"id"`
	Name        string      `json:"name"`
	Type        string      `json:"type"`
	Description string      `json:"description,omitempty"`
}

// fullConnection is what a caller who may see the details sees.
type fullConnection struct {
	basicConnection
	ConnectionDetails     map[string]any          `json:"connectionDetails"`
	ConnectViaSSH         bool                    `json:"connectViaSsh"`
	IncludeMagic          bool                    `json:"includeMagic"`
	AllowWritebackCells   bool                    `json:"allowWritebackCells"`
	SchemaFilters         *hexapi.SchemaFilters   `json:"schemaFilters,omitempty"`
	SchemaRefreshSchedule *hexapi.RefreshSchedule `json:"schemaRefreshSchedule,omitempty"`
	SchemaRefreshAccess   string                  `json:"schemaRefreshAccess"`
	Sharing               connectionSharing       `json:"sharing"`
	Sensitivity           *sensitivity            `json:"sensitivity,omitempty"`
}

// sensitivity is an object of that name that clients were seen to read. What is
// in it is not known, so its one key is made up.
type sensitivity struct {
	Level string `json:"level"`
}

type connectionSharing struct {
	Groups    []connectionGroup   `json:"groups"`
	Workspace connectionWorkspace `json:"workspace"`
}

type connectionGroup struct {
	Group  namedRef `json:"group"`
	Access string   `json:"access"`
}

type namedRef struct {
	ID   hexapi.UUID `json:"id"`
	Name string      `json:"name"`
}

type connectionWorkspace struct {
	Members string `json:"members"`
	Guests  string `json:"guests"`
	Public  string `json:"public"`
}

func (h *Hex) listConnections(r *request) (any, error) {
	q := r.query()
	by := choice(q, "sortBy", hexapi.ConnectionsByName, hexapi.ConnectionsByName, hexapi.ConnectionsByCreation)
	dir := q.direction(hexapi.Ascending)
	page, err := list[*connection]{"connections", h.connections.all(), (*connection).key}.sorted(dir, func(c *connection) string {
		if by == hexapi.ConnectionsByCreation {
			return c.createdAt
		}
		return strings.ToLower(c.Name)
	}).page(q, 100)
	if err != nil {
		return nil, err
	}
	return mapPage(page, h.showConnection), nil
}

// showConnection shows as much as the caller may see. Groups are kept by id, and
// get their names here.
func (h *Hex) showConnection(c *connection) any {
	if c.basic {
		return c.basicConnection
	}
	shared := connectionSharing{Groups: []connectionGroup{}, Workspace: c.sharing.Workspace}
	for _, g := range c.sharing.Groups {
		named := namedRef{g.Group.ID, h.groups.get(g.Group.ID).Name}
		shared.Groups = append(shared.Groups, connectionGroup{named, g.Access})
	}
	return fullConnection{
		basicConnection:       c.basicConnection,
		ConnectionDetails:     map[string]any{c.Type: c.details},
		ConnectViaSSH:         c.ssh,
		IncludeMagic:          c.ai,
		AllowWritebackCells:   c.writeback,
		SchemaFilters:         c.filters,
		SchemaRefreshSchedule: c.schedule,
		SchemaRefreshAccess:   c.refresh,
		Sharing:               shared,
		Sensitivity:           c.sensitivity,
	}
}

func (h *Hex) getConnection(r *request) (any, error) {
	c, err := h.connection(r)
	if err != nil {
		return nil, err
	}
	if c.basic {
		return nil, forbidden()
	}
	return h.showConnection(c), nil
}

// connection finds the connection of the path.
func (h *Hex) connection(r *request) (*connection, error) {
	id, err := r.id("dataConnectionId")
	if err != nil {
		return nil, err
	}
	c := h.connections.get(id)
	if c == nil {
		return nil, notFound("Data connection")
	}
	return c, nil
}
