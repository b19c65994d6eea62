import { SaxesParser } from 'saxes'
import { OfficeProblem } from './office-problem.ts'

/**
 * An element with all that is in it. Names come without their prefix, which each program chooses for itself (`w:p`, `p`,
 * `x:row`); attributes keep theirs.
 */
export interface XmlElement {
  name: string
  attributes: Readonly<Record<string, string>>
  children: XmlNode[]
}
export type XmlNode = XmlElement | string

/** Deeper than any document, and less deep than what reads it can bear. */
const MAX_DEPTH = 400
/** In one element that is handed out as a whole: a table of about 50,000 cells. */
const MAX_NODES = 1_000_000
/** What is drawn where a reader does not know the newer way, which stands beside it. */
const isFallback = ({ name }: XmlElement) => name === 'Fallback'
/** Parsed at a time, in one to two milliseconds. */
const PIECE_BYTES = 32_768
/** After so much work the page gets to do its own. */
const SLICE_MS = 8

export interface ElementsToo {
  /** Of these only the head comes, when they open: they are too long for one, and what is in them comes after it. */
  heads?: readonly string[]
  /** What is passed over with all that is in it. */
  isLeftOut?: (element: XmlElement) => boolean
}

/**
 * The outermost elements of the given names, each as soon as it is complete, so that a part of any length needs the memory
 * of one. Nothing outside the part is ever loaded, and entities that it declares are not known here: XML's own five are
 * all there are. Throws {@link OfficeProblem} `broken` for what is no XML.
 */
export async function* elementsIn(
  bytes: AsyncIterable<Uint8Array>,
  names: readonly string[],
  { heads = [], isLeftOut = isFallback }: ElementsToo = {},
): AsyncGenerator<XmlElement> {
  const tree = new TreeBuilder(new Set(names), new Set(heads), isLeftOut)
  let decoder: TextDecoder | undefined
  let sliceEnds = performance.now() + SLICE_MS
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(encodingOf(chunk))
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      tree.write(decoder.decode(chunk.subarray(at, at + PIECE_BYTES), { stream: true }))
      yield* tree.take()
      if (performance.now() < sliceEnds) continue
      await letThePageWork()
      sliceEnds = performance.now() + SLICE_MS
    }
  }
  // A part that is not there has no elements; one that is there has an end.
  if (!decoder) return
  tree.end()
  yield* tree.take()
}

class TreeBuilder {
  readonly #parser = new SaxesParser({ xmlns: false, position: false })
  /** The element that is being read and those around it, from the outermost that is wanted. */
  readonly #open: XmlElement[] = []
  #complete: XmlElement[] = []
  #depth = 0
  #nodes = 0
  /** The depth at which what is left out began. */
  #leftOutAt = Number.POSITIVE_INFINITY

  constructor(
    wanted: ReadonlySet<string>,
    heads: ReadonlySet<string>,
    isLeftOut: (element: XmlElement) => boolean,
  ) {
    const parser = this.#parser
    parser.on('error', (error) => {
      throw new OfficeProblem('broken', { cause: error })
    })
    parser.on('opentag', (tag) => {
      if (++this.#depth > MAX_DEPTH) throw new OfficeProblem('broken')
      if (!this.#isReading()) return
      const element = { name: withoutPrefix(tag.name), attributes: tag.attributes, children: [] }
      if (isLeftOut(element)) {
        this.#leftOutAt = this.#depth
        return
      }
      if (this.#open.length === 0) {
        if (heads.has(element.name)) this.#complete.push(element)
        if (!wanted.has(element.name)) return
      }
      this.#add(element)
      this.#open.push(element)
    })
    parser.on('closetag', () => {
      const isReading = this.#isReading()
      if (this.#depth-- === this.#leftOutAt) this.#leftOutAt = Number.POSITIVE_INFINITY
      if (!isReading) return
      const element = this.#open.pop()
      if (!element || this.#open.length > 0) return
      this.#complete.push(element)
      this.#nodes = 0
    })
    parser.on('text', (text) => this.#add(text))
    parser.on('cdata', (text) => this.#add(text))
  }

  write(text: string): void {
    this.#parser.write(text)
  }

  end(): void {
    this.#parser.close()
  }

  take(): XmlElement[] {
    const complete = this.#complete
    this.#complete = []
    return complete
  }

  #isReading = () => this.#leftOutAt === Number.POSITIVE_INFINITY

  #add(node: XmlNode): void {
    const parent = this.#open.at(-1)
    if (!parent || !this.#isReading()) return
    if (++this.#nodes > MAX_NODES) throw new OfficeProblem('unfolds')
    parent.children.push(node)
  }
}

const withoutPrefix = (name: string) => name.slice(name.indexOf(':') + 1)

const encodingOf = ([first, second]: Uint8Array) =>
  first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'

/** Lets what waits (a key, a frame) come first. Not a timer, which would make a page in the background wait a second. */
function letThePageWork(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** Elements that stand directly in this one, of this name if there is one. */
export const childrenOf = (element: XmlElement | undefined, name?: string): XmlElement[] =>
  element?.children.filter(
    (child): child is XmlElement => typeof child !== 'string' && (name === undefined || child.name === name),
  ) ?? []

/** The first element along a path of names: `childOf(paragraph, 'pPr', 'numPr')`. */
export function childOf(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let at = element
  for (const name of path) at = childrenOf(at, name)[0]
  return at
}

/** All elements of a name in this one, at any depth, in their order; what is inside one of them is not looked for. */
export function* within(element: XmlElement, name: string): Generator<XmlElement> {
  for (const child of childrenOf(element)) {
    if (child.name === name) yield child
    else yield* within(child, name)
  }
}

/** All text in an element. */
export const textOf = (node: XmlNode): string =>
  typeof node === 'string' ? node : node.children.map(textOf).join('')

/** An attribute, whatever its prefix; one without any comes first. */
export function attributeOf(element: XmlElement | undefined, name: string): string | undefined {
  return element && (element.attributes[name] ?? prefixedOf(element, name))
}

/** An attribute that has a prefix: beside the `id` of a slide stands the `r:id` of its part. */
export function prefixedOf({ attributes }: XmlElement, name: string): string | undefined {
  for (const key in attributes) if (key.endsWith(`:${name}`)) return attributes[key]
  return undefined
}
