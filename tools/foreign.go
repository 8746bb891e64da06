package tools

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"hexmcp/hexapi"
)

// This file tells of what stands before Hex: proxies, firewalls, sign-in pages,
// web sites at a wrong address. Their answers say nothing of the arguments.

const (
	switched   = " A switch to another protocol is nothing that the Hex API does: %s is probably wrong."
	redirected = " That is a redirect, which is not followed so that the token stays where it belongs: %s is probably wrong."

	notThrough = " It did not get through to Hex." + safeToRepeat
	notHexs    = " That is not how the Hex API answers: a proxy, a firewall or a page before it has probably answered. "

	allowThisNetwork = "Check %s and the network: Hex, or the firewall, may let only some IP addresses in (an allow-list), or a VPN may be off. Neither the arguments nor the token are at fault, so repeating will not help."
	checkTheAddress  = "Check %s: it is probably not the address of the Hex API. Repeating will not help."
	proxyWantsLogin  = " A proxy wants a login of its own: give user and password in HTTPS_PROXY, or leave Hex out of the proxy with NO_PROXY. Repeating will not help."
	signInBefore     = "Check %s, and whether the network lets the server through without signing in; if both are right, put a valid token into %s."
	sendLess         = " The request is too large for Hex, or for a proxy before it: send less at once."

	notJSON = "the answer is not JSON: it was damaged, or came from a proxy, a sign-in page or a web site instead of the Hex API; check %s, and whether the network lets the server through without signing in."

	distrusted = " Nothing was sent to Hex, and repeating will not help. If a proxy of the network signs in Hex's name, give its certificate authority with --ca-file where the server is started; if the certificate is for another name, check %s; if it has expired, check the clock."
	proxyShuts = " Nothing was sent to Hex, and repeating will not help. Ask who runs the proxy to let the host of %s through, or leave it out of the proxy with NO_PROXY."
	proxyLogin = " Nothing was sent to Hex, and repeating will not help. Give user and password in HTTPS_PROXY, or leave Hex out of the proxy with NO_PROXY."
	proxyFails = " Nothing was sent to Hex: check HTTPS_PROXY." + safeToRepeat
)

// tokenFrom is where the token of the call that failed with e comes from.
func tokenFrom(e *hexapi.Error) string { return cmp.Or(e.Origin.Token, "HEX_API_TOKEN") }

// addressFrom is where its address comes from, likewise.
func addressFrom(e *hexapi.Error) string { return cmp.Or(e.Origin.Address, "HEX_API_BASE_URL") }

// isForeign reports whether an answer with an error status is not Hex's. A 429
// is obeyed whoever says it.
func isForeign(e *hexapi.Error) bool {
	return !e.FromHex && e.Status != http.StatusTooManyRequests
}

// foreignAdvice says what to do about an answer that is not Hex's.
func foreignAdvice(e *hexapi.Error) string {
	switch {
	case e.Status == http.StatusSwitchingProtocols:
		return fmt.Sprintf(switched, addressFrom(e))
	case e.Status < http.StatusBadRequest:
		return fmt.Sprintf(redirected, addressFrom(e))
	case e.Status == http.StatusProxyAuthRequired:
		return proxyWantsLogin
	case e.Status == http.StatusUnauthorized:
		return notHexs + fmt.Sprintf(signInBefore, addressFrom(e), tokenFrom(e))
	case e.Status == http.StatusPaymentRequired, e.Status == http.StatusForbidden, e.Status == http.StatusUnavailableForLegalReasons:
		return notHexs + fmt.Sprintf(allowThisNetwork, addressFrom(e))
	case e.Status < http.StatusInternalServerError:
		return notHexs + fmt.Sprintf(checkTheAddress, addressFrom(e))
	}
	return notHexs + "Check " + addressFrom(e) + ", or call again " + when(e) + "."
}

// explainMending explains a connection that fails until somebody changes a setting.
func explainMending(e *hexapi.Error) (*ErrorDetail, string) {
	d := &ErrorDetail{Kind: Network, Retryable: !e.NeedsMending()}
	why := fmt.Sprintf("Hex could not be reached: %s.", quoted(e.Err.Error())) // certificates hold anybody's words
	proxy, answered := errors.AsType[*hexapi.ProxyError](e)
	switch {
	case errors.Is(e, hexapi.ErrCertificate):
		return d, why + fmt.Sprintf(distrusted, addressFrom(e))
	case answered && proxy.Status == http.StatusProxyAuthRequired:
		return d, why + proxyLogin
	case e.NeedsMending():
		return d, why + fmt.Sprintf(proxyShuts, addressFrom(e))
	}
	return d, why + proxyFails
}
