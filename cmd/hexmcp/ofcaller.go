package main

import (
	"context"
	"crypto/sha256"

	lru "github.com/hashicorp/golang-lru/v2"

	"hexmcp/hexapi"
	"hexmcp/server"
	"hexmcp/server/callers"
)

// Sentences for callers who do not send a usable Hex token although each caller must.
const (
	noHexToken = "this server has no Hex token of its own: ask the user to send theirs in the header " + callers.HexTokenHeader +
		", which the client's configuration can set. Nothing was sent to Hex."
	badHexToken = "the header " + callers.HexTokenHeader + " holds no token that can be sent: ask the user to correct it. Nothing was sent to Hex."
)

// sentence is an error whose text the caller reads unchanged.
type sentence string

func (s sentence) Error() string { return string(s) }

// keptClients is how many clients are kept for later calls. Making one takes more than
// half a millisecond, most of it to compile what finds the token in answers.
const keptClients = 1024

// ofCaller makes each call with the Hex token that its caller has sent. All callers share
// the connections to Hex, but no cached answers.
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
		return nil, sentence(noHexToken)
	}
	if err != nil {
		return nil, sentence(err.Error() + ". Nothing was sent to Hex.")
	}
	key := sha256.Sum256([]byte(callers.Of(ctx).Name + "\x00" + token.Reveal()))
	if known, ok := o.clients.Get(key); ok {
		return known, nil
	}
	client, err := o.without.WithToken(token)
	if err != nil {
		return nil, sentence(badHexToken)
	}
	o.clients.Add(key, client)
	return client, nil
}
