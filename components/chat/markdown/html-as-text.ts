/** The part of a Markdown tree (mdast) that the site's own plugins look at. */
export interface MarkdownNode {
  type: string
  value?: string
  children?: MarkdownNode[]
}

const HARMLESS = new Set(
  'b br del details em i ins kbd li mark ol p q s small strong sub summary sup u ul'.split(' '),
)

/**
 * A remark plugin. HTML in an answer is shown as the text it is, but for a few harmless tags that models use in prose
 * (`<br>`, `<sub>`…): a sanitizer would swallow the rest, and with it words that were written.
 */
export function htmlAsText() {
  return (tree: MarkdownNode): void => spell(tree, false)
}

function spell(node: MarkdownNode, inText: boolean): void {
  const holdsText =
    inText || node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell'
  // A node without children must not be given any: plugins take those that have them for parents.
  if (!node.children) return
  node.children = node.children.map((child) => {
    spell(child, holdsText)
    if (child.type !== 'html' || isHarmless(child.value ?? '')) return child
    const text = { type: 'text', value: child.value ?? '' }
    return holdsText ? text : { type: 'paragraph', children: [text] }
  })
}

function isHarmless(html: string): boolean {
  const tags = html.match(/<[^>]*>?/g) ?? []
  return tags.every((tag) => {
    const name = /^<\/?([a-z]+[0-9]?)\s*\/?>$/i.exec(tag)?.[1]
    return name !== undefined && HARMLESS.has(name.toLowerCase())
  })
}
