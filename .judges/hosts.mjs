// Lets Claude Code, Codex and Gemini CLI call tools of the demo, each with a
// model of ours behind it, and judges what that model was sent.
//
//	node hosts.mjs HEXMCP [--show]
//
// No account is needed, and nothing leaves this machine: the hosts have a HOME
// and an environment of their own, and their model is on loopback.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { faultsOf } from './definitions.mjs'
import { ourName, startModel } from './endpoints.mjs'

const hexmcp = resolve(process.argv[2])
const show = process.argv.includes('--show')
const patience = 120_000 // ms that a host may take
const here = dirname(fileURLToPath(import.meta.url))
const module = path => join(here, 'node_modules', path)
const example = name => JSON.parse(readFileSync(join(here, `../testdata/calls/${name}.json`))).minimal.arguments

const cell = example('HEX_CREATE_CELL')
const sharing = example('HEX_EDIT_PROJECT_SHARING_USERS')
const nobody = '019990d4-0000-7000-8000-000000000000'
const hidden = 'a\u200bb\u202e'
const marked = 'a⟦U+200B⟧b⟦U+202E⟧'

// script holds what the model calls, and what it must have been sent then.
// `sent` is the text that the model got, `answer` the JSON in it, `direct` the
// structuredContent that the server gives a plain client.
const script = [
  {
    title: 'a list',
    name: 'HEX_LIST_PROJECTS',
    args: { limit: 2 },
    faults: ({ answer }) => answer?.successful && answer.data.values.length === 2 ? [] : ['two projects were wanted']
  },
  {
    title: 'a bad id',
    name: 'HEX_GET_PROJECT',
    args: { projectId: 'nonsense' },
    faults: ({ sent, direct }) => holds(sent, direct.error)
  },
  {
    title: 'an unknown argument',
    name: 'HEX_LIST_PROJECTS',
    args: { nonsense: 1 },
    faults: ({ sent, direct, host }) => holds(sent, direct.error)
  },
  {
    title: 'a sharing edit of which Hex refuses a part',
    name: 'HEX_EDIT_PROJECT_SHARING_USERS',
    args: {
      ...sharing,
      sharing: { upsert: { users: [...sharing.sharing.upsert.users, { user: { id: nobody }, access: 'CAN_VIEW' }] } }
    },
    faults: ({ answer, direct }) => [
      ...(direct.notes?.some(note => note.includes(nobody)) ? [] : ['the server has no note of the user that Hex refused']),
      ...(answer?.successful ? [] : ['the rest of the edit was not successful']),
      ...(JSON.stringify(answer?.notes) === JSON.stringify(direct.notes) ? [] : ['the notes did not reach the model'])
    ]
  },
  {
    title: 'hidden characters',
    name: 'HEX_CREATE_CELL',
    args: { ...cell, label: hidden },
    faults: ({ sent, answer }) => [
      ...(answer?.data?.label === marked ? [] : [`the label is ${visible(answer?.data?.label ?? 'not there')} and not ${marked}`]),
      ...unmarked(sent)
    ]
  },
  {
    title: 'hidden characters, read again',
    name: 'HEX_LIST_CELLS',
    args: { projectId: cell.projectId, limit: 100 },
    faults: ({ sent, answer }) => [
      ...(answer?.data?.values.some(({ label }) => label === marked) ? [] : [`no cell has the label ${marked}`]),
      ...unmarked(sent)
    ]
  }
]

// holds wants a sentence in a text, in which it may be quoted as JSON.
const plain = text => text.replaceAll('\\', '')
const holds = (text, sentence) => plain(text).includes(plain(sentence)) ? [] : [`not what was wanted: ${sentence}`]

// unmarked finds hidden characters, themselves or escaped.
const unmarked = text => /[\u200b\u202e]|\\u200b|\\u202e/i.test(text) ? ['hidden characters reached the model'] : []

// visible shows hidden characters on a terminal.
const visible = text => text.replace(/[^\P{C}\n]/gu, c => `<U+${c.codePointAt().toString(16).toUpperCase().padStart(4, '0')}>`)

const server = { command: hexmcp, args: ['--demo'] }

// codex offers tools in the way that is right for a model: see endpoints.mjs.
const codex = model => ({
  package: '@openai/codex',
  prepare: (home, url) => {
    mkdirSync(join(home, '.codex'))
    writeFileSync(join(home, '.codex', 'config.toml'), `
      model = "${model}"
      model_provider = "played"
      approval_policy = "never"
      [model_providers.played]
      name = "played"
      base_url = "${url}/v1"
      env_key = "OPENAI_API_KEY"
      wire_api = "responses"
      [mcp_servers.hex]
      command = ${JSON.stringify(server.command)}
      args = ${JSON.stringify(server.args)}
      default_tools_approval_mode = "approve"
    `)
  },
  command: ['bin/codex.js', 'exec', '--skip-git-repo-check', 'go'],
  environment: () => ({ OPENAI_API_KEY: 'none' })
})

