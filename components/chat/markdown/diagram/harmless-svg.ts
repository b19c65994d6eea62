import { readableLabels } from './readable-labels.ts'

/** A diagram as a picture of its own, in pixels of CSS. */
export interface Drawing {
  svg: string
  width: number
  height: number
}

const ACTIVE =
  'script, iframe, object, embed, link, meta, base, form, image, feImage, audio, video, animate, set, handler'

/**
 * Takes out of a drawing all that could act or load when its file is opened by itself, and gives it a size. In the page
 * it is an image, in which none of that works. Throws when there is no drawing.
 */
export function harmlessSvg(markup: string): Drawing {
  // Parsed in a document that runs nothing; as HTML, since labels may have unclosed tags.
  const page = new DOMParser().parseFromString(markup, 'text/html')
  const svg = page.querySelector('svg')
  if (!svg) throw new Error('Nothing was drawn.')
  for (const element of svg.querySelectorAll(ACTIVE)) element.remove()
  for (const link of svg.querySelectorAll('a')) link.replaceWith(...link.childNodes)
  for (const element of [svg, ...svg.querySelectorAll('*')]) cleanAttributes(element)
  for (const style of svg.querySelectorAll('style')) {
    if (LOADS.test(style.textContent ?? '')) style.remove()
  }
  centreStates(svg)
  thinDates(svg)
  readableLabels(svg)
  const { width, height } = sizeOf(svg)
  svg.removeAttribute('style')
  svg.setAttribute('width', String(width))
  svg.setAttribute('height', String(height))
  return { svg: new XMLSerializer().serializeToString(svg), width, height }
}

/** An address that is no place in the drawing itself, or a backslash that could hide one. */
const LOADS = /@import|url\(\s*["']?\s*(?!#)|\\[0-9a-f]/i

function cleanAttributes(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    const isAddress = /(?:^|:)(?:href|src|srcset|action|formaction|data)$/i.test(name)
    if (/^on/i.test(name) || (isAddress && !value.startsWith('#')) || LOADS.test(value))
      element.removeAttribute(name)
  }
}

/** Mermaid 12 leaves the labels of short states at the left when they are text. */
function centreStates(svg: SVGSVGElement): void {
  for (const label of svg.querySelectorAll('.statediagram-state > .label')) {
    const y = /^translate\([^,]+,\s*([^)]+)\)$/.exec(label.getAttribute('transform') ?? '')?.[1]
    const text = label.querySelector('text')
    if (y === undefined || !text) continue
    label.setAttribute('transform', `translate(0, ${y})`)
    text.setAttribute('style', 'text-anchor: middle')
  }
}

/** A letter of an axis is about so wide, and so much stands between two dates. */
const DATE_PX = { letter: 6.5, gap: 8 }

/** Mermaid writes all dates under a plan's axis, also over one another. */
function thinDates(svg: SVGSVGElement): void {
  for (const axis of svg.querySelectorAll('.grid')) {
    let end = Number.NEGATIVE_INFINITY
    for (const date of axis.querySelectorAll('.tick > text')) {
      const place = date.parentElement?.getAttribute('transform') ?? ''
      const x = Number(/^translate\(([^,]+),/.exec(place)?.[1])
      const half = ((date.textContent?.length ?? 0) * DATE_PX.letter) / 2
      if (x - half < end + DATE_PX.gap) date.remove()
      else end = x + half
    }
  }
}

function sizeOf(svg: SVGSVGElement): { width: number; height: number } {
  const [, , width = 0, height = 0] = (svg.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number)
  if (width > 0 && height > 0) return { width: Math.ceil(width), height: Math.ceil(height) }
  return {
    width: Math.ceil(Number.parseFloat(svg.getAttribute('width') ?? '') || 600),
    height: Math.ceil(Number.parseFloat(svg.getAttribute('height') ?? '') || 400),
  }
}
