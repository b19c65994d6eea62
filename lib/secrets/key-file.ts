import { readFileSync, unwatchFile, watchFile } from 'node:fs'

/** Looked at rather than listened to: network disks tell nothing, and Kubernetes swaps a link two directories up. */
const LOOK_EVERY_MS = 2_000

/**
 * The keys of a file in the form of OPENAI_API_KEYS. One a line or comma-separated; lines that begin with `#` are
 * remarks. Throws Node's own error when it cannot be read.
 */
export function readKeyFile(file: string): string {
  const lines = readFileSync(file, 'utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join(',')
}

/** Calls `onChange` after the file, or what a link at this path leads to, has changed. Returns how to stop. */
export function watchKeyFile(file: string, onChange: () => void, everyMs = LOOK_EVERY_MS): () => void {
  watchFile(file, { interval: everyMs, persistent: false }, onChange)
  return () => unwatchFile(file, onChange)
}
