import type { SkipReason } from './imported-conversation.ts'

/** What became of one conversation of a file: `here` was imported before, `restored` was in the bin. */
export type ImportOutcome = 'imported' | 'here' | 'restored' | 'skipped'

/** Why a file could not be read to its end. What was imported before that stays. */
export type ImportFault = 'unreadable_zip' | 'unreadable_json' | 'nothing_found' | 'too_large' | 'internal'

/** One line (NDJSON) of the answer to `POST /api/import`. The last one is `end` or `fault`; without it, it broke off. */
export type ImportEvent =
  | {
      type: 'conversation'
      title: string
      outcome: ImportOutcome
      reason?: SkipReason
      conversationId?: string
    }
  | { type: 'end'; counts: Record<ImportOutcome, number> }
  | { type: 'fault'; fault: ImportFault; counts: Record<ImportOutcome, number> }
