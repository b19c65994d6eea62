import type { Call } from './call.ts'
import { promptTokens, type Turn, turnsOfInput } from './conversation.ts'
import { newFile } from './files.ts'
import { type HostedTool, hostedToolsOf, toolEvents, wantedOf } from './hosted-tools.ts'
import { requireModel } from './models.ts'
import {
  isObject,
  isRefusal,
  type JsonObject,
  missingParameter,
  newId,
  parseJsonObject,
  type Refusal,
  refuse,
  standardHeaders,
} from './openai-shapes.ts'
import { countTokens } from './pieces.ts'
import {
  type Annotation,
  type DemoResponse,
  newResponse,
  type OutputItem,
  outputMessage,
  outputText,
  responseUsage,
} from './response-shapes.ts'
import { limited, type Speech, speak } from './speech.ts'
import { type StoredObjects, storeFile, storeResponse } from './stored-objects.ts'

interface ResponseRequest {
  model: string
  turns: Turn[]
  stream: boolean
  store: boolean
  maxTokens: number
  tools: HostedTool[]
  reasoning: { summarised: boolean; encrypted: boolean } | null
  body: JsonObject
}

function parseReasoning(body: JsonObject): ResponseRequest['reasoning'] {
  const { reasoning, include } = body
  if (!isObject(reasoning) || reasoning.effort === 'none') return null
  return {
    summarised: typeof (reasoning.summary ?? reasoning.generate_summary) === 'string',
    encrypted: Array.isArray(include) && include.includes('reasoning.encrypted_content'),
  }
}

function parseResponseRequest(body: JsonObject, stored: StoredObjects): ResponseRequest | Refusal {
  const model = requireModel(body.model)
  if (typeof model !== 'string') return model
  const { input, previous_response_id: previous } = body
  if (typeof input !== 'string' && !Array.isArray(input)) return missingParameter('input')
  if (typeof previous === 'string' && !stored.responses.has(previous)) {
    return refuse(
      400,
      `Previous response with id '${previous}' not found.`,
      'previous_response_id',
      'previous_response_not_found',
    )
  }
  return {
    model,
    turns: turnsOfInput(body.instructions, input),
    stream: body.stream === true,
    store: body.store !== false,
    maxTokens: typeof body.max_output_tokens === 'number' ? body.max_output_tokens : Number.POSITIVE_INFINITY,
    tools: hostedToolsOf(body),
    reasoning: parseReasoning(body),
    body,
  }
}

/** An event before it gets its sequence number. */
type StreamEvent = { type: string } & JsonObject

async function* reasoningEvents(
  response: DemoResponse,
  reasoning: NonNullable<Speech['reasoning']>,
  wanted: NonNullable<ResponseRequest['reasoning']>,
): AsyncGenerator<StreamEvent> {
  const item: Extract<OutputItem, { type: 'reasoning' }> = {
    id: newId('rs_'),
    type: 'reasoning',
    summary: [],
  }
  if (wanted.encrypted) item.encrypted_content = Buffer.from(item.id).toString('base64')
  const at = { item_id: item.id, output_index: response.output.length }
  yield { type: 'response.output_item.added', output_index: at.output_index, item: { ...item } }
  if (wanted.summarised) {
    const here = { ...at, summary_index: 0 }
    let text = ''
    yield { type: 'response.reasoning_summary_part.added', ...here, part: { type: 'summary_text', text } }
    for await (const delta of reasoning) {
      text += delta
      yield { type: 'response.reasoning_summary_text.delta', ...here, delta }
    }
    const part = { type: 'summary_text' as const, text }
    yield { type: 'response.reasoning_summary_text.done', ...here, text }
    yield { type: 'response.reasoning_summary_part.done', ...here, part }
    item.summary = [part]
  }
  response.output.push(item)
  yield { type: 'response.output_item.done', output_index: at.output_index, item }
}

/** A link in brackets, which is how a model that searched names a page. */
const CITED = /[(（]\[([^\]]+)\]\((https?:[^)\s]+)\)[)）]$/

/** A link to a file that code made. */
const MADE = /sandbox:\/mnt\/data\/([^)\s]+)(?=\)$)/

/** What a text may cite: pages where the web was searched, and the files that code made, by name. */
interface Citable {
  pages: boolean
  files: ReadonlyMap<string, { container_id: string; file_id: string }>
}

/** The citation that ends at the end of a text, if one does. */
function citationAtEnd(text: string, { pages, files }: Citable): Annotation | undefined {
  const end_index = [...text].length
  const [cited, title = '', url = ''] = (pages && CITED.exec(text)) || []
  if (cited !== undefined) {
    return { type: 'url_citation', start_index: end_index - [...cited].length, end_index, url, title }
  }
  const [link, filename = ''] = MADE.exec(text) ?? []
  const file = files.get(filename)
  if (link === undefined || !file) return undefined
  const start_index = end_index - 1 - [...link].length
  return { type: 'container_file_citation', start_index, end_index: end_index - 1, ...file, filename }
}

