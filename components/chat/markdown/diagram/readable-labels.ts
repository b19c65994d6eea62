/** Above this luminance (WCAG) black is read better than white. */
const BRIGHT = 0.18
const INK = { onBright: '#1b1f26', onDark: '#f3f5f7' }

/**
 * Sources colour a node (`style A fill:#f9f`) and leave its label as it is: in a dark scheme that is white on pale. Labels of such
 * nodes get the ink that can be read on them, unless the source says which.
 */
export function readableLabels(svg: SVGSVGElement): void {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return
  for (const node of svg.querySelectorAll('.node, .cluster')) {
    const shape = node.querySelector<SVGElement>(
      ':scope > [style*="fill"], :scope > g:not(.label) > [style*="fill"]',
    )
    const fill = shape?.style.fill
    if (!fill || fill === 'none') continue
    context.fillStyle = '#000000'
    context.fillStyle = fill
    const ink = inkOn(context.fillStyle)
    for (const text of node.querySelectorAll<SVGElement>('text')) {
      if (ink && !text.style.fill) text.style.setProperty('fill', ink, 'important')
    }
  }
}

function inkOn(colour: string): string | undefined {
  const parts = /^#(..)(..)(..)$/.exec(colour)?.slice(1)
  if (!parts) return undefined
  const [red = 0, green = 0, blue = 0] = parts.map((part) => {
    const share = Number.parseInt(part, 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > BRIGHT ? INK.onBright : INK.onDark
}
