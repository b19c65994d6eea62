import { unwatchFile, watchFile } from 'node:fs'
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
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
      // What changed between the first reading and the first look is seen by neither.
      const first = setTimeout(onChange, lookEveryMs)
      first.unref()
      return () => {
        clearTimeout(first)
        unwatchFile(file, onChange)
      }
    },
  }
}

/** What says that a directory lets nobody put a file in another's place; Docker mounts a secret alone (EBUSY). */
const IN_PLACE_ONLY = new Set(['EBUSY', 'EXDEV', 'EACCES', 'EPERM', 'EROFS'])

/** All or nothing where the directory lets us. A disk that is full leaves the keys that are there. */
async function replaceFile(file: string, text: string): Promise<void> {
  const part = `${file}.part`
  try {
    const { mode } = await stat(file)
    await writeFile(part, text, { mode: mode & 0o777 })
    await rename(part, file)
  } catch (cause) {
    await rm(part, { force: true }).catch(() => undefined)
    if (!IN_PLACE_ONLY.has(codeOf(cause))) fail('read_only', 'that cannot be written', cause)
    await overwrite(file, text).catch((inner) => fail('read_only', 'that cannot be written', inner))
  }
}

/** Emptied only behind the new text: an empty file would be no keys at all. */
async function overwrite(file: string, text: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    const bytes = Buffer.from(text)
    await handle.write(bytes, 0, bytes.length, 0)
    await handle.truncate(bytes.length)
  } finally {
    await handle.close()
  }
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'

function fail(code: 'not_found' | 'read_only', what: string, cause: unknown): never {
  throw new KeySourceError(code, `names a file ${what} (${codeOf(cause)})`)
}
