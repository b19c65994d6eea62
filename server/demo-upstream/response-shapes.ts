import { isObject, type JsonObject, newId, unixNow } from './openai-shapes.ts'

/** Objects of the Responses API. */

/** A page cited in a text, from one of its characters (code points) to another. */
export interface UrlCitation {
  type: 'url_citation'
  start_index: number
  end_index: number
  url: string
  title: string
}

/** A file that code made, named in a text. */
export interface FileCitation {
  type: 'container_file_citation'
  start_index: number
  end_index: number
  container_id: string
  file_id: string
  filename: string
}
export type Annotation = UrlCitation | FileCitation

export const outputText = (text: string, annotations: Annotation[] = []) => ({
  type: 'output_text' as const,
  text,
  annotations,
  logprobs: [],
})

export const outputMessage = (
  id: string,
  status: 'in_progress' | 'completed' | 'incomplete',
  content: Array<ReturnType<typeof outputText>>,
) => ({ id, type: 'message' as const, status, role: 'assistant' as const, content })

export interface ReasoningItem {
  id: string
  type: 'reasoning'
  summary: Array<{ type: 'summary_text'; text: string }>
  encrypted_content?: string
}

export interface SearchItem {
  id: string
  type: 'web_search_call'
  status: 'completed'
  action: { type: 'search'; query: string; queries: string[]; sources?: { type: 'url'; url: string }[] }
}

export interface InterpreterItem {
  id: string
  type: 'code_interpreter_call'
  status: 'completed'
  container_id: string
  code: string
  outputs: { type: 'logs'; logs: string }[] | null
}

export interface ImageItem {
  id: string
  type: 'image_generation_call'
  status: 'completed'
  action: 'generate'
  background: 'opaque'
  output_format: 'png'
  quality: 'medium'
  size: string
  /** The image in Base64. */
  result: string
  revised_prompt: string
}

export type OutputItem =
  | ReturnType<typeof outputMessage>
  | ReasoningItem
  | SearchItem
  | InterpreterItem
  | ImageItem

export const responseUsage = (input: number, output: number, reasoning: number) => ({
  input_tokens: input,
  input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
  output_tokens: output + reasoning,
  output_tokens_details: { reasoning_tokens: reasoning },
  total_tokens: input + output + reasoning,
})

const stringOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const numberOr = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback)

/** A Response at its start; it echoes what the request set. */
export function newResponse(model: string, body: JsonObject) {
  const reasoning = isObject(body.reasoning) ? body.reasoning : {}
  return {
    id: newId('resp_'),
    object: 'response' as const,
    created_at: unixNow(),
    status: 'in_progress' as 'in_progress' | 'completed' | 'incomplete',
    completed_at: null as number | null,
    access_programs: null,
    background: false,
    error: null,
    incomplete_details: null as { reason: 'max_output_tokens' } | null,
    instructions: stringOrNull(body.instructions),
    max_output_tokens: typeof body.max_output_tokens === 'number' ? body.max_output_tokens : null,
    max_tool_calls: null,
    model,
    output: [] as OutputItem[],
    parallel_tool_calls: body.parallel_tool_calls !== false,
    previous_response_id: stringOrNull(body.previous_response_id),
    prompt_cache_key: stringOrNull(body.prompt_cache_key),
    reasoning: { effort: stringOrNull(reasoning.effort), summary: stringOrNull(reasoning.summary) },
    safety_identifier: stringOrNull(body.safety_identifier),
    service_tier: 'default' as const,
    store: body.store !== false,
    temperature: numberOr(body.temperature, 1),
    text: isObject(body.text)
      ? body.text
      : { format: { type: 'text' as const }, verbosity: 'medium' as const },
    tool_choice: 'auto' as const,
    tools: [],
    top_logprobs: 0,
    top_p: numberOr(body.top_p, 1),
    truncation: 'disabled' as const,
    usage: null as ReturnType<typeof responseUsage> | null,
    user: stringOrNull(body.user),
    metadata: isObject(body.metadata) ? body.metadata : {},
  }
}

export type DemoResponse = ReturnType<typeof newResponse>
