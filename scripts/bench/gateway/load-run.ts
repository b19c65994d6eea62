import { type Message, statusOf } from './message-reader.ts'
import { ANSWER_BODY } from './traffic.ts'

/** Whom to call, and whose processor time to read meanwhile. */
export interface Target {
  port: number
  token?: string
  /** Sent along: some proxies want to be told where to. */
  headers?: readonly string[]
  pid?: number
}

/** What went wrong in a run: a single one makes its number worthless. */
export interface Faults {
  count: number
  first?: string
}

/** Counts them and keeps the first one's words. */
export class FaultCount implements Faults {
  count = 0
  first?: string

  add(fault: string | undefined): void {
    if (fault === undefined) return
    this.count++
    this.first ??= fault
  }
}

const ANSWER_BYTES = Buffer.byteLength(ANSWER_BODY)

/** What is wrong with an answer to a plain call. */
export function faultOf({ head, bodyBytes }: Message): string | undefined {
  const status = statusOf(head)
  if (status !== 200) return `status ${status}`
  return bodyBytes === ANSWER_BYTES ? undefined : `${bodyBytes} bytes instead of ${ANSWER_BYTES}`
}

export const passedMs = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Waits for the last answers, but no longer than this. */
export async function endOrLate(end: Promise<void>, onLate: () => void, maxWaitMs = 5_000): Promise<void> {
  const late = Promise.withResolvers<'late'>()
  const timer = setTimeout(() => late.resolve('late'), maxWaitMs)
  if ((await Promise.race([end, late.promise])) === 'late') onLate()
  clearTimeout(timer)
}
