/**
 * An error that the site's own API answers with. `message` is public: it says what happened and what one can do, and
 * never carries a secret. Anything else that is thrown becomes a 500 without its text.
 */
export class SiteError extends Error {
  readonly status: number
  readonly code: string
  /** The field of the request that is wrong. */
  readonly field: string | undefined

  constructor(status: number, code: string, message: string, options?: { field?: string; cause?: unknown }) {
    super(message, { cause: options?.cause })
    this.name = 'SiteError'
    this.status = status
    this.code = code
    this.field = options?.field
  }
}
