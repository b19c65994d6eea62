/** What is used of the runtime's own module. */
declare module 'cloudflare:workers' {
  /** Keeps the Worker alive for this promise, at most 30 s after its answer has ended or its caller has left. */
  export function waitUntil(promise: Promise<unknown>): void
}
