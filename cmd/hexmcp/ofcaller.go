package main

import (
	"context"
	"crypto/sha256"
	"errors"

	lru "github.com/hashicorp/golang-lru/v2"

	"hexmcp/hexapi"
	"hexmcp/server"
	"hexmcp/server/callers"
)

// errNoHexToken is for callers who send no token where each must send its own.
var errNoHexToken = errors.New("this server has no Hex token of its own: ask the user to send theirs in the header " + callers.HexTokenHeader +
	", which the client's configuration can set. Nothing was sent to Hex.")

// keptClients is for how many callers clients are kept. Making one takes more than
// half a millisecond, most of it for what finds the token in answers.
const keptClients = 1024

// ofCaller makes each call with the token that its caller has sent. All share the
// connections to Hex, and nobody shares what was read with a token.
type ofCaller struct {
	without *hexapi.Client
	clients *lru.Cache[[sha256.Size]byte, *hexapi.Client] // by caller and token
}

func newOfCaller(without *hexapi.Client) server.ClientOf {
	clients, err := lru.New[[sha256.Size]byte, *hexapi.Client](keptClients)
	if err != nil {
		panic(err) // only for a size below one
	}
	return (&ofCaller{without, clients}).clientOf
}

func (o *ofCaller) clientOf(ctx context.Context) (*hexapi.Client, error) {
	token, err := tokenOf("the header "+callers.HexTokenHeader, callers.HexTokenOf(ctx).Reveal())
	if err == nil && token == "" {
		return nil, errNoHexToken
	}
	if err != nil {
		return nil, errors.New(err.Error() + ". Nothing was sent to Hex.")
	}
	key := sha256.Sum256([]byte(callers.Of(ctx).Name + "\x00" + token.Reveal()))
	if known, ok := o.clients.Get(key); ok {
		return known, nil
	}
	client, err := o.without.WithToken(token)
	if err != nil {
		return nil, errors.New("the header " + callers.HexTokenHeader + " holds no token that can be sent: ask the user to correct it. Nothing was sent to Hex.")
	}
	o.clients.Add(key, client)
	return client, nil
}
