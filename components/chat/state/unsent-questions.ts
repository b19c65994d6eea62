import type { FilePart } from '#lib/chat/parts.ts'
import { dropOutgoing, keepOutgoing, loadOutgoing, type Outgoing } from './drafts.ts'
import { type Ask, askAgain } from './unsent.ts'

/**
 * Questions that were sent and not acknowledged, one for each conversation key, and in the browser for as long as that is so; the same text
 * sent again reuses the ids.
 */
export class UnsentQuestions {
  readonly #asks = new Map<string, Ask>()
  /** Those that were asked in place of others and came back. */
  readonly #returned = new Map<string, Ask>()

  of(key: string): Ask | undefined {
    return this.#asks.get(key)
  }

  find(questionId: string): [key: string, ask: Ask] | undefined {
    return [...this.#asks].find(([, ask]) => ask.questionId === questionId)
  }

  keep(key: string, ask: Ask, files: readonly FilePart[]): void {
    this.#asks.set(key, ask)
    keepOutgoing(key, { ...ask, files })
  }

  /** The site has it, if it is that of `answerId`. */
  settle(key: string, answerId: string): void {
    if (this.#asks.get(key)?.answerId !== answerId) return
    this.stop(key)
    dropOutgoing(key)
  }

  /** A person stopped it: sent again it is another. */
  stop(key: string): void {
    this.#asks.delete(key)
  }

  /** Its text goes back to its writer; `isElsewhere`: it was asked in place of another. */
  giveBack(key: string, ask: Ask, isElsewhere: boolean): void {
    dropOutgoing(key)
    if (isElsewhere) this.#returned.set(key, ask)
  }

  /** Where a text that came back is to go when it is asked as it is: where it was to go, and not to the end. Told once. */
  placeOf(key: string, text: string): Pick<Ask, 'parentId'> | undefined {
    const ask = this.#returned.get(key)
    this.#returned.delete(key)
    return ask?.text === text ? ask : undefined
  }

  /** What an earlier page was sending when it ended, or another tab is sending, unless the site has it. */
  recover(key: string, isKnown: (outgoing: Outgoing) => boolean): Outgoing | null {
    const outgoing = loadOutgoing(key)
    if (!outgoing || this.#asks.has(key)) return null
    dropOutgoing(key)
    if (isKnown(outgoing)) return null
    this.#asks.set(key, askAgain(outgoing))
    return outgoing
  }
}
