import { drawImage } from './draw-image.ts'
import { isObject, type JsonObject, newId } from './openai-shapes.ts'
import { phrases } from './phrases.ts'
import type { DemoResponse, ImageItem, InterpreterItem, SearchItem } from './response-shapes.ts'

/** One use of a tool that OpenAI runs itself, and what comes of it. */
export type ToolUse = (
  | { tool: 'web_search'; queries: string[]; pages: string[] }
  /** `files` lie in its container; a text that links to `sandbox:/mnt/data/{name}` cites them. */
  | { tool: 'code_interpreter'; code: string; logs: string; files?: { name: string; content: Buffer }[] }
  | { tool: 'image_generation'; prompt: string; png: Buffer }
) & {
  /** Waited for before the tool is done, so that a test can see it run. */
  until?: Promise<unknown>
}
export type HostedTool = ToolUse['tool']

const NAMES: Record<string, HostedTool> = {
  web_search: 'web_search',
  web_search_preview: 'web_search',
  code_interpreter: 'code_interpreter',
  image_generation: 'image_generation',
}

/** The tools that a request switches on, of those that the demo has. */
export function hostedToolsOf({ tools }: JsonObject): HostedTool[] {
  if (!Array.isArray(tools)) return []
  const named = tools.map((tool) => (isObject(tool) ? NAMES[String(tool.type)] : undefined))
  return [...new Set(named.filter((name) => name !== undefined))]
}

/** How the demo uses its tools for a question: each that is switched on, once. */
export function demoUses(question: string, language: 'zh' | 'en', tools: readonly HostedTool[]): ToolUse[] {
  const words = phrases[language].tools
  const uses: Record<HostedTool, () => ToolUse> = {
    web_search: () => ({ tool: 'web_search', queries: [question.slice(0, 80)], pages: words.pages.slice() }),
    code_interpreter: () => ({ tool: 'code_interpreter', code: words.code, logs: words.logs }),
    image_generation: () => ({ tool: 'image_generation', prompt: question, png: drawImage(question) }),
  }
  return tools.map((tool) => uses[tool]())
}

type StreamEvent = { type: string } & JsonObject

/** What the caller wants to be told beyond what is always told. */
interface Wanted {
  sources: boolean
  outputs: boolean
  partialImages: number
}

export function wantedOf({ include, tools }: JsonObject): Wanted {
  const included = Array.isArray(include) ? include : []
  const image = Array.isArray(tools) ? tools.find((tool) => NAMES[tool?.type] === 'image_generation') : {}
  return {
    sources: included.includes('web_search_call.action.sources'),
    outputs: included.includes('code_interpreter_call.outputs'),
    partialImages: Number(image?.partial_images ?? 0),
  }
}

/** The events of one use, in the order in which OpenAI sends them; `rest` is waited for while the tool runs. */
export async function* toolEvents(
  response: DemoResponse,
  use: ToolUse,
  wanted: Wanted,
  rest: () => Promise<void>,
): AsyncGenerator<StreamEvent> {
  const output_index = response.output.length
  const { item, begun, during } = eventsOf(use, wanted)
  const at = { item_id: item.id, output_index }
  yield { type: 'response.output_item.added', output_index, item: begun }
  yield { type: `response.${item.type}.in_progress`, ...at }
  for (const { type, ...more } of during) yield { type, ...at, ...more }
  await (use.until ?? rest())
  yield { type: `response.${item.type}.completed`, ...at }
  response.output.push(item)
  yield { type: 'response.output_item.done', output_index, item }
}

/** The item as it will be, as it begins, and the events between. */
function eventsOf(use: ToolUse, wanted: Wanted) {
  if (use.tool === 'web_search') return search(use, wanted)
  return use.tool === 'code_interpreter' ? interpreter(use, wanted) : image(use, wanted)
}

function search({ queries, pages }: Extract<ToolUse, { tool: 'web_search' }>, { sources }: Wanted) {
  const item: SearchItem = {
    id: newId('ws_'),
    type: 'web_search_call',
    status: 'completed',
    action: {
      type: 'search',
      queries,
      query: queries[0] ?? '',
      ...(sources && { sources: pages.map((url) => ({ type: 'url' as const, url })) }),
    },
  }
  const { id, type } = item
  const during: StreamEvent[] = [{ type: 'response.web_search_call.searching' }]
  return { item, begun: { id, type, status: 'in_progress' }, during }
}

function interpreter({ code, logs }: Extract<ToolUse, { tool: 'code_interpreter' }>, { outputs }: Wanted) {
  const item: InterpreterItem = {
    id: newId('ci_'),
    type: 'code_interpreter_call',
    status: 'completed',
    container_id: newId('cntr_'),
    code,
    outputs: outputs ? [{ type: 'logs', logs }] : null,
  }
  const lines = code.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const during: StreamEvent[] = [
    ...lines.map((delta) => ({ type: 'response.code_interpreter_call_code.delta', delta })),
    { type: 'response.code_interpreter_call_code.done', code },
    { type: 'response.code_interpreter_call.interpreting' },
  ]
  const begun = { ...item, status: 'in_progress', code: '', outputs: null }
  return { item, begun, during }
}

function image({ prompt, png }: Extract<ToolUse, { tool: 'image_generation' }>, { partialImages }: Wanted) {
  const looks = {
    background: 'opaque',
    output_format: 'png',
    quality: 'medium',
    size: `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`,
  } as const
  const result = png.toString('base64')
  const item: ImageItem = {
    id: newId('ig_'),
    type: 'image_generation_call',
    status: 'completed',
    action: 'generate',
    ...looks,
    result,
    revised_prompt: prompt,
  }
  const { id, type } = item
  const partial = Array.from({ length: partialImages }, (_, partial_image_index) => ({
    type: 'response.image_generation_call.partial_image',
    partial_image_index,
    partial_image_b64: result,
    ...looks,
  }))
  const during: StreamEvent[] = [{ type: 'response.image_generation_call.generating' }, ...partial]
  return { item, begun: { id, type, status: 'in_progress' }, during }
}
