/** What the letters before the caret ask for. */
export interface Trigger {
  kind: 'model' | 'prompt'
  query: string
  /** Where the letters begin, as a UTF-16 offset. */
  from: number
  caret: number
}

const MAX_QUERY_CHARS = 40

/** `@` at the beginning of a word asks for a model, `/` at the very beginning for a prompt. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const start = Math.max(0, caret - MAX_QUERY_CHARS - 2)
  const before = text.slice(start, caret)
  const prompt = start === 0 ? /^\/([^\n/]*)$/.exec(before)?.[1] : undefined
  if (prompt !== undefined) return { kind: 'prompt', query: prompt, from: 0, caret }
  const model = /(?:^|\s)@([^\s@]*)$/.exec(before)?.[1]
  if (model === undefined || (start > 0 && before.length === model.length + 1)) return null
  return { kind: 'model', query: model, from: caret - model.length - 1, caret }
}
