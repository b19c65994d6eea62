// `npm run backup [-- file]`: writes everything the site keeps into one file; the site may run meanwhile.
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type BackupSum, dumpDatabase } from '#lib/db/backup/dump-database.ts'
import { connectDatabase } from '#lib/db/database.ts'
import { loadSettings } from '#server/settings.ts'
import { endWith } from './end-with.ts'

const root = path.resolve(import.meta.dirname, '..')

await endWith(async () => {
  const config = loadSettings(root, false)
  const stamp = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:]/g, '')
    .replace('T', '-')
  const file = path.resolve(
    process.argv[2] ?? path.join(config.DATA_DIR, 'backups', `tain-${stamp}.ndjson.gz`),
  )
  await mkdir(path.dirname(file), { recursive: true })
  const db = connectDatabase(config)
  const unfinished = `${file}.part`
  try {
    let sum: BackupSum | undefined
    const lines = async function* () {
      const dump = dumpDatabase(db)
      for (let next = await dump.next(); ; next = await dump.next()) {
        if (next.done) {
          sum = next.value
          return
        }
        yield `${next.value}\n`
      }
    }
    // It holds conversations and password hashes: for its owner only.
    await pipeline(Readable.from(lines()), createGzip(), createWriteStream(unfinished, { mode: 0o600 }))
    await rename(unfinished, file)
    console.log(`\n  Wrote ${file}`)
    for (const [table, count] of Object.entries(sum?.rows ?? {}))
      if (count > 0) console.log(`    ${table.padEnd(16)}${count}`)
    console.log(`  SHA-256 of the content: ${sum?.sha256}\n`)
  } finally {
    await rm(unfinished, { force: true })
    await db.destroy()
  }
})
