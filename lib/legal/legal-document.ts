import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { daysIn } from '../i18n/days.ts'
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
  /** What the services are called that sign people in, if any. */
  providers?: readonly string[]
  /** Whether the site sends e-mail. */
  sendsMail?: boolean
  /** For how many days what is kept; undefined: until somebody deletes it. */
  days?: {
    conversations: number | undefined
    deleted: number
    rawResponses: number | undefined
    unsentFiles: number
    records: number
  }
  /** Where the operator keeps additions, as LEGAL_DIR has it. */
  additionsDir?: string | undefined
}

export interface LegalDocument {
  title: string
  /** The day of this version, as YYYY-MM-DD; the same in all languages. */
  version: string
  markdown: string
}

/**
 * Reads a document in a language and fits it to the site: blocks that do not apply are left out, names are put in, and
 * what the operator adds stands at its end. Throws when an addition is there and cannot be read.
 */
export async function loadLegalDocument(
  name: LegalName,
  locale: Locale,
  facts: LegalFacts,
): Promise<LegalDocument> {
  const document = fitLegalText(await readSource(name, locale), facts, locale)
  const addition = facts.additionsDir && (await readAddition(facts.additionsDir, name, locale))
  return addition ? { ...document, markdown: `${document.markdown}\n\n${addition}` } : document
}

/** The site's own texts belong to the deployment, and each question asks for them: they are read once. */
const sources = new Map<string, Promise<string>>()

function readSource(name: LegalName, locale: Locale): Promise<string> {
  const known = sources.get(`${name}.${locale}`)
  if (known) return known
  // Written as one expression, from which Next's tracer sees that these files belong to the deployment.
  const source = readFile(path.join(process.cwd(), 'lib', 'legal', `${name}.${locale}.md`), 'utf8')
  sources.set(`${name}.${locale}`, source)
  source.catch(() => sources.delete(`${name}.${locale}`))
  return source
}

/** What the operator adds to a document, or nothing where there is no such file. */
async function readAddition(directory: string, name: LegalName, locale: Locale): Promise<string> {
  try {
    return (
      await readFile(path.join(/* turbopackIgnore: true */ directory, `${name}.${locale}.md`), 'utf8')
    ).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Of a site whose operator has set nothing. */
const defaultDays: NonNullable<LegalFacts['days']> = {
  conversations: undefined,
  deleted: 30,
  rawResponses: undefined,
  unsentFiles: 1,
  records: 180,
}

const head = /^---\ntitle: (?<title>.+)\nversion: (?<version>\d{4}-\d{2}-\d{2})\n---\n/

/**
 * Fits the source of a document to the site. A block between `::: word` and `:::` stays when the word applies:
 * `openai`, `compatible` or `demo` by upstream, `contact` or `no-contact`, `providers`, `mail`, `unused-go` and `raw-goes`
 * where those are erased by themselves. Throws when the source has no head.
 */
export function fitLegalText(source: string, facts: LegalFacts, locale: Locale = 'en'): LegalDocument {
  const found = head.exec(source)
  const { title, version } = found?.groups ?? {}
  if (!found || !title || !version) throw new Error('a legal document must begin with its title and version')
  const providers = facts.providers ?? []
  const days = facts.days ?? defaultDays
  const words = [
    facts.upstream,
    facts.contact ? 'contact' : 'no-contact',
    ...(providers.length > 0 ? ['providers'] : []),
    ...(facts.sendsMail ? ['mail'] : []),
    ...(days.conversations === undefined ? [] : ['unused-go']),
    ...(days.rawResponses === undefined ? [] : ['raw-goes']),
  ]
  const values: Record<string, string> = {
    site: asText(facts.site),
    host: asText(facts.host),
    contact: asText(facts.contact ?? ''),
    providers: asText(providers.join(' / ')),
    ...Object.fromEntries(
      Object.entries(days).map(([what, count]) => [`${what}Days`, daysIn(locale, count ?? 0)]),
    ),
  }
  const markdown = source
    .slice(found[0].length)
    .replace(/^::: ([a-z-]+)\n([\s\S]*?)^:::\n/gm, (_, word: string, block: string) =>
      words.includes(word) ? block : '',
    )
    .replace(/\{(site|host|contact|providers|[a-zA-Z]+Days)\}/g, (_, name: string) => values[name] ?? '')
  return { title, version, markdown: markdown.trim() }
}

/** An operator's text as Markdown that means just that text. Addresses stay whole, so that they become links. */
function asText(text: string): string {
  return text.replace(/[\\`*[\]<>|~#!]/g, '\\$&')
}
