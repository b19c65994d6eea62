// `npm run backup [-- file] [--without-files]`: writes everything the site keeps into one file; the site may run meanwhile.
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { createGzip } from 'node:zlib'
import { openFileStore } from '#lib/chat/files/open-file-store.ts'
import { connectDatabase } from '#lib/db/database.ts'
import { dumpSite, type SiteSum } from '#lib/site-backup/dump-site.ts'
import { loadSettings } from '#server/settings.ts'
import { endWith } from './end-with.ts'

const root = path.resolve(import.meta.dirname, '..')

await endWith(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'without-files': { type: 'boolean' } },
  })
  const config = loadSettings(root, false)
  const file = path.resolve(
    positionals[0] ?? path.join(config.DATA_DIR, 'backups', `tain-${stampOf(new Date())}.ndjson.gz`),
  )
  await mkdir(path.dirname(file), { recursive: true })
  const db = connectDatabase(config)
  const store = values['without-files'] ? null : openFileStore(config)
  const unfinished = `${file}.part`
  try {
    let sum: SiteSum | undefined
    const lines = async function* () {
      const dump = dumpSite(db, store)
      for (let next = await dump.next(); ; next = await dump.next()) {
        if (next.done) {
          sum = next.value
          return
        }
        yield `${next.value}\n`
      }
    }
    // It holds conversations and password hashes: for its owner only. On the disk before it gets its name.
    const out = createWriteStream(unfinished, { mode: 0o600, flush: true })
    await pipeline(Readable.from(lines(), { highWaterMark: 4 }), createGzip(), out)
    await rename(unfinished, file)
    console.log(`\n  Wrote ${file}`)
    if (sum) tell(sum)
  } finally {
    await rm(unfinished, { force: true })
    await db.destroy()
  }
})

/** As `20261127-101500`, in UTC. */
function stampOf(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:]/g, '')
    .replace('T', '-')
}

function tell({ rows, files, sha256 }: SiteSum): void {
  for (const [table, count] of Object.entries(rows))
    if (count > 0) console.log(`    ${table.padEnd(16)}${count}`)
  if (files)
    console.log(`  With the bytes of ${files.count} files (${(files.bytes / 1024 ** 2).toFixed(1)} MB).`)
  else console.log('  Without the bytes of files.')
  if (files && files.missing > 0) {
    console.log(
      `  ! Of ${files.missing} files the bytes were not to be found; docs/files.md says where they lie.`,
    )
  }
  console.log(`  SHA-256 of the content: ${sha256}\n`)
}
