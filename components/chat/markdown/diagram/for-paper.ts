import { COMMAND } from '../../palette/command-key.ts'

/** Longer nobody waits for a dialog; what is not drawn by then prints as its source. */
const PATIENCE_MS = 5_000

/** The places whose diagrams nobody has come near yet, with what begins to draw them. */
const undrawn = new Map<HTMLElement, () => void>()
let isPreparing = false

/**
 * Has a place's diagram drawn before the page is printed, however far away it is: the key for printing waits until it is there.
 * Nothing can wait where the browser's own menu prints; then it is drawn for the next time. Returns how to call it off.
 */
export function drawForPaper(place: HTMLElement, draw: () => void): () => void {
  if (undrawn.size === 0) {
    window.addEventListener('keydown', onKey)
    window.addEventListener('beforeprint', drawAll)
  }
  undrawn.set(place, draw)
  return () => {
    undrawn.delete(place)
    if (undrawn.size > 0) return
    window.removeEventListener('keydown', onKey)
    window.removeEventListener('beforeprint', drawAll)
  }
}

function drawAll(): void {
  for (const draw of undrawn.values()) draw()
}

function onKey(event: KeyboardEvent): void {
  const isCommand = COMMAND === '⌘' ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey
  if (!isCommand || event.shiftKey || event.altKey || event.key.toLowerCase() !== 'p') return
  event.preventDefault()
  if (!isPreparing) void printDrawn()
}

async function printDrawn(): Promise<void> {
  isPreparing = true
  const until = performance.now() + PATIENCE_MS
  drawAll()
  // Also those which a reader came near just now.
  const places = [...document.querySelectorAll('[data-diagram]')]
  while (performance.now() < until && !places.every(isDrawn)) await new Promise(requestAnimationFrame)
  isPreparing = false
  window.print()
}

/** Its picture is there, or the sentence that says why there is none. */
function isDrawn(place: Element): boolean {
  const image = place.querySelector('img')
  return image ? image.complete : !place.isConnected || place.querySelector('.diagram-error') !== null
}
