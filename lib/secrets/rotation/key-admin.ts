/** Makes and deletes service accounts of one project of OpenAI's. All errors are {@link KeyAdminError}. */
export interface KeyAdmin {
  /** A service account with one key, which is told this once. Never repeated by itself: each call may make one. */
  create(name: string): Promise<{ id: string; secret: string }>
  /** The ids of those of this name. */
  find(name: string): Promise<string[]>
  /** Deletes one with its key. One that is gone already is no error. */
  remove(id: string): Promise<void>
}

export type KeyAdminFailure = 'denied' | 'not_found' | 'throttled' | 'unavailable' | 'unreachable' | 'timeout'

/** OpenAI's administration did not do what it was asked. The message is a sentence without anything secret. */
export class KeyAdminError extends Error {
  readonly code: KeyAdminFailure
  constructor(code: KeyAdminFailure, message: string) {
    super(message)
    this.name = 'KeyAdminError'
    this.code = code
  }
}
