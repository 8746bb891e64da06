package rpc

import "github.com/mark3labs/mcp-go/mcp"

// IsStateless reports whether a protocol version is 2026-07-28 or later, where
// each request carries its version and capabilities and nothing is negotiated
// before it. Versions before it begin with initialize.
func IsStateless(version string) bool { return mcp.IsModernProtocol(version) }

// IsStateless reports whether the message is of a stateless protocol version.
func (m *Message) IsStateless() bool { return IsStateless(m.Params.Meta.Version) }

// CheckVersion refuses a protocol version that nobody knows. mcp-go would take
// one from before 2026 for that of a client that has initialized.
func (m *Message) CheckVersion() *Error {
	if v := m.Params.Meta.Version; v != "" && !mcp.IsValidProtocolVersion(v) {
		return UnsupportedVersion(v)
	}
	return nil
}
