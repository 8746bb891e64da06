// Package server is the MCP server's two front doors: standard input and
// output, and HTTP (Streamable HTTP at /mcp, HTTP with SSE at /sse and
// /message). Both read messages, bound them, run calls side by side, cancel
// and drain them, and write each answer once. What a message means is left to
// mcp-go's HandleMessage, which speaks the protocol's revisions from
// 2024-11-05 to 2026-07-28.
package server
