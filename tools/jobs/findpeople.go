package jobs

import (
	"cmp"
	"context"
	"slices"

	"hexmcp/hexapi"
)

// FindPeopleInput says who is looked for.
type FindPeopleInput struct {
	Text          string `json:"text" jsonschema:"required,minLength=1" jsonschema_description:"Email, name, a part of either, or id of a user or group."`
	WithoutGroups bool   `json:"withoutGroups,omitempty" jsonschema:"default=false" jsonschema_description:"Skip groups of users and members of groups, which cost a request a group."`
	Limit         int    `json:"limit,omitempty" jsonschema:"minimum=1,maximum=50,default=10" jsonschema_description:"Most users, and most groups, to return."`
	Cursor        string `json:"cursor,omitempty" jsonschema_description:"next of the last answer, to go on with memberships."`
	Patience
}

// FoundPeople are the users and groups that fit, the best first. The coverage is
// of the groups whose members were read.
type FoundPeople struct {
	Users  []FoundUser  `json:"users"`
	Groups []FoundGroup `json:"groups"`
	Found  int          `json:"found" jsonschema_description:"users and groups that fit"`
	Among  int          `json:"among" jsonschema_description:"active users and groups that there are"`
	Coverage
}

// FoundUser is a user and the groups that hold the user.
type FoundUser struct {
	ID            hexapi.UUID `json:"id"`
	Name          *string     `json:"name"`
	Email         string      `json:"email"`
	Match         Match       `json:"match" jsonschema_description:"how text fits: id, email, title (the whole name), start, words, parts, some words, similar"`
	Role          string      `json:"role"`
	LastLoginDate *string     `json:"lastLoginDate"`
	Groups        []Entry     `json:"groups,omitempty" jsonschema_description:"among those read in this call"`
}

// FoundGroup is a group and some of its members.
type FoundGroup struct {
	Entry
	Match   Match         `json:"match"`
	Members *int          `json:"members,omitempty" jsonschema_description:"active ones; absent: not read"`
	Users   []NamedMember `json:"users,omitempty" jsonschema_description:"the first 50 members"`
}

// NamedMember is a user by id and email.
type NamedMember struct {
	ID    hexapi.UUID `json:"id"`
	Email string      `json:"email"`
}

const (
	defaultPeople = 10
	shownMembers  = 50
)

// FindPeople finds users and groups by what people call them.
func FindPeople(ctx context.Context, c *hexapi.Client, in FindPeopleInput) (hexapi.Answer[FoundPeople], error) {
	var none hexapi.Answer[FoundPeople]
	at, err := placeOf(in.Cursor)
	if err != nil {
		return none, err
	}
	d, err := readDirectory(ctx, c)
	if err != nil {
		return none, err
	}
	f := peopleFinder{client: c}
	f.take(d, in.Text, cmp.Or(in.Limit, defaultPeople))
	if in.WithoutGroups {
		return answer(f.out)
	}
	w := walk[hexapi.Group]{
		pages: onePage(f.toRead(d)), of: "groups", entry: func(g hexapi.Group) Entry { return Entry{g.ID, g.Name} },
		at: at, counts: true, end: in.end(ctx), look: f.members,
	}
	f.out.Coverage, err = w.run(ctx)
	if err != nil {
		return none, err
	}
	return answer(f.out)
}

// peopleFinder is a search under way.
type peopleFinder struct {
	client *hexapi.Client
	out    FoundPeople
}

// take keeps who fits. A name that is only similar counts where nobody has it.
func (f *peopleFinder) take(d directory, text string, most int) {
	users, groups := best(text, d.users, userNames, userID), best(text, d.groups, groupNames, groupID)
	users, groups = unlessBetter(users, isExact(groups)), unlessBetter(groups, isExact(users))
	f.out = FoundPeople{Users: []FoundUser{}, Groups: []FoundGroup{}, Found: len(users) + len(groups), Among: len(d.users) + len(d.groups)}
	for _, u := range users[:min(len(users), most)] {
		f.out.Users = append(f.out.Users, FoundUser{
			ID: u.value.ID, Name: u.value.Name, Email: u.value.Email, Match: u.match, Role: u.value.Role, LastLoginDate: u.value.LastLoginDate,
		})
	}
	for _, g := range groups[:min(len(groups), most)] {
		f.out.Groups = append(f.out.Groups, FoundGroup{Entry: Entry{g.value.ID, g.value.Name}, Match: g.match})
	}
}

// isExact reports whether something fits that is not only similar.
func isExact[T any](found []matching[T]) bool {
	return len(found) > 0 && found[0].match != MatchSimilar
}

// unlessBetter leaves out what is only similar where there is something better.
func unlessBetter[T any](found []matching[T], better bool) []matching[T] {
	if better && !isExact(found) {
		return nil
	}
	return found
}

// toRead are the groups whose members matter: those that were found, and all
// where users were.
func (f *peopleFinder) toRead(d directory) (groups []hexapi.Group) {
	if len(f.out.Users) > 0 {
		return d.groups
	}
	for _, g := range d.groups {
		if f.found(g.ID) != nil {
			groups = append(groups, g)
		}
	}
	return groups
}

// found is the group of that id among those that were found.
func (f *peopleFinder) found(id hexapi.UUID) *FoundGroup {
	i := slices.IndexFunc(f.out.Groups, func(g FoundGroup) bool { return g.ID == id })
	if i < 0 {
		return nil
	}
	return &f.out.Groups[i]
}

// members reads who is in a group: all of one that was found, and of any other
// who was found.
func (f *peopleFinder) members(ctx context.Context, g hexapi.Group) (enough bool, err error) {
	size, err := f.readMembers(ctx, g)
	if err != nil {
		return false, err
	}
	return false, keep(ctx, size)
}

// readMembers returns the size of what is kept of the members.
func (f *peopleFinder) readMembers(ctx context.Context, g hexapi.Group) (size int, err error) {
	defer letGo(ctx)()
	found := f.found(g.ID)
	filter := hexapi.ListUsersInput{GroupID: g.ID}
	if found == nil {
		filter.UserIDs = ids(f.out.Users, func(u FoundUser) hexapi.UUID { return u.ID })
	}
	members, err := readUsers(ctx, f.client, filter)
	if err != nil {
		return 0, err
	}
	if found != nil {
		size = found.take(members)
	}
	for i := range f.out.Users {
		if u := &f.out.Users[i]; has(members, u.ID) {
			u.Groups = append(u.Groups, Entry{g.ID, g.Name})
			size += kept(g.Name)
		}
	}
	return size, nil
}

// take keeps the first members, and returns their size.
func (g *FoundGroup) take(members []hexapi.User) (size int) {
	n := len(members)
	g.Members = &n
	for _, u := range members[:min(n, shownMembers)] {
		g.Users = append(g.Users, NamedMember{u.ID, u.Email})
		size += kept(u.Email)
	}
	return size
}

// has reports whether a user is among others.
func has(users []hexapi.User, id hexapi.UUID) bool {
	return slices.ContainsFunc(users, func(u hexapi.User) bool { return u.ID == id })
}

func ids[T any](all []T, id func(T) hexapi.UUID) []hexapi.UUID {
	found := make([]hexapi.UUID, len(all))
	for i, v := range all {
		found[i] = id(v)
	}
	return found
}
