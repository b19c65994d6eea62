/** How much there is in a text for a Markdown parser to do. */
export interface Markup {
  /** Characters that may begin or end something, and lines, outside of fenced code. */
  marks: number
  /** The most lists and quotations within each other that a line may open. */
  depth: number
}

/** So much the server formats of an answer. More would hold up everybody else's; their browsers format it. */
const SERVER_MARKS = 2_500
/** More is shown as it was written: parsing takes longer than its length would tell, and a page that hangs shows nothing. */
const MAX_MARKS = 8_000
const MAX_CHARS = 400_000
const MAX_DEPTH = 60

/** Whether the server leaves this answer to the browser. */
export const isLong = (text: string): boolean =>
  text.length > SERVER_MARKS && markupOf(text).marks > SERVER_MARKS

/** Whether no page should format this unasked. */
export function isTooMuch(text: string): boolean {
  if (text.length > MAX_CHARS) return true
  const { marks, depth } = markupOf(text)
  return marks > MAX_MARKS || depth > MAX_DEPTH
}

const FENCE = /^[ \t>]*(`{3,}|~{3,})/
/** What a line begins with before its text. */
const PREFIX = /^(?:[ \t]|>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))*/
const MARKS = new Set([...'*_~`[]<&|\\$'].map((mark) => mark.charCodeAt(0)))

/** Counts in one pass; fenced code costs a parser nothing. */
export function markupOf(text: string): Markup {
  const markup: Markup = { marks: 0, depth: 0 }
  let fence: string | undefined
  for (const line of text.split('\n')) {
    const found = FENCE.exec(line)?.[1]
    if (fence !== undefined) {
      if (found?.startsWith(fence)) fence = undefined
      continue
    }
    fence = found
    if (line !== '') markup.marks += 1
    for (let at = 0; at < line.length; at++) if (MARKS.has(line.charCodeAt(at))) markup.marks += 1
    markup.depth = Math.max(markup.depth, depthOf(PREFIX.exec(line)?.[0] ?? ''))
  }
  return markup
}

function depthOf(prefix: string): number {
  const opened = prefix.match(/>|[-*+]|\d+[.)]/g)?.length ?? 0
  // An item's place below others is told by its indentation, of two columns at least.
  return opened === 0 ? 0 : opened + Math.floor((/^[ \t]*/.exec(prefix)?.[0].length ?? 0) / 2)
}
