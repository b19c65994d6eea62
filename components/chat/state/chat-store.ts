import type { ConversationDetail, Message, RunEvent, SendRequest } from '#lib/chat/contract.ts'
import type { FilePart } from '#lib/chat/parts.ts'
import { askTemporarily } from '../temporary/ask-temporarily.ts'
import { isTemporary } from '../temporary/temporary-id.ts'
import {
  type ChatState,
  changeMessage,
  type InitialState,
  initialState,
  isKnown,
  isReturned,
  type SendFailure,
  withConversation,
  withDetail,
  withFailure,
  withList,
  withMessages,
  withNews,
  withoutMessages,
  withoutView,
  withReturned,
  withView,
} from './chat-state.ts'
import type { Outgoing } from './drafts.ts'
import { GrowingAnswers } from './growing-answers.ts'
import { newId } from './new-id.ts'
import { tellOtherTabs } from './other-tabs.ts'
import { followRun, postJson, RequestFailure, requestJson, sendAndFollow, stopRun } from './run-client.ts'
import { ShownBranches } from './shown-branches.ts'
import {
  type Ask,
  askAgain,
  askRequest,
  failureOf,
  type How,
  newMessage,
  returnedOf,
  withoutTurn,
} from './unsent.ts'
import { UnsentQuestions } from './unsent-questions.ts'

/** The key of what belongs to the page of no conversation yet: its draft and its failure. */
export const NEW = 'new'

/** So long one waits for the site's word that it has stopped what it may not have. */
const STOP_MS = 2_000

type Continue = Extract<SendRequest, { kind: 'continue' }>

/**
 * What the page knows and does: the conversations, the opened trees, the runs it follows. React reads it through
 * `useSyncExternalStore`; everything in the state is replaced, never changed, so that identity tells what is new.
 */
export class ChatStore {
  #state: ChatState
  readonly #listeners = new Set<() => void>()
  readonly #runs = new Map<string, AbortController>()
  /** For each request of a conversation that is under way, the answers that are or were followed meanwhile. */
  readonly #meanwhile = new Set<Set<string>>()
  /** Answers that were asked for, as long as the site has not said that it has them. */
  readonly #unstored = new Set<string>()
  /** What has been sent and is not the site's yet. */
  readonly unsent = new UnsentQuestions()
  /** Answers to be gone on with, as they were, until the site has taken that on. */
  readonly #continued = new Map<string, Message>()
  readonly #branches = new ShownBranches()
  readonly #growing: GrowingAnswers
  readonly #openPage: (conversationId: string) => void

  /** `openPage` is called when the first question of a new conversation is stored, to show its address. */
  constructor(
    initial: InitialState & { detail: ConversationDetail | null },
    openPage: (conversationId: string) => void,
  ) {
    this.#openPage = openPage
    this.#growing = new GrowingAnswers(this)
    this.#state = initialState(initial)
    if (initial.detail) this.#state = withDetail(this.#state, initial.detail)
  }

  readonly getState = () => this.#state

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Shows a conversation: fetches it unless it is here, and follows the answers that are being written in it. */
  async open(id: string): Promise<void> {
    const known = this.#state.views[id]
    if (known?.phase === 'loading') return
    if (known?.phase !== 'ready') {
      this.#set(withView(this.#state, id, { phase: 'loading' }))
      try {
        const detail = await requestJson<ConversationDetail>(`/api/conversations/${id}`)
        this.#set(withDetail(this.#state, detail))
      } catch (error) {
        const status = error instanceof RequestFailure ? error.status : 0
        // Signed out elsewhere: the site leads to where one signs in, and back.
        if (status === 401) return window.location.reload()
        const missing = [400, 404].includes(status)
        this.#set(withView(this.#state, id, { phase: missing ? 'missing' : 'failed' }))
        return
      }
    }
    this.#followAll(id)
  }

