import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Locale } from '../i18n/locale.ts'

export const legalNames = ['terms', 'privacy'] as const
export type LegalName = (typeof legalNames)[number]

/** What the texts say about this very site. */
export interface LegalFacts {
  site: string
  /** Who answers: their terms and their place differ. */
  upstream: 'openai' | 'compatible' | 'demo'
  /** The upstream's host name. */
  host: string
  /** Who runs the site, if they said so. */
  contact: string | undefined
}

export interface LegalDocument {
  title: string
  /** The day of this version, as YYYY-MM-DD; the same in all languages. */
  version: string
  markdown: string
}

/** Reads a document in a language and fits it to the site: blocks that do not apply are left out, names are put in. */
export async function loadLegalDocument(
  name: LegalName,
  locale: Locale,
  facts: LegalFacts,
): Promise<LegalDocument> {
  // Written as one expression, from which Next's tracer sees that these files belong to the deployment.
  const text = await readFile(path.join(process.cwd(), 'lib', 'legal', `${name}.${locale}.md`), 'utf8')
  return fitLegalText(text, facts)
}

const head = /^---\ntitle: (?<title>.+)\nversion: (?<version>\d{4}-\d{2}-\d{2})\n---\n/

/**
 * Fits the source of a document to the site. A block between `::: word` and `:::` stays when the word applies:
 * `openai`, `compatible` or `demo` by upstream, `contact` or `no-contact`. Throws when the source has no head.
 */
export function fitLegalText(source: string, facts: LegalFacts): LegalDocument {
  const found = head.exec(source)
  const { title, version } = found?.groups ?? {}
  if (!found || !title || !version) throw new Error('a legal document must begin with its title and version')
  const words = [facts.upstream, facts.contact ? 'contact' : 'no-contact']
  const values: Record<string, string> = {
    site: asText(facts.site),
    host: asText(facts.host),
    contact: asText(facts.contact ?? ''),
  }
  const markdown = source
    .slice(found[0].length)
    .replace(/^::: ([a-z-]+)\n([\s\S]*?)^:::\n/gm, (_, word: string, block: string) =>
      words.includes(word) ? block : '',
    )
    .replace(/\{(site|host|contact)\}/g, (_, name: string) => values[name] ?? '')
  return { title, version, markdown: markdown.trim() }
}

/** An operator's text as Markdown that means just that text. Addresses stay whole, so that they become links. */
function asText(text: string): string {
  return text.replace(/[\\`*[\]<>|~#!]/g, '\\$&')
}
