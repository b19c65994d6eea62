/** The first words of an answer come within this time after its question was stored, or much later. */
const WAIT_MS = 100

/** Calls back when the first words of an answer have had their turn on the page. Returns how to call it off. */
export function afterFirstWords(callback: () => void): () => void {
  const timer = setTimeout(callback, WAIT_MS)
  return () => clearTimeout(timer)
}
