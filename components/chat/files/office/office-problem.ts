import type { AttachFailure } from '../attachments.ts'

/** Why a document could not be read. */
export type OfficeReason = Extract<
  AttachFailure['reason'],
  'office' | 'broken' | 'locked' | 'unfolds' | 'longText' | 'noText'
>

/** What ends the reading of a document, for a reason that a person is told. */
export class OfficeProblem extends Error {
  readonly reason: OfficeReason

  constructor(reason: OfficeReason, options?: ErrorOptions) {
    super(`The document cannot be read: ${reason}.`, options)
    this.name = 'OfficeProblem'
    this.reason = reason
  }
}
