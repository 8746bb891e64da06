// The model APIs of Anthropic, OpenAI and Google, played on loopback. A model
// here follows a script of tool calls, one a turn, and keeps what it was sent.
import { createServer } from 'node:http'

// startModel answers with the calls of the script, [{ name, args }, …], each
// named as our server names it. `requests` is what the model was sent, oldest
// first: { tools: [{ name, description, schema }], results: [text] }.
export async function startModel(script = []) {
  const requests = []
  const server = createServer(async (request, response) => {
    const body = await readJSON(request)
    const api = apis.find(({ path }) => path.test(request.url))
    if (!api) return sendJSON(response, {}) // such as telemetry, lists of models, token counts
    const sent = { tools: api.tools(body), results: api.results(body), body }
    if (sent.tools.length) requests.push(sent)
    const call = script[sent.results.length]
    const answer = api.discovery?.(body) ?? api.answer(call && named(call, sent.tools), body)
    if (body.stream || request.url.includes('streamGenerateContent')) return sendEvents(response, api.events(answer))
    sendJSON(response, answer)
  })
  await new Promise(listening => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () => { server.closeAllConnections(); server.close() }
  }
}

// named gives a call the name that the host gave our tool, such as
// mcp__hex__HEX_GET_PROJECT, and the argument that Gemini CLI adds to all tools.
function named({ name, args }, tools) {
  const tool = tools.find(tool => ourName(tool.name) === name)
  const added = tool?.schema?.properties.wait_for_previous && { wait_for_previous: true }
  return tool && { ...tool, args: { ...args, ...added } }
}

// ourName takes off the prefix that a host puts before a tool's name.
export const ourName = name => name.replace(/^.*?(?=HEX_)/, '')

async function readJSON(request) {
  const chunks = await Array.fromAsync(request)
  const text = Buffer.concat(chunks).toString()
  return text ? JSON.parse(text) : {}
}

function sendJSON(response, value) {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

function sendEvents(response, events) {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) {
    if (event.type) response.write(`event: ${event.type}\n`)
    response.write(`data: ${JSON.stringify(event)}\n\n`)
  }
  response.end()
}

// textOf joins the text of a result, which is a text or a list of blocks.
const textOf = content => typeof content === 'string' ? content : (content ?? []).map(block => block.text ?? '').join('\n')

let made = 0
const newID = prefix => `${prefix}_${++made}`

const anthropic = {
  path: /^\/v1\/messages(\?|$)/,
  tools: body => (body.tools ?? []).map(({ name, description, input_schema: schema }) => ({ name, description, schema })),
  results: body => body.messages
    .flatMap(({ content }) => Array.isArray(content) ? content : [])
    .filter(({ type }) => type === 'tool_result')
    .map(({ content }) => textOf(content)),
  answer: (call, { model }) => ({
    id: newID('msg'),
    type: 'message',
    role: 'assistant',
    model,
    content: [call ? { type: 'tool_use', id: newID('toolu'), name: call.name, input: call.args } : { type: 'text', text: 'Done.' }],
    stop_reason: call ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 }
  }),
  events: ({ content: [block], stop_reason, usage, ...message }) => [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage } },
    { type: 'content_block_start', index: 0, content_block: block.input ? { ...block, input: {} } : { ...block, text: '' } },
    {
      type: 'content_block_delta',
      index: 0,
      delta: block.input
        ? { type: 'input_json_delta', partial_json: JSON.stringify(block.input) }
        : { type: 'text_delta', text: block.text }
    },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
    { type: 'message_stop' }
  ]
}

// Codex gives some models no definitions. They ask for them first: by
// tool_search, or, where they call tools by JavaScript, by printing ALL_TOOLS,
// eight tools at a time, since the middle of what is longer is cut out.
const inputOf = body => [body.input ?? []].flat()
const writesCode = body => inputOf(body).some(({ type }) => type === 'additional_tools')
const code = input => ({ type: 'custom_tool_call', name: 'exec', input })
const search = { type: 'tool_search_call', execution: 'client', arguments: { query: 'hex', limit: 100 } }
const listing = page => code(`// @exec: {"max_output_tokens": 100000}
text(ALL_TOOLS.filter(({ name }) => name.includes("HEX_")).slice(${page * 8}, ${page * 8 + 8}))`)

