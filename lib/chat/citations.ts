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
    const parsed = URL.parse(url)
    if (!parsed || !/^https?:$/.test(parsed.protocol) || pages.has(parsed.href)) continue
    const host = parsed.host.replace(/^www\./, '')
    pages.set(parsed.href, { url: parsed.href, title: title?.trim() || host, host })
  }
  return [...pages.values()]
}
