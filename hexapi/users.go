package hexapi

import "context"

// User is a user of the workspace. Nothing in it tells whether the user is
// still active.
type User struct {
	ID            UUID    `json:"id"`
	Name          *string `json:"name"`
	Email         string  `json:"email"`
	Role          string  `json:"role"`
	LastLoginDate *string `json:"lastLoginDate"`
}

// MeInput is empty, because the token says whose data to read.
type MeInput struct{}

// Me is the user that the token acts as. A workspace token belongs to no user: for it
// only Org and Token are set.
type Me struct {
	ID            UUID      `json:"id,omitempty"`
	Name          *string   `json:"name"`
	Email         string    `json:"email,omitempty"`
	Role          string    `json:"role,omitempty"`
	LastLoginDate *string   `json:"lastLoginDate"`
	Org           Org       `json:"org"`
	Token         *TokenEnd `json:"token"`
}

// Org is the workspace.
type Org struct {
	ID UUID `json:"id"`
}

// TokenEnd is when a token expires. Hex documents no unit for Exp; seconds since 1970
// are usual.
type TokenEnd struct {
	Exp *float64 `json:"exp"` // null: never
}

// Me reads who the token acts as, and when it expires.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/Me
func (c *Client) Me(ctx context.Context, _ MeInput) (Answer[Me], error) {
	return get[Me](ctx, c, path("users", "me"), nil, countedIn(fixedRate))
}

// ListUsersInput filters, sorts and pages the list of users.
type ListUsersInput struct {
	Limit int `json:"limit,omitempty" jsonschema:"minimum=1,maximum=500,default=25" jsonschema_description:"Page size."`
	Cursor
	SortBy        UserSort      `json:"sortBy,omitempty" jsonschema:"default=NAME" jsonschema_description:"Sort key."`
	SortDirection SortDirection `json:"sortDirection,omitempty" jsonschema:"default=ASC" jsonschema_description:"Sort order."`
	GroupID       UUID          `json:"groupId,omitempty"`
	UserIDs       []UUID        `json:"userIds,omitempty" jsonschema_description:"Only these."`
}

// userQuery is the query of the input, in which Hex wants ids joined by commas.
type userQuery struct {
	ListUsersInput
	UserIDs string `json:"userIds,omitempty"`
}

func (in ListUsersInput) query() userQuery {
	return userQuery{in, commas(in.UserIDs)}
}

// UserSort names what users are sorted by.
type UserSort string

// The sort keys of users.
const (
	UsersByName  UserSort = "NAME"
	UsersByEmail UserSort = "EMAIL"
)

// JSONSchema lists the sort keys.
func (UserSort) JSONSchema() *Schema { return oneOf(UsersByName, UsersByEmail) }

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListUsersInput) PageLimit() *int { return &in.Limit }

// ListUsers lists the users of the workspace, of one group, or those with the ids.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ListUsers
func (c *Client) ListUsers(ctx context.Context, in ListUsersInput) (Answer[Page[User]], error) {
	return get[Page[User]](ctx, c, path("users"), in.query(), countedIn(fixedRate))
}

// DeactivateUserInput names a user.
type DeactivateUserInput struct {
	UserID UUID `json:"userId" jsonschema:"required"`
}

// UserDeactivated holds the user. Older servers answer without a body.
type UserDeactivated struct {
	User User `json:"user"`
}

// DeactivateUser ends a user's access; the user's personal tokens stop working.
// The API cannot bring a user back.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/DeactivateUser
func (c *Client) DeactivateUser(ctx context.Context, in DeactivateUserInput) (Answer[UserDeactivated], error) {
	return post[UserDeactivated](ctx, c, path("users", in.UserID, "deactivate"), nil, olderAnswersEmpty, countedIn(fixedRate))
}
