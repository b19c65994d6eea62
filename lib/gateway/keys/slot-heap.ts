/** An element of a {@link SlotHeap}: it keeps its own place there, -1 outside, so that finding it costs nothing. */
export interface HeapItem {
  heapIndex: number
}

/**
 * A binary heap whose elements can be moved when what orders them has changed: `before` says which of two comes first.
 * Every operation costs a number of comparisons that grows with the logarithm of the size.
 */
export class SlotHeap<T extends HeapItem> {
  readonly #items: T[] = []
  readonly #before: (a: T, b: T) => boolean

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before
  }

  get size(): number {
    return this.#items.length
  }

  /** The first element, or the first of those that `excluded` does not reject; it is asked about few more than it rejects. */
  first(excluded?: (item: T) => boolean): T | undefined {
    const top = this.#items[0]
    if (!top || !excluded?.(top)) return top
    // Below an element that is not excluded nothing comes earlier, so only the children of excluded ones are looked at.
    let best: T | undefined
    const open = [0]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const item = this.#items[at]
      if (!item) continue
      if (excluded(item)) open.push(2 * at + 1, 2 * at + 2)
      else if (!best || this.#before(item, best)) best = item
    }
    return best
  }

  /** Puts an element in its place, whether it is new or has changed. */
  place(item: T): void {
    if (item.heapIndex === -1) {
      item.heapIndex = this.#items.length
      this.#items.push(item)
    }
    this.#down(this.#up(item.heapIndex))
  }

  remove(item: T): void {
    const at = item.heapIndex
    if (at === -1) return
    item.heapIndex = -1
    const last = this.#items.pop()
    if (last === undefined || last === item) return
    this.#set(at, last)
    this.#down(this.#up(at))
  }

  #up(from: number): number {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#isBefore(at, parent)) break
      this.#swap(at, parent)
      at = parent
    }
    return at
  }

  #down(from: number): void {
    let at = from
    for (;;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#isBefore(child, least)) least = child
      }
      if (least === at) return
      this.#swap(at, least)
      at = least
    }
  }

  #isBefore(a: number, b: number): boolean {
    return this.#before(this.#at(a), this.#at(b))
  }

  #swap(a: number, b: number): void {
    const first = this.#at(a)
    this.#set(a, this.#at(b))
    this.#set(b, first)
  }

  #at(index: number): T {
    return this.#items[index] as T // all callers stay within the array
  }

  #set(index: number, item: T): void {
    this.#items[index] = item
    item.heapIndex = index
  }
}
