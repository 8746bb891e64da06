// Package forwarded believes what a proxy says of the requests that it passes on:
// who sent them (X-Forwarded-For), how (X-Forwarded-Proto) and to which name
// (X-Forwarded-Host). Anybody can send these headers, so that they count only
// where they come from a proxy that the operator has named.
package forwarded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// The headers. Those of a request that no trusted proxy has sent are taken away.
const (
	headerFor   = "X-Forwarded-For"
	headerProto = "X-Forwarded-Proto"
	headerHost  = "X-Forwarded-Host"
)

// maxHops is how many proxies a request may have come through.
const maxHops = 32

// Proxies are the networks whose headers are believed. The zero value believes
// nobody.
type Proxies []netip.Prefix

// Parse reads addresses and networks, such as 10.0.0.7 and 10.0.0.0/8. One that has
// everybody in it is refused.
func Parse(names []string) (Proxies, error) {
	var all Proxies
	for _, name := range names {
		network, err := parse(strings.TrimSpace(name))
		if err != nil {
			return nil, fmt.Errorf("a trusted proxy must be an address or a network, such as 10.0.0.7 or 10.0.0.0/8; %q is none", name)
		}
		if network.Bits() == 0 {
			return nil, fmt.Errorf("%s is everybody: name the proxies that are to be trusted", name)
		}
		all = append(all, network)
	}
	return all, nil
}

func parse(name string) (netip.Prefix, error) {
	if network, err := netip.ParsePrefix(name); err == nil {
		return network.Masked(), nil
	}
	address, err := netip.ParseAddr(name)
	if err != nil || address.Zone() != "" {
		return netip.Prefix{}, errors.New("no address")
	}
	return netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()), nil
}

// trusts reports whether an address is that of a trusted proxy.
func (p Proxies) trusts(address netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(address) })
}

type originKey struct{}

// origin is where a request came from, as a trusted proxy says.
type origin struct {
	address string // of who sent it; empty where the proxy does not say
	scheme  string // by which; likewise
}

// Wrap returns next with requests as their senders have made them: with the address
// of the sender and the Host that it asked for. What a trusted proxy says that
// cannot be is answered with 400.
func (p Proxies) Wrap(next http.Handler) http.Handler {
	if len(p) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil && p.trusts(peer.Addr().Unmap()) {
			told, err := p.read(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			r = told
		}
		for _, name := range []string{headerFor, headerProto, headerHost} {
			r.Header.Del(name)
		}
		next.ServeHTTP(w, r)
	})
}

// read takes what the proxy says into a request.
func (p Proxies) read(r *http.Request) (*http.Request, error) {
	client, err := p.client(r.Header.Values(headerFor))
	if err != nil {
		return nil, err
	}
	scheme, err := single(r, headerProto, func(s string) bool { return s == "http" || s == "https" })
	if err != nil {
		return nil, err
	}
	host, err := single(r, headerHost, isHost)
	if err != nil {
		return nil, err
	}
	r = r.WithContext(context.WithValue(r.Context(), originKey{}, origin{client, scheme}))
	if client != "" {
		r.RemoteAddr = net.JoinHostPort(client, "0") // of its port nobody tells
	}
	if host != "" {
		r.Host = host
	}
	return r, nil
}

// client is the last address of the list that is not a trusted proxy's: those
// before it were written by who could have written anything.
func (p Proxies) client(values []string) (string, error) {
	if len(values) == 0 {
		return "", nil
	}
	hops := strings.Split(strings.Join(values, ","), ",")
	if len(hops) > maxHops {
		return "", errors.New(headerFor + " names too many addresses")
	}
	first := ""
	for _, hop := range slices.Backward(hops) {
		address, err := parseHop(strings.TrimSpace(hop))
		if err != nil {
			return "", errors.New(headerFor + " must be a list of addresses")
		}
		first = address.String()
		if !p.trusts(address) {
			break
		}
	}
	return first, nil
}

// parseHop takes an address with or without a port, as some proxies write.
func parseHop(hop string) (netip.Addr, error) {
	if both, err := netip.ParseAddrPort(hop); err == nil {
		return both.Addr().Unmap(), nil
	}
	address, err := netip.ParseAddr(strings.Trim(hop, "[]"))
	return address.Unmap(), err
}

// single is the value of a header that has one at the most.
func single(r *http.Request, name string, can func(string) bool) (string, error) {
	values := r.Header.Values(name)
	if len(values) == 0 {
		return "", nil
	}
	value := strings.ToLower(strings.TrimSpace(values[0]))
	if len(values) > 1 || !can(value) {
		return "", errors.New(name + " cannot be right: a proxy must set it, and not add to it")
	}
	return value, nil
}

// isHost reports whether a text can be a Host header.
func isHost(host string) bool {
	return host != "" && len(host) <= 255 && !strings.ContainsFunc(host, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("-._:[]", c)
	})
}

// Client is the address of who sent a request, as a trusted proxy says; "" where
// none does.
func Client(ctx context.Context) string {
	from, _ := ctx.Value(originKey{}).(origin)
	return from.address
}

// Scheme is http or https, as a trusted proxy says that a request was sent; ""
// where none does.
func Scheme(ctx context.Context) string {
	from, _ := ctx.Value(originKey{}).(origin)
	return from.scheme
}

// Carry adds to the context of calls who sent the request that brings them.
func Carry(calls context.Context, r *http.Request) context.Context {
	if from, ok := r.Context().Value(originKey{}).(origin); ok {
		return context.WithValue(calls, originKey{}, from)
	}
	return calls
}
