import { unwatchFile, watchFile } from 'node:fs'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { type KeySource, KeySourceError, keysIn } from './key-source.ts'

/** Looked at rather than listened to: network disks tell nothing, and Kubernetes swaps a link two directories up. */
const LOOK_EVERY_MS = 2_000

/** A file with keys: a Docker or Kubernetes secret, or one that an operator writes. */
export function createFileSource(file: string, { lookEveryMs = LOOK_EVERY_MS } = {}): KeySource {
  const read = () => readFile(file, 'utf8').catch((cause) => fail('not_found', 'that cannot be read', cause))
  return {
    kind: 'file',
    load: async () => keysIn(await read()),
    async rewrite(edit) {
      const before = await read()
      const after = edit(before)
      if (after !== before) await replaceFile(file, after)
    },
    watch(onChange) {
      watchFile(file, { interval: lookEveryMs, persistent: false }, onChange)
      return () => unwatchFile(file, onChange)
    },
  }
}

/** All or nothing where the directory lets us; a file that Docker mounted alone can only be written in its place. */
async function replaceFile(file: string, text: string): Promise<void> {
  const part = `${file}.part`
  try {
    const { mode } = await stat(file)
    await writeFile(part, text, { mode: mode & 0o777 })
    await rename(part, file)
  } catch {
    await rm(part, { force: true }).catch(() => undefined)
    await writeFile(file, text).catch((cause) => fail('read_only', 'that cannot be written', cause))
  }
}

function fail(code: 'not_found' | 'read_only', what: string, cause: unknown): never {
  const system = cause instanceof Error && 'code' in cause ? cause.code : 'unknown'
  throw new KeySourceError(code, `names a file ${what} (${system})`)
}
