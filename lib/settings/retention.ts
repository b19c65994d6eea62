import { wholeNumber, wholeNumberOrOff } from '../setting-kinds.ts'

/** How long what people wrote is kept. A group of `lib/config.ts`, which spreads it in. */

const setting = <T>(schema: T, about: string, fallback: string) => ({
  schema,
  meta: { group: 'storage' as const, about, fallback },
})

const LONGEST = 3650

export const retentionSettings = {
  CONVERSATION_DAYS: setting(
    wholeNumberOrOff(1, LONGEST).prefault('off'),
    'After how many days in which its owner did nothing with a conversation it is erased, with its files, pinned or not; `off` keeps it until it is deleted. The privacy notice and “Import and export” tell people.',
    'off',
  ),
  DELETED_DAYS: setting(
    wholeNumber(1, LONGEST).prefault('30'),
    'For how many days a deleted conversation can be brought back before it is erased.',
    '30',
  ),
  RAW_RESPONSE_DAYS: setting(
    wholeNumberOrOff(1, LONGEST).prefault('off'),
    'After how many days upstream’s own words behind an answer are erased; the answer and its receipt stay. `off` keeps them as long as the answer. They are most of a database.',
    'off',
  ),
  UNSENT_FILE_DAYS: setting(
    wholeNumber(1, 365).prefault('1'),
    'For how many days an attached file is kept that was never sent, or that no conversation uses any more.',
    '1',
  ),
  RECORD_DAYS: setting(
    wholeNumber(1, LONGEST).prefault('180'),
    'For how many days records are kept: reports that were dealt with, notes of refused questions, and how much was erased when.',
    '180',
  ),
}
