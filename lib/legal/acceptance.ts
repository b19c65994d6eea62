import { createHash } from 'node:crypto'
import { getConfig } from '../config.ts'
import { currentVisitor } from '../current-visitor.ts'
import type { Database } from '../db/schema.ts'
import { type Locale, locales } from '../i18n/locale.ts'
import { SiteError } from '../site-error.ts'
import { TERMS_NOT_ACCEPTED } from './acceptance-code.ts'
import type { AcceptRequest, TermsView } from './acceptance-contract.ts'
import { type LegalName, legalNames, loadLegalDocument } from './legal-document.ts'
import { legalFacts } from './site-facts.ts'

/**
 * Who accepted which texts. An *edition* is both documents in all languages, as this very site shows them, and the age it
 * asks for: another upstream, operator, addition or age makes another edition, and another language does not.
 */

interface LegalText {
  name: LegalName
  locale: Locale
  version: string
  markdown: string
  sha256: string
}

interface Edition {
  sha256: string
  texts: readonly LegalText[]
  /** 0 for none. */
  minimumAge: number
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Put together anew each time: an operator's addition counts from the moment it is shown. */
async function currentEdition(): Promise<Edition> {
  const facts = legalFacts()
  const wanted = legalNames.flatMap((name) => locales.map((locale) => ({ name, locale })))
  const texts = await Promise.all(
    wanted.map(async ({ name, locale }) => {
      const { title, version, markdown } = await loadLegalDocument(name, locale, facts)
      return { name, locale, version, markdown, sha256: sha256(`${title}\n${version}\n${markdown}`) }
    }),
  )
  const minimumAge = getConfig().MINIMUM_AGE ?? 0
  const parts = [...texts.map((text) => text.sha256), String(minimumAge)]
  return { sha256: sha256(parts.join('\n')), texts, minimumAge }
}

/** What there is to accept on this site. */
export async function termsView(): Promise<TermsView> {
  const { upstream, host } = legalFacts()
  const { sha256: edition, minimumAge } = await currentEdition()
  return { edition, minimumAge: minimumAge || null, upstream, host }
}

/** What ACCEPT_TERMS says, and without it: everybody is asked but whoever sits at the computer itself. */
async function isAcceptanceAsked(): Promise<boolean> {
  const { ACCEPT_TERMS } = getConfig()
  return ACCEPT_TERMS === undefined ? !(await currentVisitor()).isLocal : ACCEPT_TERMS === 'on'
}

/**
 * Lets through who has accepted the present edition, or is not asked to. To be called before anything is sent to
 * upstream on somebody's behalf. Throws {@link SiteError} 428 for others.
 */
export async function requireAcceptance(db: Database, owner: string): Promise<void> {
  if (!(await isAcceptanceAsked())) return
  const { sha256: edition } = await currentEdition()
  const found = await db
    .selectFrom('acceptance')
    .select('edition')
    .where('owner', '=', owner)
    .where('edition', '=', edition)
    .executeTakeFirst()
  if (found) return
  throw new SiteError(
    428, // RFC 6585, 3: Precondition Required.
    TERMS_NOT_ACCEPTED,
    'Please read and accept the terms of this site first (/terms, /privacy; POST /api/terms).',
  )
}

/** Records that `owner` accepted what they were shown, with the texts themselves. Throws {@link SiteError} 409 and 400. */
export async function acceptTerms(
  db: Database,
  owner: string,
  { edition, locale, age }: AcceptRequest,
  now: number,
): Promise<void> {
  const current = await currentEdition()
  if (current.sha256 !== edition) {
    throw new SiteError(409, 'terms_changed', 'The terms have changed meanwhile. Please read them again.')
  }
  const { minimumAge } = current
  if (minimumAge > (age ?? 0)) {
    throw new SiteError(400, 'age_not_confirmed', `Please confirm that you are ${minimumAge} or older.`, {
      field: 'age',
    })
  }
  const read = Object.fromEntries(
    current.texts.filter((text) => text.locale === locale).map((text) => [text.name, text.sha256]),
  ) as Record<LegalName, string> // `currentEdition` has every name in every language.
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('legal_text')
      .values(current.texts.map((text) => ({ ...text, kept_at: now })))
      .onConflict((conflict) => conflict.column('sha256').doNothing())
      .execute()
    await tx
      .insertInto('acceptance')
      .values({
        owner,
        edition,
        minimum_age: minimumAge,
        terms_sha256: read.terms,
        privacy_sha256: read.privacy,
        locale,
        accepted_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
}
