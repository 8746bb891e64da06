package jobs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// whoReaches reads who has access to a project, and expands groups and
// collections to people.
func whoReaches(ctx context.Context, c *hexapi.Client, in GetAccessInput) (hexapi.Answer[GotAccess], error) {
	var none hexapi.Answer[GotAccess]
	at, err := placeOf(in.Cursor)
	if err != nil {
		return none, err
	}
	p, err := hexapi.Decoded(c.GetProject(ctx, hexapi.GetProjectInput{ProjectID: in.ProjectID, ProjectView: hexapi.ProjectView{IncludeSharing: true, IncludeUnlisted: true}}))
	if err != nil {
		return none, err
	}
	if p.ProjectSharing == nil {
		return none, &FailedError{NotUsable, "Hex does not say whom the project is shared with, which is not to say nobody: the token may not be allowed to see it. Tell the user to look in Hex."}
	}
	if s := p.ProjectSharing; len(s.Users)+len(s.Groups)+len(s.Collections) > mostShares {
		return none, &FailedError{TooLarge, fmt.Sprintf("the project is shared with more than %d users, groups and collections: read them with HEX_GET_PROJECT and includeSharing", mostShares)}
	}
	w := whoWalk{client: c, sharing: *p.ProjectSharing, people: make(map[string][]way)}
	groups, err := w.begin(ctx, p, at.isStart())
	if err != nil {
		return none, err
	}
	through := walk[sharedGroup]{
		pages: onePage(groups), of: "groups", entry: func(g sharedGroup) Entry { return Entry{g.ID, g.Name} },
		at: at, counts: true, end: in.end(ctx), look: w.members,
	}
	done, err := through.run(ctx)
	if err != nil {
		return none, err
	}
	done.LeftOut = append(done.LeftOut, w.leftOut...)
	s := w.sharing
	return answer(GotAccess{
		Of: "project", ID: p.ID, Name: p.Title, Owner: p.Owner.Email, Workspace: s.Workspace.Access, PublicWeb: s.PublicWeb.Access,
		Support: s.Support.Access, People: w.sorted(), Coverage: done,
	})
}

// mostShares is how many users, groups and collections a project may be shared with
// whose people are told: each is looked for among all that there are.
const mostShares = 2_000

// whoWalk collects the ways of people to a project.
type whoWalk struct {
	client    *hexapi.Client
	sharing   hexapi.ProjectSharing
	directory directory
	shared    []sharedCollection
	people    map[string][]way // by email, in small letters
	leftOut   []LeftOut
	emails    map[hexapi.UUID]string // of the users, once one was asked for
}

// sharedCollection is a collection that holds the project.
type sharedCollection struct {
	hexapi.Collection
	access hexapi.Access
}

// sharedGroup is a group with ways to the project.
type sharedGroup struct {
	hexapi.Group
	ways []way
}

// begin reads who there is, takes those who reach the project without a group where
// this is the first call, and returns the groups.
func (w *whoWalk) begin(ctx context.Context, p hexapi.Project, first bool) (groups []sharedGroup, err error) {
	if w.directory, err = readDirectory(ctx, w.client); err != nil {
		return nil, err
	}
	if err := w.collections(ctx); err != nil {
		return nil, err
	}
	size := 0
	if first {
		size = w.direct(p)
	}
	groups, more := w.groups()
	return groups, keep(ctx, size+more)
}

// collections finds the collections that hold the project, of which it says no
// more than the names.
func (w *whoWalk) collections(ctx context.Context) error {
	if len(w.sharing.Collections) == 0 {
		return nil
	}
	all, err := readCollections(ctx, w.client)
	if err != nil {
		return err
	}
	for _, s := range w.sharing.Collections {
		if c, ok := w.one(s.Collection.Name, "collection", all); ok && gives(s.Access) {
			w.shared = append(w.shared, sharedCollection{c, s.Access})
		}
	}
	return nil
}

func (w *whoWalk) one(name, of string, all []hexapi.Collection) (hexapi.Collection, bool) {
	return only(w, name, of, all, func(c hexapi.Collection) string { return c.Name })
}

// only is the one thing of that name. What it stands for cannot be told where
// there are several or none, and the answer says so.
func only[T any](w *whoWalk, name, of string, all []T, nameOf func(T) string) (one T, ok bool) {
	found := 0
	for _, v := range all {
		if nameOf(v) == name {
			one = v
			found++
		}
	}
	if found == 1 {
		return one, true
	}
	why := fmt.Sprintf("its people are not told: the token may not see this %s", of)
	if found > 1 {
		why = fmt.Sprintf("its people are not told: %d %ss have this name", found, of)
	}
	w.leftOut = append(w.leftOut, LeftOut{Entry: Entry{Name: name}, Why: why})
	return one, false
}

