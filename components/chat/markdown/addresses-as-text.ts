import type { MarkdownNode } from './html-as-text.ts'

interface Linked extends MarkdownNode {
  url?: string
  alt?: string | null
}

/** Schemes that lead somewhere from a page, and the library's own for a link whose address is arriving. */
const LEADS = /^(?:https?:|mailto:|tel:|streamdown:|[/#?]|\.\.?\/)/i
/** Addresses that nobody reads, or should. */
const SILENT = /^(?:data|javascript|vbscript):/i
/** Where an address that was written without brackets ends in a Chinese text, which has no space there. */
const END = /[。．，、？！：；（）【】「」『』〈〉《》]/

/**
 * A remark plugin. What leads nowhere from a page (`vscode:`, `ftp:`, a path of somebody's repository) is the words and behind them
 * their address, which would be lost otherwise.
 */
export function addressesAsText() {
  return spell
}

function spell(node: MarkdownNode): void {
  // A node without children must not be given any: plugins take those that have them for parents.
  if (!node.children) return
  node.children = node.children.flatMap((child: Linked) => {
    spell(child)
    if (child.type === 'link') return isBare(child) ? endBare(child) : asText(child, child.children ?? [])
    // Without it a reference stays as it was written.
    if (child.type === 'definition') return LEADS.test(child.url ?? '') ? [child] : []
    if (child.type === 'image') return asText(child, [{ type: 'text', value: child.alt ?? '' }])
    return [child]
  })
}

function asText(node: Linked, words: MarkdownNode[]): MarkdownNode[] {
  const { url = '' } = node
  if (LEADS.test(url)) return [node]
  const isSaid = url === '' || SILENT.test(url) || (words.length === 1 && words[0]?.value === url)
  return isSaid ? words : [...words, { type: 'text', value: ` (${url})` }]
}

/** The parser's own end of `www.…` is the next space; for addresses with a scheme a plugin of the library does the same. */
const isBare = ({ url, children }: Linked) =>
  children?.length === 1 && url === `http://${children[0]?.value}` && END.test(url)

function endBare(link: Linked): MarkdownNode[] {
  const text = link.children?.[0]?.value ?? ''
  const end = text.search(END)
  const address = {
    ...link,
    url: `http://${text.slice(0, end)}`,
    children: [{ type: 'text', value: text.slice(0, end) }],
  }
  return [address, { type: 'text', value: text.slice(end) }]
}
