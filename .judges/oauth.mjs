// Lets a real authorization server (oidc-provider) give out tokens for the built
// binary, and sees which of them it takes.
//
//	node oauth.mjs HEXMCP
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { resolve } from 'node:path'
import { Provider } from 'oidc-provider'
import { exportJWK, generateKeyPair } from 'jose'

const hexmcp = resolve(process.argv[2])
const resource = 'https://hex.example.com/mcp'

// issue serves an authorization server, on a port of its own or the given one.
async function issue(port = 0) {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${server.address().port}`
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: crypto.randomUUID() }
  const provider = new Provider(issuer, {
    jwks: { keys: [key] },
    clients: [{ client_id: 'team', client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }],
    ttl: { ClientCredentials: 60 },
    scopes: ['hex:read', 'hex:write', 'hex:destroy', 'other'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        getResourceServerInfo: (_, audience) => ({
          scope: 'hex:read hex:write hex:destroy other', audience, accessTokenTTL: 60, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } }
        })
      }
    }
  })
  server.on('request', provider.callback())
  return {
    issuer,
    port: server.address().port,
    stop: () => new Promise(done => { server.close(done); server.closeAllConnections() }),
    async token(scope, { audience = resource } = {}) {
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa('team:secret')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource: audience })
      })
      const { access_token: token } = await answer.json()
      if (!token) throw new Error(`no token: ${answer.status}`)
      return token
    }
  }
}

// serve starts the binary for tokens of an issuer.
async function serve(issuer, ...flags) {
  const server = spawn(hexmcp, ['http', '--demo', '--listen', '127.0.0.1:0', '--allow-host', 'hex.example.com', '--oauth-issuer', issuer, '--public-url', resource, ...flags],
    { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  server.stderr.on('data', text => { log += text })
  while (!/mcp=(\S+)/.test(log)) await once(server.stderr, 'data')
  return { url: log.match(/mcp=(\S+)/)[1], log: () => log, stop: () => server.kill() }
}

let wrong = 0
function expect(what, got, want) {
  if (want.test(got)) return
  wrong++
  console.log(`FAIL  ${what}: got ${got}, want ${want}`)
}

// call calls a tool with a token, and gives status, challenge and answer as a text.
async function call(url, token, tool = 'HEX_LIST_PROJECTS', args = { limit: 1 }, headers = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...(token && { authorization: `Bearer ${token}` }), ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } })
  })
  const body = (await answer.text()).slice(0, 700)
  return `${answer.status} ${answer.headers.get('www-authenticate') ?? ''} ${body}`
}

// atHost pings under a name of the server, and gives the status.
function atHost(url, host, token) {
  const headers = { host, 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}` }
  return new Promise((done, fail) => request(url, { method: 'POST', headers }, answer => { answer.resume(); done(answer.statusCode) })
    .on('error', fail).end('{"jsonrpc":"2.0","id":1,"method":"ping"}'))
}

// ask makes any other request, and gives its result.
async function ask(url, token, method, params = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  })
  return (await answer.json()).result ?? {}
}

// offered is what a caller with a token is told of: how many tools, prompts and
// templates of resources, and how many of the tools write or destroy.
async function offered(url, token) {
  const { tools } = await ask(url, token, 'tools/list')
  const { prompts } = await ask(url, token, 'prompts/list')
  const { resourceTemplates } = await ask(url, token, 'resources/templates/list')
  return {
    writing: tools.filter(tool => !tool.annotations.readOnlyHint).length,
    destroying: tools.filter(tool => tool.annotations.destructiveHint).length,
    tools: tools.map(tool => tool.name),
    prompts: prompts.map(prompt => prompt.name),
    templates: resourceTemplates.length
  }
}

// anHourAgo does something with the clock of the authorization server set back.
async function anHourAgo(act) {
  const { now } = Date
  Date.now = () => now() - 3_600_000
  try {
    return await act()
  } finally {
    Date.now = now
  }
}

const unsigned = token => [btoa('{"alg":"none","typ":"JWT"}').replace(/=+$/, ''), token.split('.')[1], ''].join('.')