// direct takes the owner, the users that the project is shared with, and those of
// its collections. It returns the size of what is kept of them.
func (w *whoWalk) direct(p hexapi.Project) (size int) {
	w.add(p.Owner.Email, way{"owner", hexapi.FullAccess})
	for _, u := range w.sharing.Users {
		if gives(u.Access) {
			w.add(u.User.Email, way{"directly", u.Access})
		}
	}
	for _, c := range w.shared {
		if ws := c.Sharing.Workspace; !ws.IsZero() && isMember(ws.Members) {
			w.leftOut = append(w.leftOut, LeftOut{Entry: Entry{c.ID, c.Name}, Why: fmt.Sprintf("everybody in the workspace is in this collection, which gives %s: they are not listed", c.access)})
		}
		by := way{"collection " + c.Name, c.access}
		for _, m := range c.Sharing.Users {
			if isMember(m.Access) {
				email := w.email(m.ID)
				w.add(email, by)
				size += kept(email, by.through)
			}
		}
	}
	return size + perEmail*len(w.emails)
}

// perEmail is what an entry of emails counts for.
const perEmail = 100

func (w *whoWalk) email(id hexapi.UUID) string {
	if w.emails == nil {
		w.emails = make(map[hexapi.UUID]string)
		for _, u := range slices.Backward(w.directory.users) {
			w.emails[u.ID] = u.Email
		}
	}
	return cmp.Or(w.emails[id], string(id))
}

func (w *whoWalk) add(email string, by way) {
	key := strings.ToLower(email)
	w.people[key] = append(w.people[key], by)
}

// groups are the groups that have a way to the project, each once, and their size.
func (w *whoWalk) groups() (found []sharedGroup, size int) {
	for _, s := range w.sharing.Groups {
		if g, ok := only(w, s.Group.Name, "group", w.directory.groups, func(g hexapi.Group) string { return g.Name }); ok && gives(s.Access) {
			by := way{"group " + g.Name, s.Access}
			found = withWay(found, g, by)
			size += kept(by.through)
		}
	}
	for _, c := range w.shared {
		for _, g := range w.groupsIn(c) {
			by := way{fmt.Sprintf("collection %s (group %s)", c.Name, g.Name), c.access}
			found = withWay(found, g, by)
			size += kept(by.through)
		}
	}
	return found, size
}

// groupsIn are the groups of a collection, in its order.
func (w *whoWalk) groupsIn(c sharedCollection) (found []hexapi.Group) {
	for _, m := range c.Sharing.Groups {
		i := slices.IndexFunc(w.directory.groups, func(g hexapi.Group) bool { return g.ID == m.ID })
		if i >= 0 && isMember(m.Access) {
			found = append(found, w.directory.groups[i])
		}
	}
	return found
}

func withWay(found []sharedGroup, g hexapi.Group, by way) []sharedGroup {
	if i := slices.IndexFunc(found, func(f sharedGroup) bool { return f.ID == g.ID }); i >= 0 {
		found[i].ways = append(found[i].ways, by)
		return found
	}
	return append(found, sharedGroup{g, []way{by}})
}

// members reads who is in a group.
func (w *whoWalk) members(ctx context.Context, g sharedGroup) (enough bool, err error) {
	size, err := w.addMembers(ctx, g)
	if err != nil {
		return false, err
	}
	return false, keep(ctx, size)
}

// addMembers returns the size of what is kept of the members.
func (w *whoWalk) addMembers(ctx context.Context, g sharedGroup) (size int, err error) {
	defer letGo(ctx)()
	users, err := readUsers(ctx, w.client, hexapi.ListUsersInput{GroupID: g.ID})
	for _, u := range users {
		for _, by := range g.ways {
			w.add(u.Email, by)
			size += kept(u.Email, by.through)
		}
	}
	return size, err
}

// sorted are the people, those with the highest access first.
func (w *whoWalk) sorted() []PersonAccess {
	people := make([]PersonAccess, 0, len(w.people))
	users := make(map[string]hexapi.User)
	for _, u := range slices.Backward(w.directory.users) {
		if email := strings.ToLower(u.Email); w.people[email] != nil {
			users[email] = u
		}
	}
	for email, ways := range w.people {
		p := PersonAccess{Email: email}
		p.Access, p.Through = sum(ways)
		if u, ok := users[email]; ok {
			p.ID, p.Email = u.ID, u.Email
		}
		people = append(people, p)
	}
	slices.SortFunc(people, func(a, b PersonAccess) int {
		return cmp.Or(cmp.Compare(level(b.Access), level(a.Access)), cmp.Compare(a.Email, b.Email))
	})
	return people
}
