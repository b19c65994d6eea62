import { PageText } from '../page-text/page-text.ts'

/** What is selected, as a Markdown quotation with formulas in their TeX; empty when that is no text. */
export function quoteOf(range: Range): string {
  const selected = document.createElement('div')
  selected.append(range.cloneContents())
  for (const formula of selected.querySelectorAll('.katex')) {
    const tex = formula.querySelector('annotation')?.textContent
    if (tex) formula.replaceWith(`$${tex.trim()}$`)
  }
  const text = new PageText([selected]).text.replace(/\n{3,}/g, '\n\n').trim()
  return text === '' ? '' : text.replace(/^/gm, '> ').replace(/^> $/gm, '>')
}
