import { dropOutgoing, keepOutgoing, loadOutgoing, type Outgoing } from './drafts.ts'

export interface Unsent {
  /** Of the composer that it was sent from. */
  key: string
  outgoing: Outgoing
  /** `back`: its composer is to have it again; `stopped` by a person: sent again it is another. */
  state: 'sent' | 'back' | 'stopped'
}

/**
 * Questions that were sent and not acknowledged, and in the browser for as long as that is so, or until their composer has them back; the
 * same text sent again reuses the ids.
 */
export class UnsentQuestions {
  /** By their ids, in the order of asking. */
  readonly #all = new Map<string, Unsent>()

  /** The one that was sent last from the composer of `key`. */
  of(key: string): Outgoing | undefined {
    return [...this.#all.values()].findLast((one) => one.key === key && one.state !== 'stopped')?.outgoing
  }

  find(questionId: string): Unsent | undefined {
    return this.#all.get(questionId)
  }

  /** Under which key a question below `answerId` belongs as long as the question of that one is on its way. */
  keyBelow(answerId: string | null): string | undefined {
    return this.#sent(({ outgoing }) => outgoing.answerId === answerId)[0]?.key
  }

  /** Those that wait for the question of `answerId` to arrive. */
  behind(answerId: string): Outgoing[] {
    return this.#sent(({ outgoing }) => outgoing.parentId === answerId).map(({ outgoing }) => outgoing)
  }

  keep(key: string, outgoing: Outgoing): void {
    const { questionId } = outgoing
    const before = this.#all.get(questionId)
    if (before && before.key !== key) dropOutgoing(before.key, questionId)
    this.#all.set(questionId, { key, outgoing, state: 'sent' })
    keepOutgoing(key, outgoing)
  }

  /** The site has it, or another is asked in its place. */
  settle(questionId: string): void {
    const one = this.#all.get(questionId)
    this.#all.delete(questionId)
    if (one) dropOutgoing(one.key, questionId)
  }

  /** It goes back to its composer, and stays in the browser until that has {@link taken} it. */
  giveBack(questionId: string, isStopped: boolean): void {
    const one = this.#all.get(questionId)
    if (one) this.#all.set(questionId, { ...one, state: isStopped ? 'stopped' : 'back' })
  }

  /** The composer of `key` has what came back to it. */
  taken(key: string): void {
    for (const [questionId, one] of this.#all) {
      if (one.key === key && one.state !== 'sent') dropOutgoing(key, questionId)
    }
  }

  /** What an earlier page was sending when it ended, or another tab is sending, unless the site has it. */
  recover(key: string, isKnown: (outgoing: Outgoing) => boolean): Outgoing[] {
    const found = loadOutgoing(key).filter(({ questionId }) => !this.#all.has(questionId))
    for (const { questionId } of found) dropOutgoing(key, questionId)
    const unknown = found.filter((outgoing) => !isKnown(outgoing))
    for (const outgoing of unknown) this.#all.set(outgoing.questionId, { key, outgoing, state: 'back' })
    return unknown
  }

  #sent(is: (one: Unsent) => boolean): Unsent[] {
    return [...this.#all.values()].filter((one) => one.state === 'sent' && is(one))
  }
}
