/** What a line says about a request. Nothing in it comes from a header, a body, a query or an id. */
export interface GatewayLogFields {
  method: string
  route: string
  /** What the caller saw; 499 when it left before there was an answer. */
  status: number
  end: 'complete' | 'broken' | 'left' | 'refused'
  /** Why the gateway itself refused. */
  code?: string
  /** Why upstream failed: the code of an error, never its message. */
  cause?: string
  /** The kind of caller, not which one. */
  caller?: string
  upstream?: string
  /** How often it was sent, when that is more than once. */
  attempts?: number
  bytesIn?: number
  bytesOut?: number
  /** From sending the request to the head of upstream's answer. */
  ttfbMs?: number
  durationMs: number
}

/** Writes one line per request, when it is over. */
export type GatewayLog = (level: 'info' | 'warn' | 'error', event: string, fields: GatewayLogFields) => void

/** Something that is not about one request: a key, an account, the shared limits. */
export type GatewayEventLog = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields: {
    code?: string
    /** Its name: the operator's own, or a masked key. */
    account?: string
    /** Masked. */
    key?: string
    count?: number
    durationMs?: number
  },
) => void

/** What is known of a request while it runs. */
export type LogDraft = Pick<GatewayLogFields, 'method' | 'route' | 'caller' | 'upstream' | 'attempts'> & {
  startedMs: number
}

/** What is known when it is over. */
export type LogEnding = Pick<
  GatewayLogFields,
  'status' | 'end' | 'code' | 'cause' | 'bytesIn' | 'bytesOut' | 'ttfbMs'
>

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Begins a line; the clock runs from here. A method nobody registered is a caller's own word and is not written. */
export function draftLine(method: string): LogDraft {
  return { method: METHODS.has(method) ? method : 'OTHER', route: '-', startedMs: performance.now() }
}

/** Writes the line. */
export function writeLine(log: GatewayLog, { startedMs, ...draft }: LogDraft, ending: LogEnding): void {
  const durationMs = Math.round(performance.now() - startedMs)
  log(levelOf(ending), 'gateway', { ...draft, ...ending, durationMs })
}

function levelOf({ end, code, status }: LogEnding): 'info' | 'warn' | 'error' {
  if (code === 'site_internal') return 'error'
  return end === 'broken' || (end === 'refused' && status >= 500) ? 'warn' : 'info'
}
