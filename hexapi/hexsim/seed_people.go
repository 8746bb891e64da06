package hexsim

import (
	"time"

	"hexmcp/hexapi"
)

func (h *Hex) seedUsers() {
	for _, u := range []struct {
		id          hexapi.UUID
		name, email string
		role        string
		lastLogin   time.Duration
	}{
		{UserAda, "Ada Okafor", "ada.okafor@tidewater.example", "ADMIN", 2 * time.Hour},
		{UserBruno, "Bruno Castell", "bruno.castell@tidewater.example", "MANAGER", 20 * time.Hour},
		{UserChiara, "Chiara Lindqvist", "chiara.lindqvist@tidewater.example", "EDITOR", 35 * time.Minute},
		{UserDev, "Dev Ramanathan", "dev.ramanathan@tidewater.example", "EDITOR", 5 * time.Hour},
		{UserElif, "Elif Aydin", "elif.aydin@tidewater.example", "EXPLORER", 3 * day},
		{UserFemi, "Femi Adeyemi", "femi.adeyemi@tidewater.example", "MEMBER", 9 * day},
		{UserGina, "Gina Moreau", "gina@brightside-agency.example", "GUEST", 40 * day},
		{UserPortal, "", "supplier-portal@tidewater.example", "EMBEDDED_USER", 0},
	} {
		seeded := &user{User: hexapi.User{ID: u.id, Email: u.email, Role: u.role, LastLoginDate: h.agoOrNull(u.lastLogin)}}
		if u.name != "" {
			seeded.Name = new(u.name)
		}
		h.users.add(u.id, seeded)
	}
}

func (h *Hex) seedGroups() {
	for _, g := range []struct {
		id      hexapi.UUID
		name    string
		created time.Duration
		members []hexapi.UUID
	}{
		{GroupAnalytics, "Analytics", 700 * day, []hexapi.UUID{UserAda, UserChiara, UserDev}},
		{GroupFinance, "Finance", 650 * day, []hexapi.UUID{UserBruno, UserElif}},
		{GroupMarketing, "Marketing", 400 * day, []hexapi.UUID{UserFemi, UserGina}},
		{GroupLeadership, "Leadership", 390 * day, []hexapi.UUID{UserAda, UserBruno}},
	} {
		created := hexapi.Group{ID: g.id, Name: g.name, CreatedAt: h.ago(g.created)}
		h.groups.add(g.id, &group{created, g.members})
	}
}

func (h *Hex) seedCollections() {
	for _, c := range []*hexapi.Collection{
		{
			ID: CollectionExecutive, Name: "Executive metrics", Description: "The numbers of the Monday meeting",
			Creator: h.creator(UserAda),
			Sharing: hexapi.CollectionSharing{
				Users:     []hexapi.CollectionMember{{ID: UserChiara, Access: collectionManager}},
				Groups:    []hexapi.CollectionMember{{ID: GroupLeadership, Access: collectionMember}, {ID: GroupFinance, Access: collectionMember}},
				Workspace: &hexapi.CollectionWorkspace{Members: collectionNone},
			},
		},
		{
			ID: CollectionGrowth, Name: "Growth", Description: "Marketing spend and experiments",
			Creator: h.creator(UserBruno),
			Sharing: hexapi.CollectionSharing{
				Groups:    []hexapi.CollectionMember{{ID: GroupMarketing, Access: collectionMember}},
				Workspace: &hexapi.CollectionWorkspace{Members: collectionMember},
			},
		},
		{
			ID: CollectionPlatform, Name: "Data platform",
			Creator: h.creator(UserDev),
			Sharing: hexapi.CollectionSharing{
				Groups: []hexapi.CollectionMember{{ID: GroupAnalytics, Access: collectionManager}},
			},
		},
		{
			ID: CollectionSupport, Name: "Support", Description: "Tickets and service levels; nothing is in it yet",
			Creator: h.creator(UserAda),
			Sharing: hexapi.CollectionSharing{Workspace: &hexapi.CollectionWorkspace{Members: collectionMember}},
		},
	} {
		h.collections.add(c.ID, c)
	}
}

func (h *Hex) creator(id hexapi.UUID) hexapi.CollectionCreator {
	return hexapi.CollectionCreator{ID: id, Email: h.users.get(id).Email}
}
