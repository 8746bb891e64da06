// Compares the tools that a model was offered with those that our server lists.
import { ourName } from './endpoints.mjs'

// faultsOf says what is lost or changed: a list of sentences, empty when every
// tool and every argument arrived with its type and description.
export function faultsOf(ours, offered) {
  return ours.flatMap(tool => {
    const found = offered.find(({ name }) => ourName(name) === tool.name)
    if (!found) return [`${tool.name} is lost`]
    if (!found.schema) return [...described(tool.name, tool, found), ...declared(tool, found.description)]
    return [
      ...described(tool.name, tool, found),
      ...nodeFaults(tool.name, tool.inputSchema, found.schema),
      ...(found.ofGemini ? geminiFaults(tool.name, found.schema) : []),
      ...(found.strict ? strictFaults(tool.name, found.schema) : [])
    ]
  })
}

// notStrictFaults names the tools that a converter could not make strict. One
// that takes an object of any names cannot be, and one without arguments need not.
export const notStrictFaults = (ours, offered) => ours
  .filter(({ name, inputSchema }) => !nodesOf(name, inputSchema).some(([, node]) => node.type === 'object' && !Object.keys(node.properties ?? {}).length))
  .filter(({ name }) => !offered.find(tool => ourName(tool.name) === name)?.strict)
  .map(({ name }) => `${name} is not strict`)

// described lets a host add to a description, but not take from it.
const described = (path, { description = '' }, theirs) =>
  theirs.description?.includes(description) || !description ? [] : [`${path} has lost its description`]

// declared looks for each argument in a declaration of TypeScript, which some
// hosts put into the description instead of a schema.
const declared = ({ name, inputSchema }, declaration) => nodesOf(name, inputSchema).slice(1).flatMap(([path, { description = '' }]) => {
  const argument = path.replaceAll('[]', '').split('.').at(-1)
  return [
    ...(new RegExp(`\\b${argument}\\??: `).test(declaration) ? [] : [`${path} is lost`]),
    ...(declaration.includes(description) ? [] : [`${path} has lost its description`])
  ]
})

// nodeFaults compares one node of a schema and all below it.
function nodeFaults(path, ours, theirs) {
  if (!theirs) return [`${path} is lost`]
  const values = theirs.enum ?? [theirs.const]
  return [
    ...typed(path, ours, theirs),
    ...described(path, ours, theirs),
    ...(ours.enum ?? []).filter(value => !values.includes(value)).map(value => `${path} has lost its value ${value}`),
    ...(ours.required ?? []).filter(name => !theirs.required?.includes(name)).map(name => `${path}.${name} is no longer required`),
    ...Object.entries(ours.properties ?? {}).flatMap(([name, node]) => nodeFaults(`${path}.${name}`, node, property(name, ours, theirs))),
    ...(ours.items ? nodeFaults(`${path}[]`, ours.items, theirs.items) : [])
  ]
}

// typed wants exactly one type, ours.
function typed(path, { type }, theirs) {
  if (typeof theirs.type !== 'string') return [`${path} has no single type: ${JSON.stringify(theirs)}`]
  return theirs.type.toLowerCase() === type ? [] : [`${path} is of type ${theirs.type} and not ${type}`]
}

// property gives what became of a property. For OpenAI, what may be left out is
// made required and may be null instead: that null is not looked at.
function property(name, ours, theirs) {
  const node = theirs.properties?.[name]
  const mayBeNull = theirs.required?.includes(name) && !ours.required?.includes(name)
  const others = node?.anyOf?.filter(({ type }) => type !== 'null')
  return mayBeNull && others?.length === 1 ? { ...others[0], ...node } : node
}

// nodesOf gives a schema and all schemas in it, each with its path.
function nodesOf(path, node) {
  return [
    [path, node],
    ...Object.entries(node.properties ?? {}).flatMap(([name, inner]) => nodesOf(`${path}.${name}`, inner)),
    ...(node.items ? nodesOf(`${path}[]`, node.items) : []),
    ...(node.anyOf ?? []).flatMap(inner => nodesOf(path, inner))
  ]
}

const geminiKeywords = new Set(['type', 'format', 'title', 'description', 'nullable', 'enum', 'items', 'minItems', 'maxItems', 'properties',
  'required', 'propertyOrdering', 'minProperties', 'maxProperties', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'anyOf', 'default', 'example'])

// geminiFaults says what Gemini's API answers with 400, for all tools at once. A
// tool without arguments is passed over: none is offered by default, and what
// becomes of it differs between converters.
const geminiFaults = (path, schema) => nodesOf(path, schema).flatMap(([path, node]) => [
  ...Object.keys(node).filter(key => !geminiKeywords.has(key)).map(key => `${path}: Gemini does not know ${key}`),
  ...(node.format && !['enum', 'date-time'].includes(node.format) ? [`${path}: Gemini refuses format ${node.format}`] : []),
  ...(/^object$/i.test(node.type) && !Object.keys(node.properties ?? {}).length && !path.endsWith('.inputParams') && path.includes('.')
    ? [`${path}: Gemini refuses an object without properties`]
    : []),
  ...(/^array$/i.test(node.type) && !node.items ? [`${path}: Gemini refuses an array without items`] : [])
])

// strictFaults says what OpenAI's strict mode refuses.
const strictFaults = (path, schema) => nodesOf(path, schema).filter(([, { type }]) => type === 'object').flatMap(([path, node]) => [
  ...(node.additionalProperties === false ? [] : [`${path}: strict mode wants additionalProperties false`]),
  ...Object.keys(node.properties ?? {}).filter(name => !node.required?.includes(name)).map(name => `${path}.${name}: strict mode wants it required`)
])

// bedrockFaults says what Amazon Bedrock's Converse API, or the Claude models
// behind it, refuse: see ToolSpecification in its API reference.
export const bedrockFaults = ({ name, description, inputSchema }) => [
  ...(/^[a-zA-Z0-9_-]{1,64}$/.test(name) ? [] : [`${name}: Bedrock refuses the name`]),
  ...(description ? [] : [`${name}: Bedrock refuses an empty description`]),
  ...(inputSchema.type === 'object' ? [] : [`${name}: Bedrock wants an object`]),
  ...['oneOf', 'anyOf', 'allOf'].filter(key => inputSchema[key]).map(key => `${name}: Bedrock refuses ${key} at the root`),
  ...nodesOf(name, inputSchema).flatMap(([path, { properties = {} }]) => Object.keys(properties)
    .filter(key => !/^[a-zA-Z0-9_.-]{1,64}$/.test(key)).map(key => `${path}.${key}: Bedrock refuses the name`))
]
