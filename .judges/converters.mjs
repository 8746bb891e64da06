// What people really use to offer the tools of an MCP server to a model. Each
// function starts the server, { command, args }, and asks the model at url once.
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { Agent as OpenAIAgent, MCPServerStdio, OpenAIProvider, Runner } from '@openai/agents'
import { GoogleGenAI, mcpToTool } from '@google/genai'
import { ChatGoogleGenerativeAI } from '@langchain/google-genai'
import { MultiServerMCPClient } from '@langchain/mcp-adapters'
import { genkit } from 'genkit'
import { createMcpHost } from '@genkit-ai/mcp'
import { googleAI } from '@genkit-ai/google-genai'
import { createMCPClient } from '@ai-sdk/mcp'
import { Experimental_StdioMCPTransport as AIStdio } from '@ai-sdk/mcp/mcp-stdio'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { generateText } from 'ai'
import { MCPClient as MastraClient } from '@mastra/mcp'
import { Agent as MastraAgent } from '@mastra/core/agent'
import * as zod from 'zod'
import { jsonSchemaToZod } from 'json-schema-to-zod'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const apiKey = 'none'
const prompt = 'go'
const aiGoogle = url => createGoogleGenerativeAI({ apiKey, baseURL: `${url}/v1beta` })('gemini')

async function openaiAgents(server, url) {
  const mcp = new MCPServerStdio(server)
  await mcp.connect()
  const agent = new OpenAIAgent({ name: 'judge', mcpServers: [mcp], mcpConfig: { convertSchemasToStrict: true } })
  const modelProvider = new OpenAIProvider({ apiKey, baseURL: `${url}/v1` })
  await new Runner({ modelProvider, tracingDisabled: true }).run(agent, prompt)
  await mcp.close()
}

async function googleGenAI(server, url) {
  const client = new Client({ name: 'judge', version: '1' })
  await client.connect(new StdioClientTransport(server))
  const google = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } })
  await google.models.generateContent({ model: 'gemini', contents: prompt, config: { tools: [mcpToTool(client)] } })
  await client.close()
}

async function langchain(server, url) {
  const mcp = new MultiServerMCPClient({ hex: { transport: 'stdio', ...server } })
  const model = new ChatGoogleGenerativeAI({ apiKey, baseUrl: url, model: 'gemini' })
  await model.bindTools(await mcp.getTools()).invoke(prompt)
  await mcp.close()
}

async function genkitJS(server, url) {
  const host = createMcpHost({ name: 'judge', mcpServers: { hex: server } })
  const ai = genkit({ plugins: [googleAI({ apiKey, baseUrl: url })] })
  await ai.generate({ model: googleAI.model('gemini-2.5-flash'), prompt, tools: await host.getActiveTools(ai) })
  await host.close()
}

const genkitGo = binary => ({ command, args }, url) =>
  promisify(execFile)(binary, [command, ...args], { env: { ...process.env, GOOGLE_GEMINI_BASE_URL: url } })

async function aiSDK(server, url) {
  const mcp = await createMCPClient({ transport: new AIStdio(server) })
  await generateText({ model: aiGoogle(url), prompt, tools: await mcp.tools() })
  await mcp.close()
}

const mastra = model => async (server, url) => {
  const mcp = new MastraClient({ id: url, servers: { hex: server } })
  const agent = new MastraAgent({ id: 'judge', name: 'judge', instructions: prompt, model: model(url), tools: await mcp.listTools() })
  await agent.generate(prompt)
  await mcp.disconnect()
}

export const sending = genkitBinary => ({
  'OpenAI Agents, strict': openaiAgents,
  '@google/genai': googleGenAI,
  'LangChain, Gemini': langchain,
  'Genkit JS, Gemini': genkitJS,
  'Genkit Go, Gemini': genkitGo(genkitBinary),
  'AI SDK, Gemini': aiSDK,
  'Mastra, Gemini': mastra(aiGoogle),
  'Mastra, OpenAI': mastra(url => ({ id: 'openai/gpt-5', apiKey, url: `${url}/v1` }))
})

// translating converts one schema to zod and back, without any model.
export const translating = {
  'zod, fromJSONSchema': schema => zod.toJSONSchema(zod.fromJSONSchema(schema), { io: 'input' }),
  'json-schema-to-zod': schema => zod.toJSONSchema(new Function('z', `return ${jsonSchemaToZod(schema)}`)(zod), { io: 'input' })
}
