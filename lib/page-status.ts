import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import { processSlot } from './process-slot.ts'

const answers = processSlot<AsyncLocalStorage<ServerResponse>>('page-answer')

/** Calls what answers a request with a page, which may say meanwhile that nothing is there: {@link markNotFound}. */
export function answerWithPage<T>(res: ServerResponse, answer: () => T): T {
  answers.value ??= new AsyncLocalStorage()
  return answers.value.run(res, answer)
}

/**
 * Gives the page that is being rendered the status 404. False when that cannot be done: another host than ours answers, or the
 * page's head has left.
 */
export function markNotFound(): boolean {
  const res = answers.value?.getStore()
  if (!res || res.headersSent) return false
  res.statusCode = 404
  return true
}