// hosts say how each is started: `prepare` writes its settings to its HOME.
const hosts = {
  'Claude Code': {
    package: '@anthropic-ai/claude-code',
    prepare: home => writeFileSync(join(home, 'mcp.json'), JSON.stringify({ mcpServers: { hex: server } })),
    command: ['cli-wrapper.cjs', '-p', 'go', '--mcp-config', 'mcp.json', '--strict-mcp-config', '--allowedTools', 'mcp__hex'],
    environment: url => ({
      ANTHROPIC_BASE_URL: url,
      ANTHROPIC_API_KEY: 'none',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ENABLE_TOOL_SEARCH: 'false' // otherwise the model is sent names only, and asks for definitions
    })
  },
  'Codex, searching for tools': codex('gpt-5.5'),
  'Codex, writing code': codex('gpt-6.1-sol'),
  'Gemini CLI': {
    package: '@google/gemini-cli',
    prepare: home => {
      mkdirSync(join(home, '.gemini'))
      const security = { auth: { selectedType: 'gemini-api-key' } }
      writeFileSync(join(home, '.gemini', 'settings.json'), JSON.stringify({ mcpServers: { hex: server }, security }))
    },
    command: ['bundle/gemini.js', '-p', 'go', '--yolo', '--model', 'gemini-2.5-flash'], // a model's name saves a question which one to take
    environment: url => ({ GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: 'none', GEMINI_CLI_TRUST_WORKSPACE: 'true' })
  }
}

// direct makes the calls of the script as a plain client.
async function direct() {
  const client = new Client({ name: 'judge', version: '1' })
  await client.connect(new StdioClientTransport({ ...server, stderr: 'ignore' }))
  const { tools } = await client.listTools()
  const answers = []
  for (const { name, args } of script) answers.push((await client.callTool({ name, arguments: args })).structuredContent)
  const instructions = client.getInstructions()
  await client.close()
  return { tools, answers, instructions }
}

// drive runs a host to its end, and gives all that its model was sent.
async function drive(host) {
  const home = mkdtempSync(join(tmpdir(), 'host-'))
  const model = await startModel(script)
  try {
    host.prepare(home, model.url)
    const [program, ...args] = host.command
    const output = await run([process.execPath, module(`${host.package}/${program}`), ...args], home, {
      HOME: home,
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      ...host.environment(model.url)
    })
    return { output, requests: model.requests }
  } finally {
    model.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

// run gives a command's output; one that takes too long is ended.
function run([command, ...args], cwd, env) {
  return new Promise(done => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const ended = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), patience)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { output += data })
    child.on('close', code => {
      clearTimeout(ended)
      done(`${output}\nexit code ${code}`)
    })
  })
}

// answerIn gives the JSON in what a model was sent, around which hosts put text.
function answerIn(text) {
  try {
    const answer = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
    return answer.structuredContent ?? answer
  } catch {
    return undefined
  }
}

let failed = false

function report(verdict, title, faults = []) {
  failed ||= faults.length > 0
  console.log(`${faults.length ? 'FAIL ' : verdict} ${title}`)
  for (const fault of faults.slice(0, 20)) console.log(`      ${fault}`)
}

// judge compares what the model of one host was sent with what a plain client gets.
function judge(name, host, { output, requests }, plainly) {
  if (!requests.length) return report('', `${name}: the model was asked nothing`, [output.slice(-2000)])
  if (show) describe(name, host, requests.at(-1), plainly)
  report('ok   ', `${name}, definitions`, faultsOf(plainly.tools, requests.at(-1).tools))
  script.forEach((call, i) => {
    const sent = requests.at(-1).results[i] ?? ''
    const faults = call.faults({ sent, answer: answerIn(sent), direct: plainly.answers[i], host })
    report('ok   ', `${name}, ${call.title}`, sent ? faults : ['the model was sent nothing'])
    if (show) console.log(`\n${visible(JSON.stringify(call.args))}\n${shortened(visible(sent))}\n`.replaceAll('\n', '\n      '))
  })
}

// shortened keeps head and tail of what is long.
const shortened = text => text.length > 2000 ? `${text.slice(0, 1000)}\n[… ${text.length - 2000} characters …]\n${text.slice(-1000)}` : text

// describe shows how a host words our definitions, one of them as a sample.
function describe(name, host, { tools, body }, { instructions }) {
  const { version } = JSON.parse(readFileSync(module(`${host.package}/package.json`)))
  const ours = tools.filter(tool => ourName(tool.name).startsWith('HEX_'))
  const words = JSON.stringify(instructions.split('\n')[0]).slice(1, -1)
  console.log(`===== ${name} ${version}`)
  console.log(`${ours.length} of ${tools.length} tools are ours, in ${JSON.stringify(ours).length} characters.`)
  console.log(`The instructions of the server are ${JSON.stringify(body).includes(words) ? '' : 'not '}sent.`)
  console.log(JSON.stringify(ours.find(tool => ourName(tool.name) === 'HEX_LIST_COLLECTIONS'), null, 2), '\n')
}

const plainly = await direct()
for (const [name, host] of Object.entries(hosts)) {
  const start = Date.now()
  judge(name, host, await drive(host), plainly)
  console.log(`      ${name} took ${Math.round((Date.now() - start) / 1000)} s`)
}
process.exit(failed ? 1 : 0)
