/** Elements between which a reader sees a break. */
const BLOCKS = new Set(
  'address article blockquote br dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre section summary table td th tr ul'.split(
    ' ',
  ),
)

/** Elsewhere a line break of the source is a space to its reader. */
const KEEPS_LINES = 'pre, .bubble, .reasoning-text, .whitespace-pre-wrap'

/** What is on the page but not part of what was written: controls, words for screen readers, the second form of formulas, numbers of sources. */
const NOT_WRITTEN = '[data-control], .sr-only, .katex-mathml, .cited'
/** Beside that, code: spelled out it is of no use to anybody. */
export const UNSPOKEN = `${NOT_WRITTEN}, pre, figcaption`

/**
 * The text of elements as it is read, with a line break between blocks, and the way back from a place in it to the page.
 * It is a snapshot: elements that change afterwards need another one.
 */
export class PageText {
  readonly text: string
  readonly #nodes: readonly Text[]
  /** Where each node begins in `text`, ascending. */
  readonly #starts: readonly number[]

  constructor(roots: Iterable<Element>, skip = NOT_WRITTEN) {
    const nodes: Text[] = []
    const starts: number[] = []
    const pieces: string[] = []
    let length = 0
    const breakLine = () => {
      if (length === 0 || pieces.at(-1)?.endsWith('\n')) return
      pieces.push('\n')
      length += 1
    }
    const take = (node: Node, keepsLines: boolean) => {
      if (node instanceof Text) {
        nodes.push(node)
        starts.push(length)
        pieces.push(keepsLines ? node.data : node.data.replaceAll('\n', ' '))
        length += node.data.length
      } else if (node instanceof Element && !node.matches(skip)) {
        const isBlock = BLOCKS.has(node.localName)
        if (isBlock) breakLine()
        for (const child of node.childNodes) take(child, keepsLines || node.matches(KEEPS_LINES))
        if (isBlock) breakLine()
      }
    }
    for (const root of roots) {
      breakLine()
      take(root, root.closest(KEEPS_LINES) !== null)
    }
    this.text = pieces.join('')
    this.#nodes = nodes
    this.#starts = starts
  }

  /** The place on the page of a stretch of `text`. */
  rangeOf(from: number, to: number): Range {
    const range = document.createRange()
    const [startNode, startAt] = this.#placeOf(from)
    // The end belongs to the node of the last character, not to that behind it.
    const [endNode, endAt] = this.#placeOf(Math.max(from, to - 1))
    range.setStart(startNode, Math.min(startAt, startNode.data.length))
    range.setEnd(endNode, Math.min(endAt + Math.min(1, to - from), endNode.data.length))
    return range
  }

  #placeOf(offset: number): [node: Text, at: number] {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const node = this.#nodes[low]
    if (!node) throw new RangeError('There is no text to point at.')
    return [node, offset - (this.#starts[low] ?? 0)]
  }
}
