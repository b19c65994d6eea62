import type { RunEvent } from '#lib/chat/contract.ts'
import type { Increment } from '#lib/chat/parts.ts'
import { afterFirstWords } from '../messages/after-first-words.ts'
import {
  type ChatState,
  changeMessage,
  withConversation,
  withIncrements,
  withMessages,
} from './chat-state.ts'
import { createFrameBatch } from './frame-batch.ts'

/** The store, as far as answers that are being written change it. */
interface Store {
  getState(): ChatState
  update(change: (state: ChatState) => ChatState): void
  refresh(conversationId: string): Promise<void>
}

/** What the events of answers make of the state: a first word shows at once, others frame by frame, and an end when all of them do. */
export class GrowingAnswers {
  readonly #store: Store
  readonly #grown = new Map<string, { conversationId: string; increments: Increment[] }>()
  readonly #batch = createFrameBatch(() => this.#applyGrowth())
  /** When an answer ended while this page watched, by its own clock. */
  readonly #endedAt = new Map<string, number>()
  /** What the beginnings of answers still change, in their order. */
  #soon: { change: (state: ChatState) => ChatState; callOff: () => void }[] = []

  constructor(store: Store) {
    this.#store = store
  }

  endedAt(answerId: string): number | undefined {
    return this.#endedAt.get(answerId)
  }

  onEvent(conversationId: string, answerId: string, event: RunEvent): void {
    switch (event.type) {
      case 'start':
        this.#grown.delete(answerId)
        this.#store.update((state) =>
          withMessages(withConversation(state, event.conversation), conversationId, [event.message]),
        )
        break
      case 'preview':
        // One image is made at a time.
        this.#store.update((state) => ({ ...state, previews: { [event.callId]: event.image } }))
        break
      case 'end':
        this.#end(conversationId, answerId, event)
        break
      default: {
        const waiting = this.#grown.get(answerId) ?? { conversationId, increments: [] }
        waiting.increments.push(event)
        this.#grown.set(answerId, waiting)
        this.#batch.schedule()
      }
    }
  }

  /** The site no longer knows the run; what arrived stays, and can be generated anew. */
  lose(conversationId: string, answerId: string): void {
    this.onEvent(conversationId, answerId, { type: 'end', status: 'interrupted', error: null, model: null })
  }

  /** Changes the state when the first words of an answer that has just begun have had their turn, or it has ended. */
  changeSoon(change: (state: ChatState) => ChatState): void {
    this.#soon.push({ change, callOff: afterFirstWords(() => this.#changeNow()) })
  }

  dispose(): void {
    for (const { callOff } of this.#soon) callOff()
  }

  #end(conversationId: string, answerId: string, end: Extract<RunEvent, { type: 'end' }>): void {
    this.#batch.flush()
    this.#changeNow()
    const { status, error, model, contextFrom } = end
    this.#endedAt.set(answerId, Date.now())
    this.#store.update((state) => {
      const known = withConversation(state, end.conversation ?? null)
      const ended = changeMessage(known, conversationId, answerId, (message) => ({
        ...message,
        status,
        error,
        model: model ?? message.model,
        ...(contextFrom && { contextFrom }),
      }))
      return { ...ended, previews: {}, announcement: status }
    })
    const queue = this.#store.getState().views[conversationId]?.queue ?? []
    if (end.nextId !== undefined || queue.length > 0) void this.#store.refresh(conversationId)
  }

  #changeNow(): void {
    const soon = this.#soon
    this.#soon = []
    for (const { callOff } of soon) callOff()
    if (soon.length === 0) return
    this.#store.update((state) => soon.reduce((now, { change }) => change(now), state))
  }

  #applyGrowth(): void {
    this.#store.update((before) => {
      let state = before
      for (const [answerId, { conversationId, increments }] of this.#grown) {
        state = changeMessage(state, conversationId, answerId, (message) =>
          withIncrements(message, increments),
        )
      }
      return state
    })
    this.#grown.clear()
  }
}
