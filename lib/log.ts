import { getConfig } from './config.ts'

export type LogLevel = 'info' | 'warn' | 'error'

/** What may stand in a log line. Never headers, bodies, addresses typed by people, or secrets. */
export interface LogFields {
  method?: string
  route?: string
  status?: number
  upstream?: string
  /** How often a request was sent, when more than once. */
  attempts?: number
  /** An account of the pool: the operator's name for it, or a masked key. */
  account?: string
  /** Masked. */
  key?: string
  /** Who called, as a kind: a token, the chat, anyone. */
  caller?: string
  /** How a relayed request ended, and the error's code when it did not end well. */
  end?: string
  cause?: string
  code?: string
  bytesIn?: number
  bytesOut?: number
  ttfbMs?: number
  durationMs?: number
  count?: number
  /** Only its class and system code are written: messages may quote what people wrote. */
  error?: unknown
}

const RANK = { info: 0, warn: 1, error: 2, silent: 3 }

/** Writes one structured line to the standard output, if LOG_LEVEL lets it. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  if (RANK[level] < RANK[getConfig().LOG_LEVEL]) return
  const { error, ...rest } = fields
  const line = { time: new Date().toISOString(), level, event, ...rest, ...describeError(error) }
  write(JSON.stringify(line), level)
}

// The one way to write a line that Node, the Edge runtime and Vercel all have.
const writeNow = (lines: string) => console.log(lines)
let write: (line: string, level: LogLevel) => void = writeNow

const BATCH_MS = 50
const BATCH_LINES = 1_000

/**
 * Writes lines together from now on, at most 50 ms late; errors at once. A write of its own for each line costs a busy
 * gateway more than the request it is about (`npm run bench -- gateway-throughput`). For hosts that live on between
 * requests; call the function returned before the process ends.
 */
export function batchLog(): () => void {
  let lines: string[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (lines.length === 0) return
    const text = lines.join('\n')
    lines = []
    writeNow(text)
  }
  write = (line, level) => {
    lines.push(line)
    if (level === 'error' || lines.length >= BATCH_LINES) flush()
    else timer ??= setTimeout(flush, BATCH_MS)
  }
  return flush
}

function describeError(error: unknown): { error?: string } {
  if (error === undefined) return {}
  if (!(error instanceof Error)) return { error: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  return { error: `${error.name}${code}` }
}
