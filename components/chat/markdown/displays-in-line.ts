import type { MarkdownNode } from './html-as-text.ts'

interface Formula extends MarkdownNode {
  data?: { hProperties?: { className?: string[] } }
  position?: { start: { offset?: number } }
}

interface Element extends MarkdownNode {
  properties?: { className?: unknown }
}

/** Where a formula has to stay in its line. */
const IN_LINE = new Set(['heading', 'table', 'link'])
/** The sanitizer between the two plugins lets a language through, and no other class of code. */
const DISPLAY = 'language-display'

/**
 * A remark plugin, and {@link setDisplays} is the rehype plugin that goes with it. A display that was written within a line, which
 * `math-text.ts` puts between three dollars, is set on a line of its own, as by LaTeX and Pandoc.
 */
export function findDisplays() {
  return (tree: MarkdownNode, file: { value: unknown }): void => find(tree, String(file.value))
}

function find(node: Formula, source: string): void {
  const { offset } = node.position?.start ?? {}
  if (node.type === 'inlineMath' && offset !== undefined && source.startsWith('$$$', offset)) {
    node.data = { ...node.data, hProperties: { className: ['language-math', DISPLAY] } }
  }
  if (IN_LINE.has(node.type)) return
  for (const child of node.children ?? []) find(child, source)
}

export function setDisplays() {
  return set
}

function set(node: Element): void {
  const { properties, children = [] } = node
  const classes = properties?.className
  if (properties && Array.isArray(classes) && classes.includes(DISPLAY))
    properties.className = ['math-display']
  for (const child of children) set(child)
}
