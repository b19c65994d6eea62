import type { Refusal } from '../refusal.ts'

/**
 * The answers of a pool that has no key to give. The times are the pool's own best knowledge: when a slot is free, or
 * when the first account's cooldown ends. `retry-after` is in whole seconds (RFC 9110), `retry-after-ms` is what OpenAI's
 * SDKs read first.
 */
export const keyRefusals = {
  busy(retryInMs: number, model?: string): Refusal {
    const ms = Math.max(1, Math.ceil(retryInMs))
    const seconds = Math.ceil(ms / 1000)
    return {
      refused: true,
      status: 429,
      code: 'site_keys_busy',
      message: `All accounts of this site are at their limit${model === undefined ? '' : ' for this model'}. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
      headers: ['retry-after', String(seconds), 'retry-after-ms', String(ms)],
    }
  },
  noneWorks(): Refusal {
    return {
      refused: true,
      status: 503,
      code: 'site_no_working_key',
      message:
        'No key of this site is accepted upstream, or its accounts are out of quota. Whoever runs the site has been told.',
      headers: ['x-should-retry', 'false'],
    }
  },
  callerLeft(): Refusal {
    return {
      refused: true,
      status: 499,
      code: 'site_caller_left',
      message: 'The caller left before a key was free.',
      headers: [],
    }
  },
} as const satisfies Record<string, (retryInMs: number, model?: string) => Refusal>
