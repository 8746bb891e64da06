// Sets up real clients with hexmcp install, each in an empty HOME, and lets them
// say whether they reach the server: one that they start, and one at an address.
//
//	node installs.mjs HEXMCP
//
// No account is needed, and nothing leaves this machine: the server is the demo.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const hexmcp = resolve(process.argv[2])
const here = dirname(fileURLToPath(import.meta.url))
const module = path => join(here, 'node_modules', path)
const patience = 90_000 // ms that a client may take
const node = process.execPath

// clients say how each lists its servers, and what it says of one that it
// reaches. Codex reads its configuration and connects to nothing.
const clients = {
  'claude-code': {
    list: [node, module('@anthropic-ai/claude-code/cli-wrapper.cjs'), 'mcp', 'list'],
    connected: /^hex: .*Connected$/m
  },
  codex: {
    list: [node, module('@openai/codex/bin/codex.js'), 'mcp', 'list'],
    connected: /^hex +\S+.* enabled /m
  },
  gemini: {
    list: [node, module('@google/gemini-cli/bundle/gemini.js'), 'mcp', 'list'],
    connected: /hex: .*Connected$/m,
    environment: { GEMINI_CLI_TRUST_WORKSPACE: 'true' }
  },
  opencode: {
    list: [module('opencode-linux-x64/bin/opencode'), 'mcp', 'list'],
    connected: /hex connected$/m
  }
}

// run gives what a command says, whatever its exit code.
function run([command, ...args], home, environment = {}) {
  const env = { HOME: home, PATH: `${dirname(node)}:/usr/local/bin:/usr/bin:/bin`, NO_COLOR: '1', ...environment }
  return new Promise(done => {
    const child = execFile(command, args, { cwd: home, env, timeout: patience, killSignal: 'SIGKILL' }, (_, out, err) =>
      done(plain(out + err)))
    child.stdin.end()
  })
}

// plain takes the colours off.
const plain = text => text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')

// serve starts the demo at an address, which its log tells.
async function serve() {
  const server = spawn(hexmcp, ['http', '--demo', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  while (!/mcp=(\S+)/.test(log)) log += (await once(server.stderr, 'data'))[0]
  return { url: log.match(/mcp=(\S+)/)[1], stop: () => server.kill() }
}

let failed = false

function report(title, said, good) {
  failed ||= !good
  console.log(`${good ? 'ok   ' : 'FAIL '} ${title}`)
  if (!good) console.log(said.replace(/^/gm, '      '))
}

// judge sets one client up in each way, and takes the server out again.
async function judge(name, { list, connected, environment }, url) {
  const home = mkdtempSync(join(tmpdir(), 'install-'))
  const install = (...args) => run([hexmcp, 'install', name, ...args], home)
  try {
    const first = await install('--demo')
    const started = await run(list, home, environment)
    report(`${name} starts the server`, first + started, connected.test(started) && started.includes(hexmcp))
    const second = await install('--http', url)
    const reached = await run(list, home, environment)
    report(`${name} reaches the server at an address`, second + reached, connected.test(reached) && reached.includes(url))
    const doctor = await run([hexmcp, 'doctor', '--demo', '--json'], home)
    report(`${name} is seen by the doctor`, doctor, doctor.includes(url))
    const third = await install('--remove')
    const gone = await run(list, home, environment)
    report(`${name} no longer knows it`, third + gone, third.includes('taken out') && !/\bhex\b/.test(gone.replaceAll(home, '')))
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

const server = await serve()
await Promise.all(Object.entries(clients).map(([name, client]) => judge(name, client, server.url)))
server.stop()
process.exit(failed ? 1 : 0)