async function* messageEvents(
  response: DemoResponse,
  pieces: AsyncIterable<string>,
  { cutShort, citable }: { cutShort: () => boolean; citable: Citable },
): AsyncGenerator<StreamEvent> {
  const id = newId('msg_')
  const output_index = response.output.length
  const at = { item_id: id, output_index, content_index: 0 }
  let text = ''
  const annotations: Annotation[] = []
  yield { type: 'response.output_item.added', output_index, item: outputMessage(id, 'in_progress', []) }
  yield { type: 'response.content_part.added', ...at, part: outputText('') }
  for await (const delta of pieces) {
    text += delta
    yield { type: 'response.output_text.delta', ...at, delta, logprobs: [] }
    const annotation = citationAtEnd(text, citable)
    if (!annotation) continue
    const annotation_index = annotations.push(annotation) - 1
    yield { type: 'response.output_text.annotation.added', ...at, annotation_index, annotation }
  }
  const item = outputMessage(id, cutShort() ? 'incomplete' : 'completed', [outputText(text, annotations)])
  response.output.push(item)
  yield { type: 'response.output_text.done', ...at, text, logprobs: [] }
  yield { type: 'response.content_part.done', ...at, part: item.content[0] }
  yield { type: 'response.output_item.done', output_index, item }
}

/** Puts the files that code made where they can be fetched, and tells where, by their names. */
function storeMade(stored: StoredObjects, { output }: DemoResponse, uses: Speech['uses']): Citable['files'] {
  const containers = output.flatMap((item) =>
    item.type === 'code_interpreter_call' ? [item.container_id] : [],
  )
  const made = uses.flatMap((use) => (use.tool === 'code_interpreter' ? [use.files ?? []] : []))
  return new Map(
    made.flatMap((files, index) =>
      files.map(({ name, content }) => {
        const file_id = newId('cfile_')
        storeFile(stored, newFile(file_id, name, content))
        return [name, { container_id: containers[index] ?? '', file_id }] as const
      }),
    ),
  )
}

/** All events of a Response in order; `response` is complete when they are over. */
async function* responseEvents(
  response: DemoResponse,
  request: ResponseRequest,
  { speech, stored }: { speech: Speech; stored: StoredObjects },
): AsyncGenerator<StreamEvent> {
  const { pieces, state } = limited(speech.text, request.maxTokens)
  yield { type: 'response.created', response: structuredClone(response) }
  yield { type: 'response.in_progress', response: structuredClone(response) }
  if (request.reasoning && speech.reasoning) {
    yield* reasoningEvents(response, speech.reasoning, request.reasoning)
  }
  for (const use of speech.uses) yield* toolEvents(response, use, wantedOf(request.body), speech.rest)
  const pages = speech.uses.some(({ tool }) => tool === 'web_search')
  const citable = { pages, files: storeMade(stored, response, speech.uses) }
  yield* messageEvents(response, pieces, { cutShort: () => state.cutShort, citable })

  const reasoned = response.output.flatMap((item) => (item.type === 'reasoning' ? item.summary : []))
  const reasoningTokens = reasoned.reduce((sum, { text }) => sum + countTokens(text), 0)
  response.usage = responseUsage(promptTokens(request.turns, countTokens), state.count, reasoningTokens)
  response.status = state.cutShort ? 'incomplete' : 'completed'
  if (state.cutShort) response.incomplete_details = { reason: 'max_output_tokens' }
  else response.completed_at = Math.floor(Date.now() / 1000)
  yield { type: `response.${response.status}`, response }
}

/** `POST /v1/responses` */
export async function createResponse(call: Call): Promise<void> {
  const { reply, stored } = call
  const body = parseJsonObject(await call.request.body)
  const request = isRefusal(body) ? body : parseResponseRequest(body, stored)
  if (isRefusal(request)) return reply.refuse(request)

  const response = newResponse(request.model, request.body)
  const speech = speak(request.turns, call.speech(request.model), request.tools)
  const events = responseEvents(response, request, { speech, stored })
  if (request.stream) {
    await reply.start(200, [['content-type', 'text/event-stream; charset=utf-8'], ...standardHeaders()])
  }
  let sequence = 0
  for await (const { type, ...rest } of events) {
    if (response.status !== 'in_progress' && request.store) storeResponse(stored, response)
    if (!request.stream) continue
    const data = JSON.stringify({ type, sequence_number: sequence++, ...rest })
    await reply.write(`event: ${type}\ndata: ${data}\n\n`)
  }
  return request.stream ? reply.end() : call.json(response)
}

const notFound = (id: string): Refusal => refuse(404, `Response with id '${id}' not found.`)

/** `GET /v1/responses/{id}` */
export function retrieveResponse({ stored, param, json, reply }: Call): Promise<void> {
  const response = stored.responses.get(param)
  return response ? json(response) : reply.refuse(notFound(param))
}

/** `DELETE /v1/responses/{id}` */
export function deleteResponse({ stored, param, json, reply }: Call): Promise<void> {
  if (!stored.responses.delete(param)) return reply.refuse(notFound(param))
  return json({ id: param, object: 'response', deleted: true })
}
