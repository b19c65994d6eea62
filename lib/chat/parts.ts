/** A piece of a message, in order. Later kinds (tool calls, sources, images, files) join this union. */
export type Part = { type: 'text'; text: string } | { type: 'reasoning'; text: string }

/** Longest question in characters; longer ones get a 413 and stay in the composer. */
export const MAX_QUESTION_CHARS = 200_000

/** Longest title that a person can give, in characters. */
export const MAX_TITLE_CHARS = 200

/** Appends a delta to `parts` without changing the array given. Server and browser materialise with this one function. */
export function applyDelta(parts: readonly Part[], kind: 'text' | 'reasoning', text: string): Part[] {
  const last = parts.at(-1)
  if (last?.type === kind) return [...parts.slice(0, -1), { ...last, text: last.text + text }]
  return [...parts, { type: kind, text }]
}

/** What a message says, without its reasoning. */
export function textOfParts(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
}
