import type { Message } from '#lib/chat/contract.ts'
import { leafBelow, pathTo } from '#lib/chat/message-tree.ts'
import { isTemporary } from '../temporary/temporary-id.ts'

type Tree = readonly Pick<Message, 'id' | 'parentId'>[]

/**
 * Which alternative was shown last wherever a conversation forks, so that who comes back to a branch finds it as it was left. Kept for as
 * long as the tab lives; without storage for as long as the page does.
 */
export class ShownBranches {
  /** By conversation: the child by its parent. */
  readonly #shown = new Map<string, Map<string, string>>()
  /** Leaves by the answers that took their place. */
  readonly #before = new Map<string, string>()

  /** Notes the branch that ends in `leafId`, before another is shown. */
  note(conversationId: string, messages: Tree, leafId: string | null): void {
    const shown = this.#of(conversationId)
    const forks = forksOf(messages)
    for (const { id, parentId } of pathTo(messages, leafId)) {
      if (parentId !== null && forks.has(parentId)) shown.set(parentId, id)
    }
    keep(conversationId, shown)
  }

  /** The leaf where one arrives below `messageId`: that which was shown there last, and where none was the newest. */
  leafBelow(conversationId: string, messages: Tree, messageId: string): string {
    return leafBelow(messages, messageId, this.#of(conversationId))
  }

  /** Notes the leaf that is shown before `answerId` is asked for. */
  leaveFor(answerId: string, leafId: string | null | undefined): void {
    if (leafId) this.#before.set(answerId, leafId)
  }

  /** What was shown before `answerId` was asked for; told once. */
  leafBefore(answerId: string): string | undefined {
    const leafId = this.#before.get(answerId)
    this.#before.delete(answerId)
    return leafId
  }

  #of(conversationId: string): Map<string, string> {
    const shown = this.#shown.get(conversationId) ?? new Map(load(conversationId))
    this.#shown.set(conversationId, shown)
    return shown
  }
}

/** The messages that have several children. */
function forksOf(messages: Tree): ReadonlySet<string> {
  const parents = new Set<string>()
  const forks = new Set<string>()
  for (const { parentId } of messages) {
    if (parentId === null) continue
    if (parents.has(parentId)) forks.add(parentId)
    parents.add(parentId)
  }
  return forks
}

const nameOf = (conversationId: string) => `tain:shown:${conversationId}`

function load(conversationId: string): [string, string][] {
  try {
    // Written by `keep`, the only writer of this name.
    return JSON.parse(sessionStorage.getItem(nameOf(conversationId)) ?? '[]') as [string, string][]
  } catch {
    return []
  }
}

function keep(conversationId: string, shown: ReadonlyMap<string, string>): void {
  if (shown.size === 0 || isTemporary(conversationId)) return
  try {
    sessionStorage.setItem(nameOf(conversationId), JSON.stringify([...shown]))
  } catch {
    // Storage is refused or full; the page still knows.
  }
}
