import type { Message } from '#lib/chat/contract.ts'
import type { SendFailure } from './chat-state.ts'
import { RequestFailure } from './run-client.ts'

/** A message as it stands before the site has told of it. */
export function newMessage(
  id: string,
  parentId: string | null,
  role: Message['role'],
  text?: string,
): Message {
  return {
    id,
    parentId,
    role,
    parts: text === undefined ? [] : [{ type: 'text', text }],
    status: role === 'user' ? 'complete' : 'running',
    error: null,
    model: null,
    createdAt: Date.now(),
  }
}

/** Why a request that failed was not taken, in the page's terms. */
export function failureOf(error: unknown): Pick<SendFailure, 'reason' | 'detail'> {
  if (!(error instanceof RequestFailure)) return { reason: 'refused', detail: String(error) }
  const reasons: Record<number, SendFailure['reason']> = {
    0: 'network',
    409: 'busy',
    413: 'tooLarge',
    429: 'limit',
    503: 'notStored',
  }
  const detail = error.status === 0 ? '' : error.message
  return { reason: reasons[error.status] ?? 'refused', detail }
}
