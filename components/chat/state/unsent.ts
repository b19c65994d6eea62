import type { Message, SendRequest } from '#lib/chat/contract.ts'
import type { HostedTool } from '#lib/chat/hosted-tools.ts'
import { leafBelow } from '#lib/chat/message-tree.ts'
import type { FilePart } from '#lib/chat/parts.ts'
import { type ChatState, type SendFailure, withoutMessages, withView } from './chat-state.ts'
import type { Outgoing } from './drafts.ts'
import { newId } from './new-id.ts'
import { RequestFailure } from './run-client.ts'

/** A message as it stands before the site has told of it. */
export function newMessage(
  id: string,
  parentId: string | null,
  role: Message['role'],
  {
    text = '',
    files = [],
    modelAsked,
  }: Partial<Pick<Outgoing, 'text' | 'files'> & Pick<Message, 'modelAsked'>> = {},
): Message {
  return {
    id,
    parentId,
    role,
    parts: [...files, ...(text === '' ? [] : [{ type: 'text' as const, text }])],
    status: role === 'user' ? 'complete' : 'running',
    error: null,
    model: null,
    ...(modelAsked !== undefined && { modelAsked }),
    createdAt: Date.now(),
  }
}

/** More about a question than its text. */
export interface How {
  /** Asked in place of the conversation's, each for an answer of its own. */
  models?: readonly string[]
  files?: readonly FilePart[]
  /** The question in whose place it is asked, as a branch beside it; without it goes below the shown leaf. */
  insteadOf?: Pick<Message, 'id' | 'parentId'>
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
  earlier: Outgoing | undefined,
): Ask {
  const { conversationId, parentId, text, model, newModel, newTools, newFolderId } = asked
  const files = asSent(asked.files)
  const isSame =
    earlier?.text === text &&
    earlier.parentId === parentId &&
    earlier.model === (model ?? undefined) &&
    JSON.stringify(asSent(earlier.files ?? [])) === JSON.stringify(files)
  if (isSame) return askAgain(earlier)
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

/** The request that `outgoing` is; sent again, from another page or tab too, it is the same to the site. */
export function askAgain({ files = [], models: _, insteadOf: __, ...ask }: Outgoing): Ask {
  return { ...ask, ...(files.length > 0 && { files: asSent(files) }) }
}

/** Files as a request names them. */
const asSent = (files: readonly FilePart[]) => files.map(({ fileId: id, name }) => ({ id, name }))

type Turn = Exclude<SendRequest, { kind: 'continue' }>

/**
 * The state without a turn that the site did not take. It shows `leafBefore` where that is still there, else what the turn was put
 * below.
 */
export function withoutTurn(state: ChatState, request: Turn, leafBefore: string | undefined): ChatState {
  const { conversationId, answerId, questionId } = request
  const isAsked = request.kind === 'ask'
  const rest = withoutMessages(state, conversationId, isAsked ? [questionId, answerId] : [answerId])
  const { messages = [] } = rest.views[conversationId] ?? {}
  const isThere = messages.some(({ id }) => id === leafBefore)
  const above = isAsked ? request.parentId : leafBelow(messages, questionId)
  const leafId = isThere ? (leafBefore ?? null) : above
  const openingId = rest.openingId === conversationId ? null : rest.openingId
  return { ...withView(rest, conversationId, { leafId }), openingId }
}

/** What a composer gets back of questions that the site did not take. Of several it is one text, for no place in particular. */
export function returnedOf(
  outgoings: readonly Outgoing[],
): Pick<SendFailure, 'text' | 'files' | 'models' | 'insteadOf'> {
  const [first] = outgoings
  return {
    text: outgoings
      .map(({ text }) => text)
      .filter(Boolean)
      .join('\n\n'),
    files: outgoings.flatMap(({ files = [] }) => files),
    models: first?.models,
    insteadOf: outgoings.length === 1 ? first?.insteadOf : undefined,
  }
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
