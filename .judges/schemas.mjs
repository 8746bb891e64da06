// Converts the input schemas of all tools with what people really use, and
// compares what a model would be told with what our server says.
//
//	node schemas.mjs HEXMCP GENKIT
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bedrockFaults, faultsOf, notStrictFaults } from './definitions.mjs'
import { startModel } from './endpoints.mjs'

process.env.MASTRA_TELEMETRY_DISABLED = '1'
for (const level of ['log', 'info', 'warn', 'error', 'debug']) console[level] = () => {} // the libraries are chatty
const say = line => process.stdout.write(`${line}\n`)

const { sending, translating } = await import('./converters.mjs') // after the lines above
const [hexmcp, genkit] = process.argv.slice(2)
const ours = JSON.parse(execFileSync(hexmcp, ['tools', '--json']))
const senders = sending(genkit)

// quiet starts a server without its log.
const quiet = (...command) => ({ command: 'sh', args: ['-c', 'exec "$@" 2>/dev/null', 'sh', ...command] })

// sent gives the faults of what a model is offered through a converter.
async function sent(name, server) {
  const model = await startModel()
  try {
    await Promise.race([senders[name](server, model.url), tooLong()])
    const offered = model.requests[0]?.tools ?? []
    return [...faultsOf(ours, offered), ...(name.endsWith('strict') ? notStrictFaults(ours, offered) : [])]
  } catch (error) {
    return [`all tools are lost: ${error.stderr || error.stack}`]
  } finally {
    model.close()
  }
}

// tooLong fails after a minute.
const tooLong = async () => {
  await setTimeout(60_000)
  throw new Error('no end after a minute')
}

// translated gives the faults of a round trip of each tool's schema.
const translated = convert => ours.flatMap(tool => {
  try {
    return faultsOf([tool], [{ ...tool, schema: convert(tool.inputSchema) }])
  } catch (error) {
    return [`${tool.name} is lost: ${error.stack}`]
  }
})

let failed = false

function report(name, faults) {
  failed ||= faults.length > 0
  say(`${faults.length ? 'FAIL ' : 'ok   '} schemas, ${name}`)
  for (const fault of faults.slice(0, 20)) say(`      ${fault}`)
  if (faults.length > 20) say(`      and ${faults.length - 20} more`)
}

// All tools are judged, those too that a client is offered only on request, so
// a stub lists them.
const scratch = mkdtempSync(join(tmpdir(), 'judge-'))
const listing = (file, tools) => {
  writeFileSync(join(scratch, file), JSON.stringify(tools))
  return quiet(process.execPath, fileURLToPath(new URL('stub.mjs', import.meta.url)), join(scratch, file))
}

for (const name of Object.keys(senders)) report(name, await sent(name, listing('tools.json', ours)))
for (const [name, convert] of Object.entries(translating)) report(name, translated(convert))
report('Bedrock', ours.flatMap(bedrockFaults))

// The judge has to notice a schema that these converters are known to lose.
const stub = listing('union.json', withUnion(ours))
for (const name of ['LangChain, Gemini', 'Genkit JS, Gemini', 'Genkit Go, Gemini']) {
  const faults = await sent(name, stub)
  const noticed = faults.some(fault => /ownerEmail|anyOf/.test(fault))
  report(`${name}: a union is noticed`, noticed ? [] : ['what became of ownerEmail was not noticed', ...faults])
}
rmSync(scratch, { recursive: true })
process.exit(failed ? 1 : 0)

// withUnion gives one argument of the tools a second type, null.
function withUnion(tools) {
  const changed = structuredClone(tools)
  const { properties } = changed.find(({ name }) => name === 'HEX_LIST_PROJECTS').inputSchema
  const { type, ...rest } = properties.ownerEmail
  properties.ownerEmail = { ...rest, anyOf: [{ type }, { type: 'null' }] }
  return changed
}
