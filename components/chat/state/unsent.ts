import type { Message, SendRequest } from '#lib/chat/contract.ts'
import type { HostedTool } from '#lib/chat/hosted-tools.ts'
import { leafBelow } from '#lib/chat/message-tree.ts'
import { type FilePart, filesOfParts } from '#lib/chat/parts.ts'
import { type ChatState, type SendFailure, withoutMessages, withView } from './chat-state.ts'
import type { Outgoing } from './drafts.ts'
import { newId } from './new-id.ts'
import { RequestFailure } from './run-client.ts'

/** A message as it stands before the site has told of it. */
export function newMessage(
  id: string,
  parentId: string | null,
  role: Message['role'],
  text = '',
  files: readonly FilePart[] = [],
): Message {
  return {
    id,
    parentId,
    role,
    parts: [...files, ...(text === '' ? [] : [{ type: 'text' as const, text }])],
    status: role === 'user' ? 'complete' : 'running',
    error: null,
    model: null,
    createdAt: Date.now(),
  }
}

/** More about a question than its text. */
export interface How {
  /** Asked in place of the conversation's. */
  model?: string | null
  files?: readonly FilePart[]
  /** Called once the site has stored the question. */
  onStored?: () => void
}

export type Ask = Extract<SendRequest, { kind: 'ask' }>

/** The request of a question; the `earlier` one, whose ids make both one, if that asked the very same. */
export function askRequest(
  asked: {
    conversationId: string | null
    parentId: string | null
    text: string
    files: readonly FilePart[]
    model?: string | null | undefined
    newModel: string | null
    newTools: readonly HostedTool[]
    /** The folder of a conversation that begins. */
    newFolderId: string | null
  },
  earlier: Ask | undefined,
): Ask {
  const { conversationId, parentId, text, model, newModel, newTools, newFolderId } = asked
  const files = asSent(asked.files)
  const isSame =
    earlier?.text === text &&
    earlier.parentId === parentId &&
    earlier.model === (model ?? undefined) &&
    JSON.stringify(earlier.files ?? []) === JSON.stringify(files)
  if (isSame) return earlier
  const settings = {
    ...(newModel && { model: newModel }),
    ...(newTools.length > 0 && { tools: [...newTools] }),
  }
  return {
    kind: 'ask',
    conversationId: conversationId ?? newId(),
    parentId,
    questionId: newId(),
    answerId: newId(),
    text,
    ...(files.length > 0 && { files }),
    ...(model && { model }),
    ...(conversationId === null && Object.keys(settings).length > 0 && { settings }),
    ...(conversationId === null && newFolderId && { folderId: newFolderId }),
  }
}

/** The request of what is asked in place of a question that the site has not taken. */
export function askOtherwise({ files: _, ...ask }: Ask, text: string, files: readonly FilePart[]): Ask {
  const ids = { questionId: newId(), answerId: newId() }
  return { ...ask, ...ids, text, ...(files.length > 0 && { files: asSent(files) }) }
}

/** The request that `outgoing` was, of an earlier page or another tab; sent again it is the same to the site. */
export function askAgain({ files = [], ...ask }: Outgoing): Ask {
  return { ...ask, ...(files.length > 0 && { files: asSent(files) }) }
}

/** Files as a request names them. */
const asSent = (files: readonly FilePart[]) => files.map(({ fileId: id, name }) => ({ id, name }))

type Turn = Exclude<SendRequest, { kind: 'continue' }>

/**
 * The state without a turn that the site did not take, and the leaf that it shows: `leafBefore` where that is still there, else what
 * the turn was put below.
 */
export function withoutTurn(
  state: ChatState,
  request: Turn,
  leafBefore: string | undefined,
): { state: ChatState; leafId: string | null } {
  const { conversationId, answerId, questionId } = request
  const isAsked = request.kind === 'ask'
  const rest = withoutMessages(state, conversationId, isAsked ? [questionId, answerId] : [answerId])
  const { messages = [] } = rest.views[conversationId] ?? {}
  const isThere = messages.some(({ id }) => id === leafBefore)
  const above = isAsked ? request.parentId : leafBelow(messages, questionId)
  const leafId = isThere ? (leafBefore ?? null) : above
  const openingId = rest.openingId === conversationId ? null : rest.openingId
  return { state: { ...withView(rest, conversationId, { leafId }), openingId }, leafId }
}

/** What its writer gets back of a turn that the site did not take. */
export function returnedOf(state: ChatState, request: Turn) {
  const { conversationId, questionId } = request
  if (request.kind !== 'ask')
    return { reason: 'notRegenerated' as const, text: '', files: [], conversationId }
  const question = state.views[conversationId]?.messages.find(({ id }) => id === questionId)
  const { text, model } = request
  return { text, files: filesOfParts(question?.parts ?? []), model, conversationId }
}

/** Why a request that failed was not taken, in the page's terms. */
export function failureOf(error: unknown): Pick<SendFailure, 'reason' | 'detail' | 'retryAt'> {
  if (!(error instanceof RequestFailure)) return { reason: 'refused', detail: String(error) }
  if (error.code === 'content_refused') return { reason: 'moderated', detail: '' }
  if (error.code === 'moderation_unavailable') return { reason: 'unmoderated', detail: '' }
  if (error.code === 'file_gone') return { reason: 'filesGone', detail: '' }
  const reasons: Record<number, SendFailure['reason']> = {
    0: 'network',
    401: 'signedOut',
    409: 'busy',
    413: 'tooLarge',
    428: 'terms',
    429: 'limit',
    503: 'notStored',
  }
  // What the page says itself, in its reader's language.
  const detail = [0, 401, 428].includes(error.status) ? '' : error.message
  const retryAt = error.retryAfterMs === undefined ? undefined : Date.now() + error.retryAfterMs
  return { reason: reasons[error.status] ?? 'refused', detail, retryAt }
}