const first = await issue()
const other = await issue()
const server = await serve(first.issuer)
const { url } = server
try {
  const metadata = await (await fetch(new URL('/.well-known/oauth-protected-resource', url))).json()
  expect('metadata', JSON.stringify(metadata), new RegExp(`"resource":"${resource}","resource_name"|"authorization_servers":\\["${first.issuer}"\\]`))

  const read = await first.token('hex:read')
  expect('no token', await call(url, ''), /^401 Bearer resource_metadata="https:\/\/hex.example.com\/.well-known\/oauth-protected-resource\/mcp", scope="hex:read"/)
  expect('a token to read', await call(url, read), /^200 /)
  expect('a scope is missing', await call(url, read, 'HEX_CREATE_GROUP', { name: 'x' }), /^403 .*scope="hex:write", error="insufficient_scope"/)
  expect('a token to write', await call(url, await first.token('hex:write'), 'HEX_CREATE_GROUP', { name: 'x' }), /^200 .*successful\\?":true/)
  expect('writing is not destroying', await call(url, await first.token('hex:write'), 'HEX_DELETE_GROUP', { groupId: resource }), /^403 .*scope="hex:destroy"/)
  expect('a token to destroy', await call(url, await first.token('hex:destroy'), 'HEX_DELETE_GROUP', { groupId: 'x' }), /^200 .*invalid_input/)
  const reader = await offered(url, read)
  const writer = await offered(url, await first.token('hex:write'))
  const all = await offered(url, await first.token('hex:destroy'))
  expect('readers are offered what reads', `${reader.writing} ${reader.tools.length > 15}`, /^0 true$/)
  expect('writers are offered what destroys nothing', `${writer.writing > 0} ${writer.destroying}`, /^true 0$/)
  expect('destroyers are offered everything', `${all.destroying > 0}`, /^true$/)
  expect('prompts need their tools', `${reader.prompts.length > 0} ${reader.prompts.length < all.prompts.length}`, /^true true$/)
  expect('readers read resources', `${reader.templates > 0} ${reader.templates === all.templates}`, /^true true$/)
  const hidden = all.prompts.find(name => !reader.prompts.includes(name))
  expect('a prompt that is not offered', JSON.stringify(await ask(url, read, 'prompts/get', { name: hidden })), /^\{\}$/)
  const { instructions } = await ask(url, read, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'judge', version: '1' } })
  const named = instructions.match(/HEX_[A-Z_]+/g) ?? []
  expect('instructions name what is offered', named.filter(name => !reader.tools.includes(name)).join(), /^$/)

  expect('no scope of ours', await call(url, await first.token('other')), /^403 .*scope="hex:read", error="insufficient_scope"/)
  expect('wrong audience', await call(url, await first.token('hex:read', { audience: 'https://other.example.com/mcp' })), /^401 .*for another audience/)
  expect('expired', await call(url, await anHourAgo(() => first.token('hex:read'))), /^401 .*has expired/)
  expect('other issuer', await call(url, await other.token('hex:read')), /^401 .*(another issuer|does not have)/)
  expect('alg none', await call(url, unsigned(read)), /^401 .*in a way that is not taken/)
  expect('no JWT', await call(url, 'abcdef'), /^401 .*no JWT/)
  expect('foreign Host', String(await atHost(url, 'evil.example', read)), /^403$/)
  expect('its own Host', String(await atHost(url, 'hex.example.com', read)), /^200$/)
  expect('foreign Origin', await call(url, read, undefined, undefined, { origin: 'https://evil.example' }), /^403 .*Origin/)
  expect('oversized body', await call(url, read, 'HEX_LIST_PROJECTS', { x: 'x'.repeat(5_000_000) }).catch(String), /^413|TypeError/)

  const limited = await serve(first.issuer, '--caller-calls-per-minute', '2')
  const answers = []
  for (let i = 0; i < 3; i++) answers.push((await call(limited.url, read)).slice(0, 3))
  expect('too many calls of one caller', answers.join(), /^200,200,429$/)
  limited.stop()

  await first.stop()
  expect('the issuer is away', await call(url, read), /^200 /)
  const rotated = await issue(first.port)
  await new Promise(done => setTimeout(done, 10_500)) // how often unknown keys are asked for
  expect('a new key', await call(url, await rotated.token('hex:read')), /^200 /)
  expect('key rotated away', await call(url, read), /^401 .*a key that the issuer does not have/)
  await rotated.stop()
  expect('the log holds no token', String(server.log().includes(read.slice(0, 40))), /false/)
} finally {
  server.stop()
  await Promise.all([first.stop(), other.stop()]).catch(() => {})
}
console.log(wrong ? `${wrong} wrong` : 'every token was taken or refused as it must be')
process.exit(wrong ? 1 : 0)
