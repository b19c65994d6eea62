/**
 * A conversation is a tree: messages know their parent, a branch is the way from a leaf to the root. Pure functions over
 * any list of nodes, shared by server and browser. Lists are in the order of creation.
 */
interface Node {
  id: string
  parentId: string | null
}

/** The branch that ends in `leafId`, root first; empty when there is no such message. Cost: the length of the list. */
export function pathTo<T extends Node>(messages: readonly T[], leafId: string | null): T[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const path: T[] = []
  let at = leafId === null ? undefined : byId.get(leafId)
  while (at) {
    path.push(at)
    byId.delete(at.id) // A cycle, which no writer of ours makes, ends here instead of never.
    at = at.parentId === null ? undefined : byId.get(at.parentId)
  }
  return path.reverse()
}

/** The message and its alternatives: all children of its parent, oldest first. */
export function siblingsOf<T extends Node>(messages: readonly T[], id: string): T[] {
  const self = messages.find((message) => message.id === id)
  return self ? messages.filter((message) => message.parentId === self.parentId) : []
}

/**
 * The leaf where one arrives when one switches to the branch of `id`: below it everywhere the child that `shown` names for its parent, and
 * where it names none that there is, the newest.
 */
export function leafBelow<T extends Node>(
  messages: readonly T[],
  id: string,
  shown?: ReadonlyMap<string, string>,
): string {
  const childOf = new Map<string, string>()
  for (const { id: child, parentId } of messages) {
    if (parentId === null) continue
    const wanted = shown?.get(parentId)
    if (wanted === undefined || childOf.get(parentId) !== wanted) childOf.set(parentId, child)
  }
  let at = id
  for (let next = childOf.get(at); next !== undefined; next = childOf.get(at)) {
    childOf.delete(at)
    at = next
  }
  return at
}
