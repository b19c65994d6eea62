import type { Prompt } from '#lib/chat/prompts.ts'
import { newId } from '../state/new-id.ts'

const FORMAT = 'tain.prompts/1'

/** A file with all prompts, to be kept or given to others. */
export function promptFile(prompts: readonly Prompt[]): Blob {
  const bare = prompts.map(({ title, folder, text }) => ({ title, folder, text }))
  return new Blob([JSON.stringify({ format: FORMAT, prompts: bare }, null, 2)], { type: 'application/json' })
}

/**
 * The prompts in a file of this site, or in a JSON list as other programs write them (`act` and `prompt`, `title` or `name`
 * and `content`). Those that are here already are left out. Null when there is none in it.
 */
export function readPromptFile(json: string, known: readonly Prompt[]): Prompt[] | null {
  const items = listIn(json)
  if (!items) return null
  const seen = new Set(known.map(keyOf))
  const found = items.flatMap((item) => {
    const prompt = promptIn(item)
    return prompt ? [prompt] : []
  })
  if (found.length === 0) return null
  return found.filter((prompt) => {
    const isNew = !seen.has(keyOf(prompt))
    seen.add(keyOf(prompt))
    return isNew
  })
}

const keyOf = ({ title, folder, text }: Prompt) => JSON.stringify([title, folder, text])

function listIn(json: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(json)
    if (Array.isArray(value)) return value
    const prompts = isRecord(value) ? value.prompts : undefined
    return Array.isArray(prompts) ? prompts : null
  } catch {
    return null
  }
}

function promptIn(item: unknown): Prompt | null {
  if (!isRecord(item)) return null
  const first = (...names: string[]) => {
    const value = names.map((name) => item[name]).find((one) => typeof one === 'string' && one.trim() !== '')
    return typeof value === 'string' ? value.trim() : ''
  }
  const title = first('title', 'name', 'act', 'command').slice(0, 100)
  const text = first('text', 'content', 'prompt').slice(0, 20_000)
  return title && text ? { id: newId(), title, folder: first('folder').slice(0, 60), text } : null
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
