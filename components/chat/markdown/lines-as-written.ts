import type { MarkdownNode } from './html-as-text.ts'

/**
 * A remark plugin. A line that ends in the source ends on the page. CommonMark makes a space of it, which runs verses, addresses and
 * lists such as “1、… 2、…” together as models write them, and stands between Chinese characters where there is none.
 */
export function linesAsWritten() {
  return breakLines
}

function breakLines(node: MarkdownNode): void {
  // A node without children must not be given any: plugins take those that have them for parents.
  if (!node.children) return
  node.children = node.children.flatMap((child) => {
    breakLines(child)
    return child.type === 'text' && child.value?.includes('\n') ? linesOf(child.value) : [child]
  })
}

function linesOf(text: string): MarkdownNode[] {
  return text.split('\n').flatMap((line, index) => {
    const written = line === '' ? [] : [{ type: 'text', value: line }]
    return index === 0 ? written : [{ type: 'break' }, ...written]
  })
}
