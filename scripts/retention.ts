// `npm run retention`: says what is due to be erased; `npm run retention -- erase` erases it now, as the site does every hour.
import path from 'node:path'
import { openFileStore } from '#lib/chat/files/open-file-store.ts'
import { openDatabase } from '#lib/db/database.ts'
import type { ErasedKind } from '#lib/housekeeping/erased-counts.ts'
import { keepHouse } from '#lib/housekeeping/keep-house.ts'
import { whatExpires } from '#lib/housekeeping/what-expires.ts'
import { loadSettings } from '#server/settings.ts'
import { endWith } from './end-with.ts'

const root = path.resolve(import.meta.dirname, '..')

const names: Record<ErasedKind, string> = {
  unusedConversations: 'conversations that nobody used',
  deletedConversations: 'deleted conversations',
  guests: 'guests, with everything of theirs',
  files: 'files',
  rawResponses: 'raw responses',
  shares: 'shared links',
  records: 'reports and notes',
  traces: 'past sessions, links and wrong tries',
}

await endWith(async () => {
  const [wanted, ...more] = process.argv.slice(2)
  if (more.length > 0 || (wanted !== undefined && wanted !== 'erase')) {
    throw new Error(
      'Say `npm run retention` to see what is due, or `npm run retention -- erase` to erase it.',
    )
  }
  const config = loadSettings(root, false)
  const db = await openDatabase(config)
  try {
    const expiries = whatExpires(config, openFileStore(config))
    if (wanted === undefined) {
      const due: Partial<Record<ErasedKind, number>> = {}
      for (const { kind, expiring } of expiries) {
        due[kind] = (due[kind] ?? 0) + (await expiring.count(db, Date.now()))
      }
      tell('Due; nothing was erased', due)
      return
    }
    const end = new AbortController()
    process.once('SIGINT', () => end.abort())
    const result = await keepHouse(db, { expiries, signal: end.signal, isForced: true })
    if (!('erased' in result)) throw new Error('The site, or another process, is erasing at this moment.')
    tell(result.outcome === 'done' ? 'Erased' : 'Stopped; erased so far', result.erased)
  } finally {
    await db.destroy()
  }
})

function tell(title: string, counts: Partial<Record<ErasedKind, number>>): void {
  console.log(`\n  ${title}:`)
  const rows = Object.entries(names).flatMap(([kind, name]) => {
    const count = counts[kind as ErasedKind] ?? 0 // a key of `names`
    return count > 0 ? [`    ${String(count).padStart(8)}  ${name}`] : []
  })
  console.log(`${rows.length > 0 ? rows.join('\n') : '           nothing'}\n`)
}
