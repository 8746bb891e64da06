// Lets the tools of stores and clients judge what they are told about the server,
// and starts it as they do.
//
//	node distribution.mjs BUNDLE
//
// No account is needed, and nothing leaves this machine: the server starts with a
// token that it does not use.
import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import Ajv from 'ajv'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'

const bundle = resolve(process.argv[2])
const here = dirname(fileURLToPath(import.meta.url))
const project = dirname(here)
const module = path => join(here, 'node_modules', path)
const patience = 120_000 // ms that a program may take
const node = process.execPath
const scratch = mkdtempSync(join(tmpdir(), 'distribution-'))
const home = join(scratch, 'home')
const unpacked = join(scratch, 'unpacked')
const environment = {
  HOME: home, PATH: `${join(unpacked, 'server')}:${dirname(node)}:/usr/local/bin:/usr/bin:/bin`, NO_COLOR: '1',
  HEXMCP_DEMO: 'true', GEMINI_CLI_TRUST_WORKSPACE: 'true'
}

// run gives what a command says, and whether it ended well.
function run(...[command, ...args]) {
  return new Promise(done => {
    const child = execFile(command, args, { cwd: home, env: environment, timeout: patience, killSignal: 'SIGKILL' }, (error, out, err) =>
      done({ said: (out + err).replace(/\u001b\[[0-9;?]*[A-Za-z]/g, ''), well: !error }))
    child.stdin.end()
  })
}

let failed = false

function report(title, well, said) {
  failed ||= !well
  console.log(`${well ? 'ok   ' : 'FAIL '} ${title}`)
  if (!well) console.log(said.replace(/^/gm, '      '))
}

// judge runs a command that must end well and, if wanted, say something.
async function judge(title, command, says = /^/) {
  const { said, well } = await run(...command)
  report(title, well && says.test(said), said)
}

const read = file => JSON.parse(readFileSync(file, 'utf8'))

// tools starts the server as the manifest of the bundle says, with every setting filled in.
async function tools(manifest) {
  const { command, args, env } = manifest.server.mcp_config
  const fill = text => text.replaceAll('${__dirname}', unpacked)
    .replace(/\$\{user_config\.(\w+)\}/g, (_, key) => manifest.user_config[key].default ?? 'hxtw_not_used')
  const client = new Client({ name: 'judge', version: '1' })
  await client.connect(new StdioClientTransport({
    command: fill(command), args: args.map(fill), cwd: home,
    env: { ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])), HOME: home }
  }))
  const names = (await client.listTools()).tools.map(tool => tool.name)
  await client.close()
  return names
}

async function bundles() {
  const mcpb = (...args) => [node, module('@anthropic-ai/mcpb/dist/cli/cli.js'), ...args]
  await judge('mcpb unpacks the bundle', mcpb('unpack', bundle, unpacked))
  await judge('mcpb finds its manifest valid', mcpb('validate', join(unpacked, 'manifest.json')))
  await judge('mcpb packs it', mcpb('pack', unpacked, join(scratch, 'again.mcpb')))
  const manifest = read(join(unpacked, 'manifest.json'))
  const [listed, told] = [(await tools(manifest)).sort(), manifest.tools.map(tool => tool.name).sort()]
  report('the bundle starts and lists the tools of its manifest', listed.length > 0 && `${listed}` === `${told}`, `${listed}\nbut the manifest has\n${told}`)
}

async function claude() {
  const say = (...args) => [node, module('@anthropic-ai/claude-code/cli-wrapper.cjs'), ...args]
  await judge('Claude Code finds the marketplace valid', say('plugin', 'validate', '--strict', project))
  await judge('Claude Code finds the plugin valid', say('plugin', 'validate', '--strict', join(project, 'plugins/hexmcp')))
  await judge('Claude Code adds the marketplace', say('plugin', 'marketplace', 'add', project))
  await judge('Claude Code installs the plugin', say('plugin', 'install', 'hexmcp@hexmcp'))
  await judge('Claude Code reaches the server of the plugin', say('mcp', 'list'), /plugin:hexmcp:hex: .*Connected/)
}

async function gemini() {
  const say = (...args) => [node, module('@google/gemini-cli/bundle/gemini.js'), ...args]
  const extension = join(scratch, 'extension') // without what is built, which the extension would be copied with
  mkdirSync(extension)
  copyFileSync(join(project, 'gemini-extension.json'), join(extension, 'gemini-extension.json'))
  await judge('Gemini CLI finds the extension valid', say('extensions', 'validate', extension))
  await judge('Gemini CLI installs the extension', say('extensions', 'install', '--consent', '--skip-settings', extension))
  await judge('Gemini CLI reaches the server of the extension', say('mcp', 'list'), /hex.*Connected/)
}

// registry judges by the schema as it stands in the registry's own module.
async function registry() {
  const { Dir } = JSON.parse(execFileSync('go', ['mod', 'download', '-json', 'github.com/modelcontextprotocol/registry@v1.8.8'], { cwd: scratch }))
  const server = read(join(project, 'server.json'))
  const schema = read(join(Dir, 'internal/validators/schemas', server.$schema.match(/\d{4}-\d\d-\d\d/)[0] + '.json'))
  const ajv = new Ajv({ strict: false, validateFormats: false })
  for (const [title, text] of [['server.json', server], ['server.json of a release', JSON.parse((await run(join(project, 'bin/dist'), 'server-json', bundle)).said)]]) {
    report(`the MCP registry's schema finds ${title} valid`, ajv.validate(schema, text), ajv.errorsText())
  }
}

mkdirSync(home)
try {
  await bundles()
  await claude()
  await gemini()
  await registry()
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
}
process.exit(failed ? 1 : 0)
