import { pastCodes } from '../accounts/codes.ts'
import { pastPasses } from '../accounts/quotas/redeem.ts'
import { pastSessions } from '../accounts/session-rows.ts'
import { pastTries } from '../accounts/tries.ts'
import { deletedConversations, unusedConversations } from '../chat/conversation-purge.ts'
import { unusedFiles } from '../chat/files/collect-files.ts'
import type { FileStore } from '../chat/files/file-store.ts'
import { oldRawResponses } from '../chat/receipts.ts'
import { expiredShares } from '../chat/sharing/shares.ts'
import type { Config } from '../config.ts'
import type { Expiring } from '../db/expiring.ts'
import { oldModeration } from '../legal/moderated.ts'
import { oldReports } from '../legal/reports.ts'
import { type ErasedKind, pastErasedCounts } from './erased-counts.ts'
import { forgottenGuests } from './forgotten-guests.ts'

/** At most so many of a kind in one transaction: a conversation may have thousands of messages, each found by the search. */
const FEW = 10
const MANY = 500

export interface Expiry {
  kind: ErasedKind
  expiring: Expiring
  batch: number
}

type Settings = Pick<
  Config,
  'CONVERSATION_DAYS' | 'DELETED_DAYS' | 'RAW_RESPONSE_DAYS' | 'UNSENT_FILE_DAYS' | 'RECORD_DAYS'
>

/** Everything that is kept for a time only, as `settings` have it. Files come after the conversations that use them. */
export function whatExpires(settings: Settings, store: FileStore): Expiry[] {
  const { CONVERSATION_DAYS: unused, RAW_RESPONSE_DAYS: raw, RECORD_DAYS: records } = settings
  return [
    ...(unused === 'off' ? [] : [few('unusedConversations', unusedConversations(unused))]),
    few('deletedConversations', deletedConversations(settings.DELETED_DAYS)),
    few('guests', forgottenGuests(store)),
    few('files', unusedFiles(store, settings.UNSENT_FILE_DAYS)),
    ...(raw === 'off' ? [] : [few('rawResponses', oldRawResponses(raw))]),
    many('shares', expiredShares),
    many('records', oldReports(records)),
    many('records', oldModeration(records)),
    many('records', pastErasedCounts(records)),
    many('traces', pastTries),
    many('traces', pastCodes),
    many('traces', pastSessions),
    many('traces', pastPasses),
  ]
}

const few = (kind: ErasedKind, expiring: Expiring): Expiry => ({ kind, expiring, batch: FEW })
const many = (kind: ErasedKind, expiring: Expiring): Expiry => ({ kind, expiring, batch: MANY })
