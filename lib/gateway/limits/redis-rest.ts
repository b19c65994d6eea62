import type { RedisCommands } from './redis-limits.ts'

/**
 * Redis over HTTP, for hosts without TCP: a POST of the command as a JSON array, answered with `{ result }` or
 * `{ error }`. That is Upstash's REST API, which serverless-redis-http speaks for a Redis of one's own.
 */
export function createRestCommands({ url, token }: { url: string; token: string }): RedisCommands {
  return {
    async send(args) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(args),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const reply: unknown = await response.json().catch(() => undefined)
      if (isReply(reply) && reply.error === undefined) return reply.result
      throw new Error(
        isReply(reply) && reply.error ? reply.error : `Redis over HTTP answered ${response.status}`,
      )
    },
    disconnect() {},
  }
}

const TIMEOUT_MS = 2_000

const isReply = (value: unknown): value is { result?: unknown; error?: string } =>
  typeof value === 'object' && value !== null && ('result' in value || 'error' in value)
