/** What went wrong with a source, for logs and for the status page. */
export type SourceFailure =
  | 'unreachable'
  | 'timeout'
  | 'denied'
  | 'not_found'
  | 'throttled'
  | 'sealed'
  | 'unavailable'
  | 'malformed'
  | 'conflict'
  | 'read_only'

/** A source did not do what it was asked. The message completes "KEYS_FROM …" and contains nothing that is secret. */
export class KeySourceError extends Error {
  readonly code: SourceFailure
  constructor(code: SourceFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KeySourceError'
    this.code = code
  }
}

/** A place that has keys. Every call ends within some seconds; all errors are {@link KeySourceError}. */
export interface KeySource {
  readonly kind: 'file' | 'vault' | 'aws'
  /** The keys as they stand there now, in the form of OPENAI_API_KEYS. Nothing is kept between calls. */
  load(): Promise<string>
  /**
   * Replaces what stands there by what `edit` makes of it, or leaves it when that is the same. Where the source can
   * tell that somebody else wrote meanwhile, `edit` is asked again for the new text.
   */
  rewrite(edit: (text: string) => string): Promise<void>
  /** Calls `onChange` when the source itself says that something changed. Returns how to stop. */
  watch?(onChange: () => void): () => void
  /** Ends timers and connections. */
  close?(): void
}

/** Keys as people keep them, one a line or comma-separated with remarks after `#`, in the form of OPENAI_API_KEYS. */
export function keysIn(text: string): string {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join(',')
}
