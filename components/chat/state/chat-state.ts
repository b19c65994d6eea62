import type { AskRequest as Ask, Conversation, ConversationDetail, Message } from '#lib/chat/contract.ts'
import type { Folder } from '#lib/chat/folder-contract.ts'
import type { HostedTool } from '#lib/chat/hosted-tools.ts'
import { pathTo } from '#lib/chat/message-tree.ts'
import { applyIncrement, type FilePart, type Increment } from '#lib/chat/parts.ts'
import type { Preferences } from '#lib/chat/preferences.ts'
import type { QueuedQuestion } from '#lib/chat/queue-contract.ts'

/** An opened conversation as the page knows it: its tree, and the leaf whose branch is shown. */
export interface ConversationView {
  phase: 'loading' | 'ready' | 'missing' | 'failed'
  messages: readonly Message[]
  leafId: string | null
  /** The questions that wait for their turn, the next one first. */
  queue: readonly WaitingQuestion[]
}

/** `isSending`: the site has not taken it yet. */
export type WaitingQuestion = QueuedQuestion & { isSending?: true }

/** Why a text went back to its writer. `detail` is the site's own sentence. */
export interface SendFailure {
  reason:
    | 'network'
    | 'tooLarge'
    | 'limit'
    | 'busy'
    | 'notStored'
    | 'terms'
    | 'signedOut'
    | 'moderated'
    | 'unmoderated'
    | 'refused'
    | 'filesGone'
    | 'noFiles'
    | 'stopped'
    | 'notRegenerated'
    | 'notContinued'
  detail: string
  /** Why an answer was not generated anew, or gone on with. */
  because?: SendFailure['reason'] | undefined
  /** When it can be tried again, in Unix milliseconds, if the site told. */
  retryAt?: number | undefined
  /** What was to be sent; empty for a regeneration or a continuation, and once the composer has taken it back. */
  text: string
  files: readonly FilePart[]
  /** The models it was for, where they were others than the conversation's. */
  models?: readonly string[] | undefined
  /** The question that was to be asked differently. */
  insteadOf?: string | undefined
  conversationId: string
}

/** What became of a change that a person made to a conversation, shown for a while. */
export type Notice =
  | { kind: 'deleted'; conversation: Conversation; wasOpen: boolean }
  | { kind: 'archived'; conversation: Conversation }
  /** Somebody else gave it another title first; `title` is the one that was not taken. */
  | { kind: 'renamedElsewhere'; conversation: Conversation; title: string }
  /** Of many conversations, or of a folder. */
  | { kind: 'undoable'; text: string; undo: () => Promise<unknown> }
  | { kind: 'gone' }
  | { kind: 'notSaved' }

export interface ChatState {
  /** All that are known, those put away too; last asked first. */
  conversations: readonly Conversation[]
  folders: readonly Folder[]
  /** The folder that is being given a name. */
  namingFolderId: string | null
  /** While conversations are being selected in the list: those that are. */
  selectedIds: ReadonlySet<string> | null
  views: Readonly<Record<string, ConversationView>>
  /** The conversation whose first question was sent from the empty page, until its own address is open. */
  openingId: string | null
  /** The chat that lives in this page alone, if there is one. */
  temporaryId: string | null
  /** By conversation id, or `new`. */
  failures: Readonly<Record<string, SendFailure>>
  /** Answers whose connection is broken while the run goes on at the server. */
  detachedIds: readonly string[]
  /** How images look that are being made, by the call of the tool that makes them. */
  previews: Readonly<Record<string, string>>
  /** What a screen reader is told: that an answer began or ended, never its tokens. */
  announcement: 'started' | Exclude<Message['status'], 'running'> | null
  notice: Notice | null
  /** The model that conversations begin with; null is that of the site. */
  newModel: string | null
  /** The tools that a conversation begins with. */
  newTools: readonly HostedTool[]
  /** The folder in which a new conversation begins. */
  newFolderId: string | null
  preferences: Preferences
  /** The question whose answers are shown side by side. */
  comparedId: string | null
  /** The question that is open for being asked differently, and what it was to be where that could not be sent. */
  editing: { questionId: string; returned?: Pick<SendFailure, 'text' | 'files'> } | null
}

/** What a page begins with. */
export interface InitialState {
  conversations: readonly Conversation[]
  folders?: readonly Folder[]
  preferences: Preferences
  newModel?: string | null
}

export function initialState({ conversations, folders, preferences, newModel }: InitialState): ChatState {
  return {
    conversations,
    folders: folders ?? [],
    namingFolderId: null,
    selectedIds: null,
    views: {},
    openingId: null,
    temporaryId: null,
    failures: {},
    detachedIds: [],
    previews: {},
    announcement: null,
    notice: null,
    newModel: preferences.model ?? newModel ?? null,
    newTools: [],
    newFolderId: null,
    preferences,
    comparedId: null,
    editing: null,
  }
}

const loading: ConversationView = { phase: 'loading', messages: [], leafId: null, queue: [] }

export function withView(state: ChatState, id: string, change: Partial<ConversationView>): ChatState {
  const view = { ...(state.views[id] ?? loading), ...change }
  return { ...state, views: { ...state.views, [id]: view } }
}

export function withoutView(state: ChatState, id: string): ChatState {
  const { [id]: _, ...views } = state.views
  return { ...state, views }
}