// printed gives what JavaScript printed: the pages of ALL_TOOLS, of which the
// last is empty, and then the results of calls.
function printed(body) {
  const texts = inputOf(body).filter(({ type }) => type === 'custom_tool_call_output').map(({ output }) => textOf(output))
  const last = texts.findIndex(text => text.endsWith('\n[]'))
  const pages = last < 0 ? texts : texts.slice(0, last)
  return { pages, listed: last >= 0, results: last < 0 ? [] : texts.slice(last + 1) }
}

// searched gives the tools that tool_search found.
const searched = body => inputOf(body).filter(({ type }) => type === 'tool_search_output').flatMap(({ tools }) => tools)

const openai = {
  path: /\/responses(\?|$)/,
  tools: body => writesCode(body)
    ? printed(body).pages.flatMap(text => JSON.parse(text.match(/^\[\{.*\]$/m)?.[0] ?? '[]')).map(tool => ({ ...tool, code: true }))
    : [...body.tools ?? [], ...searched(body)]
        .flatMap(({ tools, ...tool }) => tools?.map(inner => ({ ...inner, namespace: tool.name })) ?? tool)
        .filter(({ name }) => name)
        .map(({ parameters: schema, ...tool }) => ({ ...tool, schema })),
  results: body => writesCode(body)
    ? printed(body).results
    : inputOf(body).filter(({ type }) => type === 'function_call_output').map(({ output }) => textOf(output)),
  discovery: body => {
    if (writesCode(body)) return printed(body).listed ? undefined : openai.output(listing(printed(body).pages.length), body)
    const mustSearch = body.tools?.some(({ type }) => type === 'tool_search') && !searched(body).length
    return mustSearch ? openai.output(search, body) : undefined
  },
  answer: (call, body) => {
    if (!call) return openai.output({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done.', annotations: [] }] }, body)
    if (call.code) return openai.output(code(`text(await tools.${call.name}(${JSON.stringify(call.args)}))`), body)
    return openai.output({ type: 'function_call', name: call.name, namespace: call.namespace, arguments: JSON.stringify(call.args) }, body)
  },
  output: (item, { model }) => ({
    id: newID('resp'),
    object: 'response',
    created_at: 1,
    model,
    status: 'completed',
    output: [{ id: newID('item'), ...(item.type === 'message' ? {} : { call_id: newID('call') }), status: 'completed', ...item }],
    usage: {
      input_tokens: 1,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 1,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 2
    }
  }),
  events: response => [
    { type: 'response.created', response: { ...response, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { ...response.output[0], status: 'in_progress' } },
    { type: 'response.output_item.done', output_index: 0, item: response.output[0] },
    { type: 'response.completed', response }
  ].map((event, sequence_number) => ({ ...event, sequence_number }))
}

const chat = {
  path: /\/chat\/completions$/,
  tools: body => (body.tools ?? []).map(({ function: { parameters: schema, ...tool } }) => ({ ...tool, schema })),
  results: body => body.messages.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content)),
  answer: (call, { model }) => ({
    id: newID('chat'),
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{
      index: 0,
      message: call
        ? { role: 'assistant', content: null, tool_calls: [{ id: newID('call'), type: 'function', function: { name: call.name, arguments: JSON.stringify(call.args) } }] }
        : { role: 'assistant', content: 'Done.' },
      finish_reason: call ? 'tool_calls' : 'stop'
    }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
  }),
  events: ({ choices: [{ message, ...choice }], ...answer }) => [{ ...answer, object: 'chat.completion.chunk', choices: [{ ...choice, delta: message }] }]
}

const google = {
  path: /:(stream)?[gG]enerateContent/,
  tools: body => (body.tools ?? [])
    .flatMap(({ functionDeclarations }) => functionDeclarations ?? [])
    .map(({ name, description, parameters, parametersJsonSchema }) => ({
      name,
      description,
      schema: parameters ?? parametersJsonSchema,
      ofGemini: Boolean(parameters) // a schema of Gemini's own dialect, not JSON schema
    })),
  results: body => (body.contents ?? [])
    .flatMap(({ parts }) => parts ?? [])
    .filter(({ functionResponse }) => functionResponse)
    .map(({ functionResponse: { response } }) => response.output ?? response.error ?? JSON.stringify(response)),
  answer: call => ({
    candidates: [{
      content: { role: 'model', parts: [call ? { functionCall: { name: call.name, args: call.args } } : { text: 'Done.' }] },
      finishReason: 'STOP',
      index: 0
    }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 }
  }),
  events: answer => [answer]
}

const apis = [anthropic, openai, chat, google]
