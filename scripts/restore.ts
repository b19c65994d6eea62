// `npm run restore -- file`: puts a backup into an empty database, and checks that it holds the same.
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import path from 'node:path'
import { createGunzip } from 'node:zlib'
import { openFileStore } from '#lib/chat/files/open-file-store.ts'
import { openDatabase } from '#lib/db/database.ts'
import { dumpSite } from '#lib/site-backup/dump-site.ts'
import { restoreSite } from '#lib/site-backup/restore-site.ts'
import { loadSettings } from '#server/settings.ts'
import { endWith } from './end-with.ts'

const root = path.resolve(import.meta.dirname, '..')

await endWith(async () => {
  const file = process.argv[2]
  if (!file) throw new Error('Name the backup: npm run restore -- path/to/tain-….ndjson.gz')
  await access(file).catch(() => {
    throw new Error(`There is no file ${file}.`)
  })
  const config = loadSettings(root, false)
  const db = await openDatabase(config)
  try {
    const store = openFileStore(config)
    const restored = await restoreSite(db, store, () => linesOf(file))
    const dump = dumpSite(db, restored.hasFiles ? store : null)
    let next = await dump.next()
    while (!next.done) next = await dump.next()
    if (next.value.sha256 !== restored.sha256) {
      throw new Error(
        'What was restored differs from the backup. Please report this, and do not use the database.',
      )
    }
    const { conversation = 0, message = 0, account = 0, file: files = 0 } = restored.rows
    console.log(
      `\n  Restored ${conversation} conversations with ${message} messages, and ${account} accounts.`,
    )
    if (next.value.files)
      console.log(`  The bytes of ${next.value.files.count} files are back in their place.`)
    else if (files > 0) console.log(`  The backup has no bytes of its ${files} files: docs/backup.md.`)
    console.log(`  SHA-256 of the content, as in the backup: ${restored.sha256}\n`)
  } finally {
    await db.destroy()
  }
})

async function* linesOf(file: string): AsyncGenerator<string> {
  const unpacked = createGunzip()
  const source = createReadStream(file)
  source.on('error', (error) => unpacked.destroy(error))
  const decoder = new TextDecoder('utf-8', { fatal: true })
  // A line may be many chunks long, and is put together once.
  let begun: string[] = []
  try {
    for await (const chunk of source.pipe(unpacked)) {
      const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n')
      begun.push(first)
      for (const next of others) {
        yield begun.join('')
        begun = [next]
      }
    }
  } catch (cause) {
    throw new Error('This backup is damaged; nothing was restored.', { cause })
  }
  if (begun.join('') !== '') throw new Error('This backup is cut off; nothing was restored.')
}