/** Puts a conversation where it belongs in the list, replacing what was known of it; a deleted one leaves it. */
export function withConversation(state: ChatState, conversation: Conversation | null): ChatState {
  if (conversation === null) return state
  const others = state.conversations.filter(({ id }) => id !== conversation.id)
  if (conversation.deletedAt !== null) return { ...state, conversations: others }
  const at = others.findIndex(({ updatedAt }) => updatedAt <= conversation.updatedAt)
  const conversations = others.toSpliced(at < 0 ? others.length : at, 0, conversation)
  return { ...state, conversations }
}

/** The list as the site has it now. Those put away are not in it, and stay known. */
export function withList(state: ChatState, current: readonly Conversation[]): ChatState {
  const currentIds = new Set(current.map(({ id }) => id))
  const putAway = state.conversations.filter(
    ({ id, archivedAt }) => archivedAt !== null && !currentIds.has(id),
  )
  return putAway.reduce(withConversation, { ...state, conversations: current })
}

/** A conversation with its tree, at the branch that was shown last. */
export function withDetail(state: ChatState, detail: ConversationDetail): ChatState {
  const { messages, queue, ...conversation } = detail
  const leafId = detail.activeLeafId ?? messages.at(-1)?.id ?? null
  const known = withConversation(state, conversation)
  return withView(known, detail.id, { phase: 'ready', messages, leafId, queue })
}

/**
 * A conversation as the site had it when it was asked, over what the page has: the answers that it has followed since (`liveIds`) and
 * what it is sending stay, and so does the branch that is shown, unless that has only grown.
 */
export function withNews(
  state: ChatState,
  detail: ConversationDetail,
  liveIds: ReadonlySet<string>,
): ChatState {
  const view = state.views[detail.id]
  if (view?.phase !== 'ready') return withDetail(state, detail)
  const known = new Map(view.messages.map((message) => [message.id, message]))
  const messages = detail.messages.map((message) =>
    liveIds.has(message.id) ? (known.get(message.id) ?? message) : message,
  )
  const ids = new Set(messages.map(({ id }) => id))
  const isLive = (id: string) =>
    liveIds.has(id) || view.messages.some((message) => message.parentId === id && liveIds.has(message.id))
  const unsent = view.messages.filter(({ id }) => !ids.has(id) && isLive(id))
  const sending = view.queue.filter(
    ({ id, isSending }) => isSending && !ids.has(id) && !detail.queue.some((one) => one.id === id),
  )
  const grown = pathTo(detail.messages, detail.activeLeafId).some(({ id }) => id === view.leafId)
  const merged = withDetail(state, { ...detail, messages: [...messages, ...unsent] })
  return withView(merged, detail.id, {
    leafId: grown ? detail.activeLeafId : view.leafId,
    queue: [...detail.queue, ...sending],
  })
}

/** Adds messages, or replaces those of the same id; the objects of all others stay the same. */
export function withMessages(state: ChatState, id: string, changed: readonly Message[]): ChatState {
  const byId = new Map(changed.map((message) => [message.id, message]))
  const messages = (state.views[id]?.messages ?? []).map((message) => {
    const next = byId.get(message.id)
    byId.delete(message.id)
    return next ?? message
  })
  return withView(state, id, { messages: [...messages, ...byId.values()] })
}

export function withoutMessages(state: ChatState, id: string, goneIds: readonly string[]): ChatState {
  const messages = (state.views[id]?.messages ?? []).filter((message) => !goneIds.includes(message.id))
  return withView(state, id, { messages })
}

export function changeMessage(
  state: ChatState,
  conversationId: string,
  messageId: string,
  change: (message: Message) => Message,
): ChatState {
  const message = state.views[conversationId]?.messages.find(({ id }) => id === messageId)
  return message ? withMessages(state, conversationId, [change(message)]) : state
}

export function withIncrements(message: Message, increments: readonly Increment[]): Message {
  return { ...message, parts: increments.reduce(applyIncrement, [...message.parts]) }
}

/** Something of it is still to be taken back by its composer. */
export const isReturned = ({ text, files }: SendFailure) => text !== '' || files.length > 0

/** With a failure whose text is to be taken back, behind one that its composer has not taken yet. */
export function withReturned(state: ChatState, key: string, failure: SendFailure): ChatState {
  const before = state.failures[key]
  if (!before || !isReturned(before)) return withFailure(state, key, failure)
  const text = [before.text, failure.text].filter(Boolean).join('\n\n')
  const files = [...before.files, ...failure.files]
  return withFailure(state, key, { ...failure, text, files, insteadOf: undefined })
}

export function withFailure(state: ChatState, key: string, failure: SendFailure | null): ChatState {
  const { [key]: _, ...failures } = state.failures
  return { ...state, failures: failure ? { ...failures, [key]: failure } : failures }
}

/** Whether the site has told of a question that was sent from the composer of `key`. */
export function isKnown(
  { conversations, views }: ChatState,
  key: string,
  { conversationId, questionId, parentId }: Pick<Ask, 'conversationId' | 'questionId' | 'parentId'>,
): boolean {
  if (key !== conversationId)
    return parentId === null && conversations.some(({ id }) => id === conversationId)
  const view = views[key]
  return [...(view?.messages ?? []), ...(view?.queue ?? [])].some(({ id }) => id === questionId)
}

/** The answer being written in a conversation, if there is one. */
export function runningAnswer(view: ConversationView | undefined): Message | undefined {
  return view?.messages.find(({ status }) => status === 'running')
}
