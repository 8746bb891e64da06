package jobs

import (
	"context"
	"strings"

	"hexmcp/hexapi"
)

// collectionNamed is the id of the one collection of that name. An id is taken as
// it is.
func collectionNamed(ctx context.Context, c *hexapi.Client, name string) (hexapi.UUID, error) {
	name = strings.TrimSpace(name)
	if hexapi.IsUUID(name) {
		return hexapi.UUID(name), nil
	}
	var found []hexapi.UUID
	var known []string
	collections, err := readCollections(ctx, c)
	for _, there := range collections {
		known = append(known, there.Name)
		if strings.EqualFold(strings.TrimSpace(there.Name), name) {
			found = append(found, there.ID)
		}
	}
	return one("collection", name, found, known, err)
}

// one is the only id that was found, or an error that says what there is.
func one(argument, name string, ids []hexapi.UUID, known []string, err error) (hexapi.UUID, error) {
	const most = 20
	switch {
	case err != nil:
		return "", err
	case len(ids) == 1:
		return ids[0], nil
	case len(ids) > 1:
		return "", refuse(argument, "%s %q is the name of %d: give the id of the one that is meant", argument, name, len(ids))
	case len(known) == 0:
		return "", refuse(argument, "%s %q does not exist: there is none at all that the token may see", argument, name)
	}
	list := strings.Join(known[:min(len(known), most)], ", ")
	if len(known) > most {
		list += ", …"
	}
	return "", refuse(argument, "%s %q does not exist; there are: %s", argument, name, list)
}
