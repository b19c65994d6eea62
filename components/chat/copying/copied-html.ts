/** What other programs understand of an element; everything else is this page's own. */
const KEPT = new Set(['href', 'start', 'dir', 'colspan', 'rowspan', 'align'])
/** Controls, and words for screen readers. */
const NOT_COPIED =
  '[data-control], .sr-only, [data-footnotes] > h2, [href^="#user-content-fnref"], style, script'

/** The HTML of rendered answers as other programs paste it: nothing of the page's looks and controls, and each formula once. */
export function cleanHtml(rendered: Iterable<Node>): string {
  const copy = document.createElement('div')
  for (const node of rendered) copy.append(node.cloneNode(true))
  for (const element of copy.querySelectorAll(NOT_COPIED)) element.remove()
  removeComments(copy)
  for (const formula of copy.querySelectorAll('.katex-display, .katex')) putFormula(formula)
  for (const box of copy.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')) {
    box.replaceWith(box.hasAttribute('checked') ? '☑' : '☐')
  }
  for (const image of copy.querySelectorAll('img')) putImage(image)
  for (const line of copy.querySelectorAll('.bubble')) keepLines(line)
  for (const element of copy.querySelectorAll('*')) if (!element.closest('math')) tidy(element)
  return copy.innerHTML
}

/** React's own marks of what came when. */
function removeComments(element: Element): void {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_COMMENT)
  const comments: Node[] = []
  while (walker.nextNode()) comments.push(walker.currentNode)
  for (const comment of comments) comment.parentNode?.removeChild(comment)
}

/** As MathML, which word processors make an equation of; not a second time as the pieces that are seen. */
function putFormula(formula: Element): void {
  const math = formula.querySelector('math')
  if (!math) return
  math.querySelector('annotation')?.remove()
  const line = document.createElement('p')
  const isBlock = formula.matches('.katex-display') && !formula.closest('p')
  formula.replaceWith(isBlock ? line : math)
  if (isBlock) line.append(math)
}

/** Addresses of pictures lead nowhere outside of this page: a diagram is its source then, another picture what it shows. */
function putImage(image: HTMLImageElement): void {
  const figure = image.closest<HTMLElement>('[data-source]')
  const source = document.createElement('pre')
  source.textContent = figure?.dataset.source ?? ''
  if (figure) figure.replaceWith(source)
  else image.replaceWith(image.alt)
}

function keepLines(element: Element): void {
  for (const node of [...element.childNodes]) {
    if (!(node instanceof Text)) continue
    const lines = node.data.split('\n').flatMap((line) => [document.createElement('br'), line])
    node.replaceWith(...lines.slice(1))
  }
}

/** Leaves of an element what means something elsewhere; of one that means nothing, what is in it. */
function tidy(element: Element): void {
  if (element.matches('span, button, figure, section') || isInside(element)) {
    element.replaceWith(...element.childNodes)
    return
  }
  const align = element instanceof HTMLElement && element.style.textAlign
  if (align) element.setAttribute('align', align)
  for (const { name } of [...element.attributes]) if (!KEPT.has(name)) element.removeAttribute(name)
}

/** A link to a place of this page, or to a file that its owner alone may have. */
const isInside = (element: Element) =>
  element.matches('a') && !/^(?:https?:|mailto:|tel:)/i.test(element.getAttribute('href') ?? '')