  #followAll(id: string): void {
    for (const { id: answerId, status } of this.#state.views[id]?.messages ?? []) {
      if (status === 'running') void this.#follow(id, answerId)
    }
  }

  /**
   * Learns what others, or the site itself, have done in a conversation that is open here; shows `leafId` then, if it is
   * given. A failure changes nothing.
   */
  async refresh(id: string, leafId?: string): Promise<void> {
    if (isTemporary(id)) return
    const phase = this.#state.views[id]?.phase
    if (phase === 'missing' || phase === 'failed') return await this.open(id)
    // What the site tells may be older than an answer that has begun, and even ended, since it was asked.
    const live = new Set(this.#runs.keys())
    this.#meanwhile.add(live)
    const detail = await requestJson<ConversationDetail>(`/api/conversations/${id}`).catch((error) => {
      const isGone = error instanceof RequestFailure && error.status === 404
      if (isGone && !this.#isIn(id, live)) this.#set(withView(this.#state, id, { phase: 'missing' }))
      return null
    })
    this.#meanwhile.delete(live)
    if (!detail || this.#state.views[id]?.phase !== 'ready') return
    const state = withNews(this.#state, detail, live)
    this.#set(leafId === undefined ? state : withView(state, id, { leafId }))
    this.#followAll(id)
  }

  /**
   * Learns of conversations that other tabs and devices changed; those that went on there are fetched anew when they are
   * shown again. That of `openId` is shown now: see {@link refresh}. A failure changes nothing.
   */
  async refreshList(openId: string | null = null): Promise<void> {
    type Lists = Pick<ChatState, 'conversations' | 'folders'>
    const lists = await requestJson<Lists>('/api/conversations').catch(() => null)
    if (!lists) return
    const known = new Map(this.#state.conversations.map(({ id, updatedAt }) => [id, updatedAt]))
    const grown = lists.conversations.filter(
      ({ id, updatedAt }) => id !== openId && known.get(id) !== updatedAt && !this.#isLive(id),
    )
    const state = grown.reduce((now, { id }) => withoutView(now, id), this.#state)
    this.#set({ ...withList(state, lists.conversations), folders: lists.folders })
  }

  /** Something is being asked or followed in it. */
  #isLive(conversationId: string): boolean {
    return this.#isIn(conversationId, this.#runs)
  }

  #isIn(conversationId: string, answers: { has(id: string): boolean }): boolean {
    return (this.#state.views[conversationId]?.messages ?? []).some(({ id }) => answers.has(id))
  }

  #beginRun(answerId: string): AbortController {
    const abort = new AbortController()
    this.#runs.set(answerId, abort)
    for (const live of this.#meanwhile) live.add(answerId)
    return abort
  }

  /**
   * Asks below the shown leaf, or in place of another question; of several models, the others once the site has the question. The text
   * belongs to its writer until then: see `failures`.
   */
  send(conversationId: string | null, text: string, { models = [], files = [], insteadOf }: How = {}): Ask {
    const key = conversationId ?? NEW
    const leafId = conversationId === null ? null : (this.#state.views[conversationId]?.leafId ?? null)
    const { parentId } = insteadOf ?? { parentId: leafId }
    const { newModel, newTools, newFolderId } = this.#state
    const asked = { conversationId, parentId, text, files, model: models[0], newModel, newTools, newFolderId }
    const request = askRequest(asked, this.unsent.of(key))
    this.#ask(key, {
      ...request,
      files,
      ...(models.length > 0 && { models }),
      ...(insteadOf && { insteadOf: insteadOf.id }),
    })
    return request
  }

  #ask(key: string, outgoing: Outgoing): void {
    const { conversationId, questionId, answerId, parentId, text, files, model, models = [] } = outgoing
    this.unsent.keep(key, outgoing)
    this.#branches.leaveFor(answerId, this.#state.views[conversationId]?.leafId)
    const question = newMessage(questionId, parentId, 'user', { text, files })
    const answer = newMessage(answerId, questionId, 'assistant', { modelAsked: model })
    let state = withFailure(this.#state, key, null)
    state = withMessages(state, conversationId, [question, answer])
    state = withView(state, conversationId, { phase: 'ready', leafId: answerId })
    state = { ...state, comparedId: models.length > 1 ? questionId : null }
    this.#set(key === NEW ? { ...state, openingId: conversationId } : state)
    void this.#run(askAgain(outgoing), key)
  }

  /**
   * Asks something else in place of a question that is still on its way, which is forgotten; what waits behind that one waits behind
   * this. False when the site has that one: what was said stays, and can be branched off from.
   */
  async askInsteadOfUnsent(questionId: string, text: string, files: readonly FilePart[]): Promise<boolean> {
    const { key, outgoing } = this.unsent.find(questionId) ?? {}
    if (key === undefined || !outgoing || !this.isQuestionUnsent(questionId)) return false
    const { conversationId, answerId } = outgoing
    const changed = { ...outgoing, questionId: newId(), answerId: newId(), text, files }
    this.unsent.keep(key, changed)
    // Perhaps only the site's word of it was lost.
    if (navigator.onLine && !isTemporary(conversationId))
      await stopRun(answerId, AbortSignal.timeout(STOP_MS)).catch(() => undefined)
    if (!this.isUnsent(answerId)) {
      this.unsent.settle(changed.questionId)
      return false
    }
    const abort = this.#runs.get(answerId)
    this.#runs.delete(answerId)
    this.#unstored.delete(answerId)
    abort?.abort()
    for (const next of this.unsent.behind(answerId))
      this.unsent.keep(key, { ...next, parentId: changed.answerId })
    this.unsent.settle(questionId)
    const others = withoutMessages(this.#state, conversationId, [questionId, answerId])
    const leafId = this.#branches.leafBefore(answerId) ?? null
    this.#set(withView(others, conversationId, { leafId }))
    this.#ask(key, changed)
    return true
  }

  /** Opens a question of the shown conversation for being asked differently, or closes it with null. */
  edit(questionId: string | null, returned?: Pick<SendFailure, 'text' | 'files'>): void {
    if (questionId === (this.#state.editing?.questionId ?? null)) return
    this.#set({
      ...this.#state,
      editing: questionId === null ? null : { questionId, ...(returned && { returned }) },
    })
  }

  /** Adds another answer to a question, of `model` or of the conversation's. */
  regenerate(conversationId: string, questionId: string, model?: string): void {
    const ids = { conversationId, questionId, answerId: newId() }
    const request = { kind: 'regenerate' as const, ...ids, ...(model !== undefined && { model }) }
    const answer = newMessage(request.answerId, questionId, 'assistant', { modelAsked: model })
    this.#branches.leaveFor(answer.id, this.#state.views[conversationId]?.leafId)
    const state = withMessages(withFailure(this.#state, conversationId, null), conversationId, [answer])
    this.#set(withView(state, conversationId, { leafId: answer.id }))
    void this.#run(request, conversationId)
  }

  /** Goes on with an answer that was stopped or broke off. */
  continue(conversationId: string, answerId: string): void {
    const before = this.#state.views[conversationId]?.messages.find(({ id }) => id === answerId)
    if (!before || this.#runs.has(answerId)) return
    this.#continued.set(answerId, before)
    const state = withFailure(this.#state, conversationId, null)
    this.#set(withMessages(state, conversationId, [{ ...before, status: 'running', error: null }]))
    void this.#run({ kind: 'continue', conversationId, answerId, runId: newId() }, conversationId)
  }

  /** Stops what is being written in a conversation. Before the site took the question, the text comes back. */
  async stop(conversationId: string): Promise<void> {
    const messages = this.#state.views[conversationId]?.messages ?? []
    const running = messages.filter(({ status }) => status === 'running')
    if (isTemporary(conversationId)) for (const { id } of running) this.#leave(conversationId, id)
    else await Promise.all(running.map(({ id }) => this.#stopAnswer(id)))
  }

  /** The run of a temporary chat is its connection. */
  #leave(conversationId: string, answerId: string): void {
    this.#runs.get(answerId)?.abort()
    if (this.isUnsent(answerId)) return
    this.#growing.onEvent(conversationId, answerId, {
      type: 'end',
      status: 'stopped',
      error: null,
      model: null,
    })
  }

  async #stopAnswer(answerId: string): Promise<void> {
    // A stop that does not arrive leaves the answer running and the button in place.
    await stopRun(answerId).catch(() => undefined)
    if (this.isUnsent(answerId)) this.#runs.get(answerId)?.abort()
  }

  /** Shows the branch that a message lies on, below it as it was shown last. */
  showBranch(conversationId: string, messageId: string): void {
    const { messages = [], leafId: before = null } = this.#state.views[conversationId] ?? {}
    this.#branches.note(conversationId, messages, before)
    const leafId = this.#branches.leafBelow(conversationId, messages, messageId)
    this.#set(withView(this.#state, conversationId, { leafId }))
    if (isTemporary(conversationId)) return
    // Only where the conversation opens next time hangs on it, so a failure needs no word.
    void requestJson(`/api/conversations/${conversationId}`, {
      ...postJson({ activeLeafId: leafId }, 'PATCH'),
      keepalive: true,
    }).catch(() => undefined)
  }

  dismissFailure(key: string): void {
    this.#set(withFailure(this.#state, key, null))
  }

  /** The page of the conversation that was being opened is open, or was given up for another. */
  settleOpening(): void {
    if (this.#state.openingId) this.#set({ ...this.#state, openingId: null })
  }

  /** What came back for the composer of `key`, once; the reason stays to be read. */
  takeReturned(key: string): SendFailure | null {
    const failure = this.#state.failures[key]
    if (!failure || !isReturned(failure)) return null
    const { models: _, insteadOf: __, ...reason } = failure
    this.#set(withFailure(this.#state, key, { ...reason, text: '', files: [] }))
    return failure
  }

  /** Gives questions back to the composer of `key`, and the reason why. */
  giveBack(key: string, outgoings: readonly Outgoing[], failure: Omit<SendFailure, 'text' | 'files'>): void {
    for (const { questionId } of outgoings) this.unsent.giveBack(questionId, failure.reason === 'stopped')
    this.#set(withReturned(this.#state, key, { ...failure, ...returnedOf(outgoings) }))
  }

  /** What an earlier page was sending when it ended, or another tab is sending, and the site has not stored. */
  recoverUnsent(key: string): Outgoing[] {
    return this.unsent.recover(key, (outgoing) => isKnown(this.#state, key, outgoing))
  }

  /** What asks for it is still on its way to the site. */
  isUnsent(answerId: string): boolean {
    return this.#unstored.has(answerId)
  }

  /** The same of a question. */
  isQuestionUnsent(questionId: string): boolean {
    const unsent = this.unsent.find(questionId)
    return unsent !== undefined && this.isUnsent(unsent.outgoing.answerId)
  }

  endedAt(answerId: string): number | undefined {
    return this.#growing.endedAt(answerId)
  }

  /** A change of what is known of conversations, by those who manage them. */
  update(change: (state: ChatState) => ChatState): void {
    this.#set(change(this.#state))
  }

  /** Lets go of all connections. The runs go on at the server. */
  dispose(): void {
    for (const controller of this.#runs.values()) controller.abort()
    this.#runs.clear()
    this.#growing.dispose()
  }

  async #run(request: SendRequest, key: string): Promise<void> {
    const { answerId, conversationId } = request
    const abort = this.#beginRun(answerId)
    this.#unstored.add(answerId)
    let acknowledged = false
    const onEvent = (event: RunEvent) => {
      if (event.type === 'start' && !acknowledged) {
        acknowledged = true
        this.#begin(request, key, event)
      } else this.#growing.onEvent(conversationId, answerId, event)
    }
    try {
      const listener = { onEvent, onConnected: this.#connected(answerId) }
      if (isTemporary(conversationId)) await askTemporarily(this.#state, request, listener, abort.signal)
      else await sendAndFollow(request, listener, abort.signal)
      if (!acknowledged && this.#runs.has(answerId)) {
        this.#takeBack(request, key, { reason: 'stopped', detail: '' })
      }
    } catch (error) {
      if (acknowledged) this.#growing.lose(conversationId, answerId)
      else if (this.#runs.has(answerId)) this.#takeBack(request, key, failureOf(error))
    } finally {
      this.#runs.delete(answerId)
      this.#connected(answerId)(true)
    }
  }

  /**
   * The site has stored the question and begins to answer. What that changes on the page can wait until the first words, which
   * may be close behind, have had their turn.
   */
  #begin(
    request: SendRequest,
    key: string,
    { message, conversation }: Extract<RunEvent, { type: 'start' }>,
  ): void {
    const { answerId, conversationId } = request
    this.#unstored.delete(answerId)
    this.#continued.delete(answerId)
    this.#branches.leafBefore(answerId)
    const asked = this.#outgoingOf(request)
    if (asked) this.unsent.settle(asked.questionId)
    if (this.#state.openingId === conversationId) this.#openPage(conversationId)
    if (!isTemporary(conversationId)) tellOtherTabs({ kind: 'conversations', id: conversationId })
    // How long it takes is counted by the clock that it is shown by, which need not go as the site's does.
    const createdAt = Date.now()
    // Some of it is there already where a request was repeated, or goes on with an answer.
    if (message.parts.length > 0) this.#set(withMessages(this.#state, conversationId, [message]))
    this.#growing.changeSoon((state) => ({
      ...changeMessage(withConversation(state, conversation), conversationId, answerId, (known) => ({
        ...known,
        createdAt,
      })),
      announcement: 'started',
      // Folder and tools were those of the conversation which has begun.
      ...(key === NEW && { newFolderId: null, newTools: [] }),
    }))
    // Until now the site knew no question that others could answer.
    if (!asked) return
    for (const model of asked.models?.slice(1) ?? []) this.regenerate(conversationId, asked.questionId, model)
  }

  #outgoingOf(request: SendRequest): Outgoing | undefined {
    return request.kind === 'ask' ? this.unsent.find(request.questionId)?.outgoing : undefined
  }

  async #follow(conversationId: string, answerId: string): Promise<void> {
    if (this.#runs.has(answerId)) return
    const abort = this.#beginRun(answerId)
    const listener = {
      onEvent: (event: RunEvent) => this.#growing.onEvent(conversationId, answerId, event),
      onConnected: this.#connected(answerId),
    }
    try {
      await followRun(answerId, listener, abort.signal)
    } catch {
      this.#growing.lose(conversationId, answerId)
    } finally {
      if (this.#runs.get(answerId) === abort) this.#runs.delete(answerId)
    }
  }

  /** Undoes an optimistic turn that the site did not take, and gives the text back, with what waits behind it. */
  #takeBack(
    request: SendRequest,
    key: string,
    failure: Pick<SendFailure, 'reason' | 'detail' | 'retryAt'>,
  ): void {
    const { answerId, conversationId } = request
    this.#unstored.delete(answerId)
    if (request.kind === 'continue') {
      this.#takeBackContinuation(request, failure)
      return
    }
    const asked = this.#outgoingOf(request)
    const behind = this.unsent.behind(answerId)
    const { messages, queue = [] } = this.#state.views[conversationId] ?? {}
    let state = withoutTurn(this.#state, request, this.#branches.leafBefore(answerId))
    const isBack = new Set(behind.map(({ questionId }) => questionId))
    if (messages && isBack.size > 0)
      state = withView(state, conversationId, { queue: queue.filter(({ id }) => !isBack.has(id)) })
    this.#set(key === NEW ? withoutView(state, conversationId) : state)
    const why =
      request.kind === 'ask' ? failure : { ...failure, ...because('notRegenerated', failure.reason) }
    this.giveBack(key, [...(asked ? [asked] : []), ...behind], { ...why, conversationId })
  }

  #takeBackContinuation({ conversationId, answerId }: Continue, why: ReturnType<typeof failureOf>): void {
    const before = this.#continued.get(answerId)
    this.#continued.delete(answerId)
    const state = before ? withMessages(this.#state, conversationId, [before]) : this.#state
    const failure = { ...why, ...because('notContinued', why.reason), text: '', files: [], conversationId }
    this.#set(withFailure(state, conversationId, failure))
  }

  #connected(answerId: string): (connected: boolean) => void {
    return (connected) => {
      const others = this.#state.detachedIds.filter((id) => id !== answerId)
      if (connected && others.length === this.#state.detachedIds.length) return
      this.#set({ ...this.#state, detachedIds: connected ? others : [...others, answerId] })
    }
  }

  #set(state: ChatState): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

const because = (reason: 'notRegenerated' | 'notContinued', why: SendFailure['reason']) => ({
  reason,
  because: why,
})
