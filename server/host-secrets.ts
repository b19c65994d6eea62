import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * A secret that is made once and kept in the data directory, readable by its owner only. Two processes that start at
 * once agree: the file is made exclusively, and whoever comes second reads it. Throws when the directory is not writable.
 */
export function keepSecret(dataDir: string, name: string, prefix = ''): string {
  mkdirSync(dataDir, { recursive: true })
  const file = path.join(dataDir, name)
  try {
    writeFileSync(file, `${prefix}${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return readFileSync(file, 'utf8').trim()
}
