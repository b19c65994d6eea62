import type { Citation, Part, SourcePart } from './parts.ts'

/** A page of the web that an answer rests on. */
export interface Source {
  url: string
  title: string
  /** Without `www.`. */
  host: string
}

/**
 * The pages that an answer rests on, each once: those that its texts cite, in the order of their first citation, then those
 * that were told of beside. Their places are their numbers. What is no page of the web is left out.
 */
export function sourcesOf(parts: readonly Part[]): Source[] {
  const cited = parts.flatMap((part): Pick<Citation, 'url' | 'title'>[] =>
    part.type === 'text' ? (part.citations ?? []) : [],
  )
  return pagesOf([...cited, ...parts.filter((part) => part.type === 'source')])
}

/** Pages of the web, each once, in the order in which they were named. */
export function pagesOf(named: readonly Pick<SourcePart, 'url' | 'title'>[]): Source[] {
  const pages = new Map<string, Source>()
  for (const { url, title } of named) {
    const parsed = urlOf(url)
    if (!parsed || !/^https?:$/.test(parsed.protocol) || pages.has(parsed.href)) continue
    const host = parsed.host.replace(/^www\./, '')
    pages.set(parsed.href, { url: parsed.href, title: title?.trim() || host, host })
  }
  return [...pages.values()]
}

/** Stand around a number while a text is being marked; no text that is written has them. */
const [OPEN, CLOSE] = ['\ue000', '\ue001']
const MARK = /\ue000(\d+)\ue001/g
/** Marks that brackets hold alone need no brackets. */
const BRACKETED = /[(（]((?:\ue000\d+\ue001[\s,;，；、]*)+)[)）]/g

/** A link, with or without brackets around it: how models that search write a citation themselves. */
const LINK = /^[(（]?\s*\[[^\]]*\]\([^\s)]*\)\s*[)）]?$/

/**
 * A text in Markdown with `mark(n)` where it cites the page of the number n (its place among `sources`, from 1): in place of
 * the link that cites, else behind the words that do. Nothing else of the text changes.
 */
export function markCitations(
  { text, citations = [] }: { text: string; citations?: readonly Citation[] },
  sources: readonly Source[],
  mark: (number: number) => string,
): string {
  if (citations.length === 0 || text.includes(OPEN)) return text
  const numbers = new Map(sources.map(({ url }, index) => [url, index + 1]))
  let marked = ''
  let from = 0
  for (const { start, end, url } of citations.toSorted((one, other) => one.end - other.end)) {
    const number = numbers.get(urlOf(url)?.href ?? '')
    // What has not arrived yet is marked when it has; in code a mark would be code.
    if (number === undefined || end > text.length || isInCode(text, end)) continue
    const isLink = start >= from && LINK.test(text.slice(start, end))
    const kept = text.slice(from, isLink ? start : Math.max(from, end))
    marked += `${isLink ? kept.replace(/ $/, '') : kept}${OPEN}${number}${CLOSE}`
    from = Math.max(from, end)
  }
  marked += text.slice(from)
  return marked
    .replace(BRACKETED, (_, marks: string) => marks.replace(/[\s,;，；、]/g, ''))
    .replace(/(\ue000\d+\ue001)\1+/g, '$1')
    .replace(MARK, (_, number: string) => mark(Number(number)))
}

/** The footnotes that marks `[^n]` refer to; `label` makes their names the document's own. */
export const footnotesOf = (sources: readonly Source[], label = (number: number) => String(number)) =>
  sources
    .map(({ url, title }, index) => {
      const name = title.replace(/\s+/g, ' ').replace(/[[\]\\]/g, '\\$&')
      return `[^${label(index + 1)}]: [${name}](<${url.replace(/[<>\s]/g, encodeURIComponent)}>)`
    })
    .join('\n')

const isInCode = (text: string, at: number) =>
  (text.slice(0, at).match(/^[ \t>]*(`{3}|~{3})/gm) ?? []).length % 2 === 1

/** `URL.parse` is younger than the phones of some who read. */
function urlOf(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
