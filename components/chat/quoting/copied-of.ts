import { cleanHtml } from '../copying/copied-html.ts'
import { tsvOf } from '../markdown/table.tsx'
import { PageText } from '../page-text/page-text.ts'

/** What makes sense only around what is selected in it. */
const WRAPPERS = 'ul, ol, table, tbody, thead, tr, pre, code'

/** What is selected in messages, as text and as other programs paste it; without HTML where all of it is plain. */
export function copiedOf(range: Range): { text: string; html?: string } {
  const { commonAncestorContainer: around } = range
  const within = around instanceof Element ? around : around.parentElement
  if (within?.closest('pre, .bubble')) return { text: range.toString() }
  const selected = document.createElement('div')
  selected.append(range.cloneContents())
  for (let element = within; element?.matches(WRAPPERS); element = element.parentElement) {
    const wrapper = element.cloneNode(false)
    if (!(wrapper instanceof Element)) break
    wrapper.append(...selected.childNodes)
    selected.append(wrapper)
  }
  return { html: cleanHtml(selected.childNodes), text: plainOf(selected) }
}

/** With formulas in their TeX, tables as spreadsheets read them, and the signs of lists. */
function plainOf(selected: Element): string {
  for (const formula of selected.querySelectorAll('.katex')) {
    const tex = formula.querySelector('annotation')?.textContent?.trim()
    const sign = formula.closest('.katex-display') ? '$$' : '$'
    if (tex) formula.replaceWith(`${sign}${tex}${sign}`)
  }
  for (const table of selected.querySelectorAll('table')) {
    const rows = document.createElement('pre')
    rows.textContent = tsvOf(table)
    table.replaceWith(rows)
  }
  for (const list of selected.querySelectorAll<HTMLElement>('ul, ol')) {
    const first = Number(list.getAttribute('start') ?? 1)
    for (const [index, item] of [...list.children].entries()) {
      const depth = depthOf(item)
      item.prepend(`${'  '.repeat(depth)}${list.matches('ol') ? `${first + index}.` : '-'} `)
    }
  }
  return new PageText([selected]).text.trim()
}

function depthOf(item: Element): number {
  let depth = 0
  for (let list = item.parentElement?.parentElement?.closest('ul, ol'); list; depth++) {
    list = list.parentElement?.closest('ul, ol')
  }
  return depth
}
