import { z } from 'zod'
import { locales } from '../i18n/locale.ts'
import type { LegalFacts } from './legal-document.ts'

/** `GET /api/terms`: what there is to accept, and what a person has to know of it at least. */
export interface TermsView extends Pick<LegalFacts, 'upstream' | 'host'> {
  /** SHA-256 of the terms and the privacy notice in all languages, and of the age, as hexadecimal. */
  edition: string
  /** The age that people have to say they are; null asks for none. */
  minimumAge: number | null
}

/**
 * `POST /api/terms`: whoever asks accepts the edition they were shown. Answers with 204; 409 `terms_changed` when it is
 * another by now, and 400 when the age that is asked for is not confirmed.
 */
export const acceptRequest = z.strictObject({
  edition: z.string().regex(/^[0-9a-f]{64}$/),
  /** The language it was read in. */
  locale: z.enum(locales),
  /** The age that they say they have reached. */
  age: z.int().min(1).max(99).optional(),
})
export type AcceptRequest = z.infer<typeof acceptRequest>
