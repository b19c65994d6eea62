/** The site cannot start. The message is one sentence for the operator, without secrets. */
export class StartError extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'StartError'
  }
}

/** What an unforeseen error says, as one line. A URL with a password never appears in it. */
export function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.split('\n', 1)[0]?.replace(/\/\/[^/@\s]*@/g, '//***@') ?? ''
  return /[.!?]$/.test(line) ? line : `${line}.`
}
