import { Agent, buildConnector } from 'undici'

/** The connections to upstreams, and what undici does not tell about them. */
export interface UpstreamAgent {
  agent: Agent
  /**
   * True while undici digests the reset of a connection. It takes a reset for the regular end of an answer that has
   * neither a length nor chunks; whoever sees such an end in this state knows better.
   */
  isResetting(): boolean
  /** How long either side may be silent. */
  idleTimeoutMs: number
}

const MAX_RESPONSE_HEADER_BYTES = 64 * 1024

/**
 * One connection per running request, kept alive afterwards, HTTP/1.1 only: bytes then pass as they are, and a slow
 * stream never holds up another. Both timeouts watch for silence, not for the length of an answer.
 */
export function createUpstreamAgent(options: {
  idleTimeoutMs: number
  connectTimeoutMs: number
}): UpstreamAgent {
  let resetting = false
  const onError = () => {
    resetting = true
    // Every listener of this event, undici's included, runs before the next microtask.
    queueMicrotask(() => {
      resetting = false
    })
  }
  const connect = buildConnector({ timeout: options.connectTimeoutMs, allowH2: false })
  const agent = new Agent({
    connect: (target, callback) =>
      connect(target, (...result) => {
        result[1]?.prependListener('error', onError)
        callback(...result)
      }),
    allowH2: false,
    pipelining: 1,
    headersTimeout: options.idleTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
    maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
  })
  return { agent, isResetting: () => resetting, idleTimeoutMs: options.idleTimeoutMs }
}
