import mermaid from 'mermaid'
import { type Drawing, harmlessSvg } from './harmless-svg.ts'
import { type Scheme, themeVariables } from './theme-variables.ts'

/** Longer sources are not drawn: laying them out would hold up the page. */
const MAX_CHARS = 20_000
const MAX_KEPT = 40

/** Drawn before, by scheme and source: branches are switched, and messages rendered again. */
const kept = new Map<string, Promise<Drawing>>()
/** One after the other: the library has one configuration for all. */
let last: Promise<unknown> = Promise.resolve()
let count = 0

/**
 * Draws Mermaid's language. Rejects with an error whose message says what is wrong with the source. What comes out is to
 * be shown as an image (`<img>`): in one nothing runs and nothing is loaded, whatever the source says.
 */
export function drawDiagram(source: string, scheme: Scheme): Promise<Drawing> {
  const key = `${scheme}\n${source}`
  const known = kept.get(key)
  if (known) return known
  const drawing = last.then(() => draw(source, scheme))
  last = drawing.catch(() => undefined)
  kept.set(key, drawing)
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value ?? '')
  return drawing
}

async function draw(source: string, scheme: Scheme): Promise<Drawing> {
  if (source.length > MAX_CHARS) throw new Error(`More than ${MAX_CHARS.toLocaleString('en')} characters.`)
  if (LOADS.test(source)) throw new Error('It would load something from another address.')
  mermaid.initialize(configFor(scheme))
  // Texts are measured where nobody sees it.
  const bench = document.createElement('div')
  bench.inert = true
  bench.style.cssText =
    'position:fixed;left:-200vw;top:0;width:44rem;visibility:hidden;contain:strict;height:60rem'
  document.body.append(bench)
  // Blocks are written down as JSON for a log, with the page's root in them, where what React keeps goes round in circles.
  Object.defineProperty(document.documentElement, 'toJSON', { value: () => null, configurable: true })
  try {
    count += 1
    const { svg } = await mermaid.render(`diagram-${count}`, source, bench)
    return harmlessSvg(svg)
  } finally {
    bench.remove()
  }
}

/** The page's policy stops these anyhow; refused here, they are not even tried. */
const LOADS =
  /@import|url\s*\(\s*["']?\s*(?!#)|\bimg\s*:|<(?:img|image|iframe|script|object|embed|link|style)\b/i

function configFor(scheme: Scheme): Parameters<typeof mermaid.initialize>[0] {
  return {
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    htmlLabels: false,
    flowchart: { htmlLabels: false, useMaxWidth: false },
    theme: 'base',
    // Grounds that a source chose are pale, and what is written on them is not.
    ...(scheme === 'dark' && { themeCSS: 'rect.rect { fill-opacity: 0.2; }' }),
    themeVariables: themeVariables(scheme),
    fontFamily: FONT,
    // What a source cannot set with a directive of its own: how it is secured, and the look, which is the page's.
    secure: [
      'secure',
      'securityLevel',
      'startOnLoad',
      'maxTextSize',
      'maxEdges',
      'suppressErrorRendering',
      'htmlLabels',
      'flowchart',
      'dompurifyConfig',
      'theme',
      'themeVariables',
      'themeCSS',
      'fontFamily',
      'altFontFamily',
      'darkMode',
    ],
  }
}

const FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
