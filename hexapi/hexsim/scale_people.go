package hexsim

import (
	"fmt"
	"strings"
	"time"

	"hexmcp/hexapi"
)

// The names of people whom a scale adds.
const (
	firstNames = "Amara Boris Camila Daniel Esra Farid Greta Hugo Ines Jonas Kemi Leila Mateo Nadia Oskar Priya Quentin Rosa Samir Tove"
	lastNames  = "Abel Brandt Costa Dubois Eriksen Fontana Grant Haddad Ivanova Jansen Kovacs Larsen Mbeki Novak Ortega Petrov Quist Rossi Sato Turner"
	teams      = "Returns Pricing Delivery Sourcing Payments Fraud Loyalty Search Catalogue Forecasting Stores Warehouse Care People Legal Brand"
)

// People, groups and collections of a workspace with so many projects.
func (s Scale) users() int       { return min(max(s.Projects/10, 1), 2000) }
func (s Scale) groups() int      { return min(max(s.Projects/50, 1), 200) }
func (s Scale) collections() int { return min(max(s.Projects/50, 1), 200) }

func (h *Hex) seedCrowdPeople() {
	for n := range h.scale.users() {
		u := h.crowdUser(n)
		h.users.add(u.ID, u)
	}
	for n := range h.scale.groups() {
		g := hexapi.Group{ID: groupIDs.id(n), Name: teamName(n), CreatedAt: h.ago(time.Duration(900-n) * day)}
		h.groups.add(g.ID, &group{g, h.crowdMembers(n)})
	}
	for n := range h.scale.collections() {
		c := h.crowdCollection(n)
		h.collections.add(c.ID, c)
	}
}

// crowdUser is one of many. The first are those who manage the workspace, and one
// in thirty has left.
func (h *Hex) crowdUser(n int) *user {
	name := pick(firstNames, n) + " " + pick(lastNames, n/20)
	email := strings.ToLower(strings.ReplaceAll(name, " ", "."))
	if again := n / 400; again > 0 {
		email = fmt.Sprintf("%s%d", email, again+1)
	}
	role := []string{"EDITOR", "EXPLORER", "MEMBER", "EDITOR"}[n%4]
	if n%40 == 0 {
		role = "MANAGER"
	}
	return &user{
		User: hexapi.User{
			ID: userIDs.id(n), Name: new(name), Email: email + "@tidewater.example", Role: role,
			LastLoginDate: h.agoOrNull(time.Duration(1+random(uint64(userIDs), n)%2000) * time.Hour),
		},
		deactivated: n%30 == 29,
	}
}

// crowdMembers are the users of a group: those of a team, and some who help it.
func (h *Hex) crowdMembers(n int) []hexapi.UUID {
	var members []hexapi.UUID
	for u := range h.scale.users() {
		if u%h.scale.groups() == n || random(uint64(groupIDs)+uint64(n), u)%40 == 0 { //nolint:gosec // n is a number of a scale
			members = append(members, userIDs.id(u))
		}
	}
	return members
}

// crowdCollection is of a team; one in five is open to the workspace.
func (h *Hex) crowdCollection(n int) *hexapi.Collection {
	access := collectionNone
	if n%5 == 0 {
		access = collectionMember
	}
	manager := n % h.scale.users()
	return &hexapi.Collection{
		ID: collectionIDs.id(n), Name: teamName(n) + " dashboards", Creator: h.creator(userIDs.id(manager)),
		Sharing: hexapi.CollectionSharing{
			Users:     []hexapi.CollectionMember{{ID: userIDs.id(manager), Access: collectionManager}},
			Groups:    []hexapi.CollectionMember{{ID: groupIDs.id(n % h.scale.groups()), Access: collectionMember}},
			Workspace: &hexapi.CollectionWorkspace{Members: access},
		},
	}
}

func teamName(n int) string {
	if again := n / len(strings.Fields(teams)); again > 0 {
		return fmt.Sprintf("%s %d", pick(teams, n), again+1)
	}
	return pick(teams, n)
}

// pick is one of some words.
func pick(words string, n int) string {
	all := strings.Fields(words)
	return all[n%len(all)]
}
