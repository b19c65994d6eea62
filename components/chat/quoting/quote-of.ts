import { copiedOf } from './copied-of.ts'

/** What is selected, as a Markdown quotation with formulas in their TeX; empty when that is no text. */
export function quoteOf(range: Range): string {
  const text = copiedOf(range)
    .text.replace(/\n{3,}/g, '\n\n')
    .trim()
  return text === '' ? '' : text.replace(/^/gm, '> ').replace(/^> $/gm, '>')
}
