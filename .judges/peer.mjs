// A server as one is written with the official SDK: two tools that ask Hex and
// answer in both forms, for cmd/bench to compare with.
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'

const api = process.argv[process.argv.indexOf('--api-url') + 1] + '/api/v1'
const tools = {
  HEX_GET_GROUP: ({ groupId }) => `/groups/${groupId}`,
  HEX_LIST_PROJECTS: () => '/projects'
}

const server = new Server({ name: 'peer', version: '1' }, { capabilities: { tools: {} } })
server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: Object.keys(tools).map(name => ({ name, inputSchema: { type: 'object' } }))
}))
server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: args } }) => {
  const answer = await fetch(api + tools[name](args), { headers: { Authorization: `Bearer ${process.env.HEX_API_TOKEN}` } })
  const envelope = { data: await answer.json(), successful: true }
  return { content: [{ type: 'text', text: JSON.stringify(envelope) }], structuredContent: envelope }
})
await server.connect(new StdioServerTransport())
