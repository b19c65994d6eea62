import { z } from 'zod'

/**
 * What a site keeps about a person beside their conversations and files: `account.json` in the ZIP of everything, described
 * in `docs/export-format.md`. It is to be read, not to be imported. Digests of passwords, tokens and codes are left out: they
 * say nothing about the person, and are secrets of theirs.
 */
export const ACCOUNT_FORMAT = 'tain.account/1'
export const ACCOUNT_FILE = 'account.json'

const time = z.int().min(0)
const text = z.string()

export const accountDocument = z.strictObject({
  format: z.literal(ACCOUNT_FORMAT),
  exportedAt: time,
  account: z.strictObject({
    id: text,
    /** `guest` also when the guest has no row: then nothing but the id is known. */
    role: z.enum(['owner', 'admin', 'user', 'guest']),
    name: text,
    email: text.nullable(),
    emailConfirmedAt: time.nullable(),
    /** The name of the access code by which they came. */
    accessCode: text.nullable(),
    createdAt: time.nullable(),
    seenAt: time.nullable(),
  }),
  /** Sign-in services that know the account. */
  links: z.array(z.strictObject({ provider: text, subject: text, label: text.nullable(), createdAt: time })),
  sessions: z.array(z.strictObject({ agent: text, createdAt: time, seenAt: time, expiresAt: time })),
  tokens: z.array(
    z.strictObject({
      name: text,
      prefix: text,
      createdAt: time,
      expiresAt: time.nullable(),
      usedAt: time.nullable(),
    }),
  ),
  settings: z.record(text, z.json()),
  prompts: z.array(z.strictObject({ folder: text, title: text, text })),
  folders: z.array(z.strictObject({ name: text, createdAt: time })),
  shares: z.array(
    z.strictObject({
      id: text,
      conversationId: text,
      title: text,
      /** What readers see. */
      messages: z.json(),
      createdAt: time,
      expiresAt: time.nullable(),
    }),
  ),
  /** Questions that wait to be asked. */
  queue: z.array(z.strictObject({ conversationId: text, question: z.json(), createdAt: time })),
  acceptances: z.array(
    z.strictObject({
      edition: text,
      termsSha256: text,
      privacySha256: text,
      locale: text,
      /** The age that they had to confirm; 0 for none. */
      minimumAge: z.int(),
      acceptedAt: time,
    }),
  ),
  /** The texts that were accepted, as they were. */
  legalTexts: z.array(
    z.strictObject({ sha256: text, name: text, locale: text, version: text, markdown: text }),
  ),
  /** What they reported, and what was done about it. */
  reports: z.array(
    z.strictObject({
      reason: text,
      comment: text,
      content: text,
      model: text.nullable(),
      createdAt: time,
      action: text.nullable(),
      actionAt: time.nullable(),
    }),
  ),
  /** Questions that were refused, or could not be looked at; their text was not kept. */
  moderation: z.array(
    z.strictObject({
      checkedBy: text,
      model: text.nullable(),
      categories: z.array(text),
      action: text,
      createdAt: time,
    }),
  ),
  /** What the account's own quota allows in place of its role's, and what was used of it; null without either. */
  quota: z.json().nullable(),
  /** Codes that were redeemed, by the name of their batch, and what each added. */
  redeemed: z.array(
    z.strictObject({
      batch: text,
      tokens: z.int(),
      cost: z.int(),
      days: z.int(),
      quota: z.json(),
      redeemedAt: time.nullable(),
    }),
  ),
  /** Limits that are raised by codes, until when. */
  passes: z.array(z.strictObject({ quota: z.json(), endsAt: time })),
  usage: z
    .strictObject({
      hour: time,
      day: time,
      month: time,
      messagesHour: z.int(),
      tokensDay: z.int(),
      tokensMonth: z.int(),
      costDay: z.int(),
      costMonth: z.int(),
      /** What is left of what was redeemed. */
      creditTokens: z.int(),
      creditCost: z.int(),
    })
    .nullable(),
})
export type AccountDocument = z.infer<typeof accountDocument>
