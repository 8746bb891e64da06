// The official TypeScript clients, versions 1 and 2, call every tool through
// every transport and check each answer against its schema.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { z } from 'zod'
import * as client1 from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { ElicitRequestSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
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

// judgeExtensions wants skills to be declared, as the newest version does it. Tasks are
// not among those of core.
function judgeExtensions(client) {
  assert.deepEqual(Object.keys(client.getServerCapabilities().extensions), ['io.modelcontextprotocol/skills'])
}

// judgeSkills reads the skills that are listed, each of which must be what its entry says.
async function judgeSkills(client) {
  const { skills } = await client.request({ method: 'skills/list', params: {} }, z.looseObject({ skills: z.array(z.any()) }))
  assert.ok(skills.length > 0)
  for (const { uri, frontmatter, resources: [{ digest, size }] } of skills) {
    const { contents: [{ text }] } = await client.readResource({ uri })
    assert.equal(digest, 'sha256:' + createHash('sha256').update(text).digest('hex'))
    assert.equal(size, Buffer.byteLength(text))
    assert.ok(text.startsWith(`---\nname: ${frontmatter.name}\n`) && uri === `skill://${frontmatter.name}/SKILL.md`)
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

// judgeConfirmation deletes a group whose user is asked for its name, by a question
// that comes while the call waits or, in the newest version, as its answer.
const forms = { capabilities: { elicitation: {} } }
async function judgeConfirmation(client, call, handle) {
  const say = { wrong: () => ({ action: 'accept', content: { name: 'another' } }), no: () => ({ action: 'decline' }), yes: name => ({ action: 'accept', content: { name } }) }
  const group = await call(client, { name: 'HEX_CREATE_GROUP', arguments: { name: 'Judged ' + Math.random() } })
  const { id, name } = group.structuredContent.data
  let asked = 0
  for (const [said, answer] of Object.entries(say)) {
    handle(client, async ({ params }) => {
      asked++
      assert.ok(params.message.includes(name), params.message)
      assert.deepEqual(params.requestedSchema.required, ['name'])
      return answer(name)
    })
    const deleted = await call(client, { name: 'HEX_DELETE_GROUP', arguments: { groupId: id } })
    assert.equal(deleted.structuredContent.successful, said === 'yes', JSON.stringify(deleted))
    if (said !== 'yes') assert.equal(deleted.structuredContent.errorDetail.kind, 'declined')
  }
  assert.equal(asked, 3)
  const got = await call(client, { name: 'HEX_GET_GROUP', arguments: { groupId: id } })
  assert.equal(got.structuredContent.errorDetail.kind, 'not_found')

  const giveUp = new AbortController()
  const closed = new Promise(resolve => handle(client, (_, { signal, mcpReq }) => new Promise(() => {
    (signal ?? mcpReq?.signal)?.addEventListener('abort', resolve)
    giveUp.abort()
  })))
  const kept = await call(client, { name: 'HEX_CREATE_GROUP', arguments: { name: 'Kept ' + Math.random() } })
  await assert.rejects(call(client, { name: 'HEX_DELETE_GROUP', arguments: { groupId: kept.structuredContent.data.id } }, { signal: giveUp.signal }))
  await closed // the question is taken back
  assert.ok((await call(client, { name: 'HEX_GET_GROUP', arguments: { groupId: kept.structuredContent.data.id } })).structuredContent.successful)
}

// judgeSubscription hears of a run that it has started, until it wants to no more.
async function judgeSubscription(client, call) {
  const projectId = '01990762-af2f-7d34-9cb0-00fc4a11ffd3'
  const { structuredContent } = await call(client, { name: 'HEX_RUN_PROJECT', arguments: { projectId } })
  const uri = `hex://runs/${projectId}/${structuredContent.data.runId}`
  assert.ok(client.getServerCapabilities().resources.subscribe)
  const told = new Promise(resolve => client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => resolve(params.uri)))
  await client.subscribeResource({ uri })
  assert.equal(await told, uri)
  await client.unsubscribeResource({ uri })
  await assert.rejects(client.subscribeResource({ uri: 'hex://projects/' + projectId }), /nobody can subscribe/)
}

const asking = [
  [() => new client1.Client(about, forms), first, clients['version 1'].call, (c, f) => c.setRequestHandler(ElicitRequestSchema, f)],
  [() => new client2.Client(about, forms), second, clients['version 2'].call, (c, f) => c.setRequestHandler('elicitation/create', f)]
]

// connected hands a connected client to each judge, and closes it.
async function connected(client, transport, call, ...judges) {
  await client.connect(transport)
  for (const judge of judges) await judge(client, call)
  await client.close()
}

for (const [version, { make, transports, call }] of Object.entries(clients)) {
  for (const [transport, open] of Object.entries(transports)) {
    await connected(make(), open(hex), call, judgeSkills, judgeCatalogue)
    if (version.endsWith('auto') && transport !== 'sse') await connected(make(), open(hex), call, judgeExtensions)
    await connected(make(), open(fixtures), call, judgeProgress, judgeCancellation)
    console.log(`ok ${version}, ${transport}`)
  }
}

for (const [make, transports, call, handle] of asking) {
  for (const [transport, open] of Object.entries(transports)) {
    await connected(make(), open(hex), (...all) => call(...all), (client, call) => judgeConfirmation(client, call, handle))
    console.log(`ok confirmation, ${transport}`)
  }
}

for (const transport of ['stdio', 'sse']) { // where messages reach a client of an earlier version outside of its requests
  const { make, call } = clients['version 1']
  await connected(make(), first[transport](hex), call, judgeSubscription)
  console.log(`ok subscription, ${transport}`)
}
