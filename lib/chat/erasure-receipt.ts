/** What there can be of a person's. Here without schemas, for the browser. */
export const erasedKinds = [
  'conversations',
  'messages',
  'files',
  'shares',
  'folders',
  'prompts',
  'settings',
  'acceptances',
  'reports',
  'moderation',
  'tokens',
  'links',
  'sessions',
] as const

/** How much of each there was when it was erased. */
export type ErasedCounts = Record<(typeof erasedKinds)[number], number>

/** `DELETE /api/account`: `{ erased }`, the only trace of it, which its former owner may keep. */
export interface ErasureReceipt {
  /** The id of the account, or of the guest. */
  account: string
  /** When, as ISO 8601. */
  at: string
  counts: ErasedCounts
}
