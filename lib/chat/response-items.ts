import type { Message } from './contract.ts'
import type { FileContent } from './files/model-files.ts'
import type { JsonValue, Part, ProviderMetadata } from './parts.ts'

/** An item of the Responses API, as it goes into the input of a request. */
export type ResponseItem = { [key: string]: JsonValue | undefined }

/**
 * An answer as the items that it came in, so that the conversation goes on exactly: what was thought (encrypted), said and
 * cited, what tools did, and the images they made, which are the answer's `files`. Null when it did not come from the Responses
 * API. The SDK would leave most of this out where nothing is stored at OpenAI.
 */
export function itemsOf(
  { parts, status }: Pick<Message, 'parts' | 'status'>,
  files: readonly FileContent[] = [],
): ResponseItem[] | null {
  if (!parts.some((part) => typeof kept(part).itemId === 'string')) return null
  const made = parts.filter((part) => part.type === 'file')
  const imageOf = (callId: string) => {
    const file = files[made.findIndex((part) => part.callId === callId)]
    return file?.type === 'file' ? file.data.data.toString('base64') : undefined
  }
  const items: ResponseItem[] = []
  for (const [index, part] of parts.entries()) {
    const { itemId } = kept(part)
    if (part.type === 'reasoning' && typeof itemId === 'string') addReasoning(items, part.text, kept(part))
    else if (part.type === 'text' && part.text !== '') {
      const isCut = status !== 'complete' && index === parts.length - 1
      items.push(messageOf(part.text, isCut ? 'incomplete' : 'completed', kept(part)))
    } else if (part.type === 'tool-result') {
      const item = toolItem(kept(part).item, () => imageOf(part.callId))
      if (item) items.push(item)
    }
  }
  // Thought that came to nothing is refused.
  return items.filter(({ type }, index) => type !== 'reasoning' || index < items.length - 1)
}

type Kept = ProviderMetadata[string]
const kept = (part: Part): Kept => part.meta?.openai ?? {}

/** Each paragraph of a summary is a part of its own; the item is one. Without what is encrypted it says nothing to a model. */
function addReasoning(items: ResponseItem[], text: string, { itemId, reasoningEncryptedContent }: Kept) {
  const summary = text === '' ? [] : [{ type: 'summary_text', text }]
  const same = items.find(({ type, id }) => type === 'reasoning' && id === itemId)
  if (same && Array.isArray(same.summary)) same.summary.push(...summary)
  else if (typeof reasoningEncryptedContent === 'string') {
    items.push({
      type: 'reasoning',
      id: itemId,
      summary,
      encrypted_content: reasoningEncryptedContent,
    })
  }
}

function messageOf(text: string, status: string, { itemId, phase, annotations }: Kept): ResponseItem {
  if (typeof itemId !== 'string') return { role: 'assistant', content: text }
  const content = [{ type: 'output_text', text, annotations: annotations ?? [] }]
  return { type: 'message', role: 'assistant', id: itemId, status, ...(phase != null && { phase }), content }
}

function toolItem(item: JsonValue | undefined, image: () => string | undefined): ResponseItem | undefined {
  if (item === null || typeof item !== 'object' || Array.isArray(item)) return undefined
  if (item.type !== 'image_generation_call') return item
  const result = image()
  return result === undefined ? undefined : { ...item, result }
}

/**
 * `fetch` for a request of the SDK's, in whose input the messages that say but a name are replaced by the items of that name.
 */
export function withItems(
  doFetch: typeof fetch,
  items: ReadonlyMap<string, readonly ResponseItem[]>,
): typeof fetch {
  if (items.size === 0) return doFetch
  return async (input, init) => {
    const body = JSON.parse(String(init?.body)) as { input: ResponseItem[] } // the SDK's own
    const exact = body.input.flatMap(
      (item): readonly ResponseItem[] => items.get(String(item.content)) ?? [item],
    )
    return await doFetch(input, { ...init, body: JSON.stringify({ ...body, input: exact }) })
  }
}
