// The official TypeScript clients, versions 1 and 2, call every tool through
// every transport and check each answer against its schema.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as client1 from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { SSEClientTransport as SSE1 } from '@modelcontextprotocol/sdk/client/sse.js'
import { StreamableHTTPClientTransport as HTTP1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import * as client2 from '@modelcontextprotocol/client'
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio'

const [hexBinary, hexURL, fixturesBinary, fixturesURL] = process.argv.slice(2)
const read = folder => Object.fromEntries(readdirSync(new URL(folder, import.meta.url)).map(file =>
  [file.replace('.json', ''), JSON.parse(readFileSync(new URL(folder + file, import.meta.url)))]))
const calls = read('../testdata/calls/')
const core = ['--toolsets', 'core'] // the others wait for runs, for as long as these take
const offered = JSON.parse(execFileSync(hexBinary, ['tools', '--json', ...core])).map(({ name }) => name)
const about = { name: 'judge', version: '1' }
const auto = { versionNegotiation: { mode: 'auto' } }

const hex = { command: hexBinary, args: ['--demo', ...core], url: hexURL }
const fixtures = { command: fixturesBinary, args: [], url: fixturesURL }

const transports = (Stdio, HTTP, SSE) => ({
  stdio: ({ command, args }) => new Stdio({ command, args, stderr: 'ignore' }),
  mcp: ({ url }) => new HTTP(new URL('/mcp', url)),
  sse: ({ url }) => new SSE(new URL('/sse', url))
})
const first = transports(Stdio1, HTTP1, SSE1)
const second = transports(Stdio2, client2.StreamableHTTPClientTransport, client2.SSEClientTransport)
const clients = {
  'version 1': { make: () => new client1.Client(about), transports: first, call: (c, p, o) => c.callTool(p, undefined, o) },
  'version 2': { make: () => new client2.Client(about), transports: second, call: (c, p, o) => c.callTool(p, o) },
  'version 2, auto': { make: () => new client2.Client(about, auto), transports: second, call: (c, p, o) => c.callTool(p, o) }
}

const ajv = new Ajv2020({ strict: false })

// judgeCatalogue calls each tool once well and once badly.
async function judgeCatalogue(client, call) {
  const { tools } = await client.listTools()
  assert.deepEqual(tools.map(tool => tool.name).sort(), offered.sort())
  for (const tool of tools) {
    const valid = ajv.compile(tool.outputSchema)
    for (const args of [calls[tool.name].minimal.arguments, { nonsense: true }]) {
      const answer = await call(client, { name: tool.name, arguments: args })
      assert.ok(valid(answer.structuredContent), `${tool.name}: ${ajv.errorsText(valid.errors)}`)
      assert.deepEqual(JSON.parse(answer.content[0].text), answer.structuredContent)
      assert.equal(Boolean(answer.isError), !answer.structuredContent.successful)
      if (args.nonsense) assert.match(answer.structuredContent.error, /nonsense/)
    }
  }
}

// judgeProgress wants every step, in order, before the answer.
async function judgeProgress(client, call) {
  const steps = []
  await call(client, { name: 'test_tool_with_progress', arguments: {} }, { onprogress: p => steps.push(p.progress) })
  assert.deepEqual(steps, [0, 50, 100])
}

// judgeCancellation gives a call up that would never end by itself.
async function judgeCancellation(client, call) {
  const giveUp = new AbortController()
  setTimeout(() => giveUp.abort(), 100)
  await assert.rejects(call(client, { name: 'test_wait', arguments: {} }, { signal: giveUp.signal }))
  await call(client, { name: 'test_simple_text', arguments: {} }) // the connection is still of use
}

// connected hands a connected client to each judge, and closes it.
async function connected(client, transport, call, ...judges) {
  await client.connect(transport)
  for (const judge of judges) await judge(client, call)
  await client.close()
}

for (const [version, { make, transports, call }] of Object.entries(clients)) {
  for (const [transport, open] of Object.entries(transports)) {
    await connected(make(), open(hex), call, judgeCatalogue)
    await connected(make(), open(fixtures), call, judgeProgress, judgeCancellation)
    console.log(`ok ${version}, ${transport}`)
  }
}
