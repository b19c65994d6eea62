import { expect, it } from 'vitest'
import { createObjectArchive } from '#server/gateway/object-archive.ts'
import { onEveryDatabase } from '../../support/databases.ts'
import { call } from './clients.ts'
import { startFetchCarrier, startNodeCarrier } from './hosts.ts'
import { keysSeen, startUpstreams, twoAccounts } from './supplies.ts'

const quiet = () => {}

onEveryDatabase('stored objects', (db) => {
  it('are known to the next process and to other instances', async () => {
    const upstreams = await startUpstreams(1)
    const [upstream] = upstreams.list
    if (!upstream) throw new Error('no upstream was started')
    const open = async (start = startNodeCarrier) => {
      const objectArchive = createObjectArchive(db(), quiet)
      const host = await start({
        upstreams: upstreams.settings,
        keys: twoAccounts,
        lent: { objectArchive },
      })
      const close = async () => {
        await host.close()
        await objectArchive.close()
      }
      return { ...host, close }
    }
    const json = { 'content-type': 'application/json' }
    const first = await open()
    const made: { id: string; key: string | undefined }[] = []
    for (let i = 0; i < 6; i++) {
      const ask = JSON.stringify({ model: 'tain-demo', input: 'x' })
      const { body } = await call(first, '/v1/responses', { body: ask, headers: json })
      made.push({ id: JSON.parse(body.toString()).id, key: keysSeen(upstream).at(-1) })
    }
    expect(new Set(made.map(({ key }) => key)).size).toBe(2)
    await first.close()

    for (const start of [startNodeCarrier, startFetchCarrier]) {
      const next = await open(start)
      for (const { id, key } of made) {
        await call(next, `/v1/responses/${id}`)
        const ask = JSON.stringify({ model: 'tain-demo', previous_response_id: id, input: 'go on' })
        await call(next, '/v1/responses', { body: ask, headers: json })
        expect(keysSeen(upstream).slice(-2)).toEqual([key, key])
      }
      await next.close()
    }
    await upstreams.close()
  })

  it('keep their first account, and what nobody could ask for by itself is not kept', async () => {
    const archive = createObjectArchive(db(), quiet)
    archive.save('a', ['file-first1'])
    archive.save('b', ['file-first1', 'file-second'])
    // Not written yet, and found all the same.
    expect(await archive.find(['file-none00', 'file-first1'])).toBe('a')
    await archive.close()
    const other = createObjectArchive(db(), quiet)
    other.save('b', ['file-first1'])
    await other.close()
    const rows = await db().selectFrom('upstream_object').select(['id', 'account']).execute()
    expect(rows).toEqual(
      expect.arrayContaining([
        { id: 'file-first1', account: 'a' },
        { id: 'file-second', account: 'b' },
      ]),
    )
    expect(rows.filter(({ id }) => id.startsWith('msg_'))).toEqual([])
  })

  it('that cannot be looked up or written stop no request', async () => {
    const events: string[] = []
    const broken = new Proxy(db(), {
      get() {
        throw new Error('the database is away')
      },
    })
    const archive = createObjectArchive(broken, (_level, event) => events.push(event))
    archive.save('a', ['file-lost00'])
    await archive.close()
    expect(await archive.find(['file-lost00'])).toBeUndefined()
    expect(events).toEqual(['objects_not_saved', 'objects_not_found'])
  })
})
