import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDemoUpstream, type DemoUpstream } from '#server/demo-upstream/demo-upstream.ts'
import { answer, on } from '#server/demo-upstream/script-steps.ts'
import { createSiteClient, newQuestion, readRun } from '#tests/support/site-client.ts'
import { MIB, type ProbedSite, settingsFor, startProbedSite } from './sites.ts'

/** What the chat may hold of one answer that never ends a line, unpacked or not: trust.md checks 14 and 20. */
const ROOM_BYTES = 64 * MIB
const SENT_BYTES = 256 * MIB
const chatPath = { path: /\/(responses|chat\/completions)$/ }

let upstream: DemoUpstream
let probed: ProbedSite
beforeAll(async () => {
  upstream = await createDemoUpstream({ tokensPerSecond: Number.POSITIVE_INFINITY })
})
beforeEach(async () => {
  probed = await startProbedSite(settingsFor(upstream.url))
  await readRun(createSiteClient(probed.site.url).send(newQuestion()))
})
afterEach(async () => {
  upstream.reset()
  await probed.site.stop()
})
afterAll(() => upstream.close())

/** The largest that the process was while a question was answered with that. */
async function growthDuring(): Promise<number> {
  const before = (await probed.state()).rssBytes
  const state = { over: false }
  let most = before
  const watching = (async () => {
    while (!state.over) {
      most = Math.max(most, (await probed.state()).rssBytes)
      await sleep(250)
    }
  })()
  const { end } = await readRun(createSiteClient(probed.site.url).send(newQuestion()))
  expect(end).not.toMatchObject({ status: 'complete' })
  state.over = true
  await watching
  return most - before
}

describe('the chat’s own parser', () => {
  it('gives up on a line that does not end', { timeout: 60_000 }, async () => {
    const piece = 'x'.repeat(MIB)
    const line = function* () {
      yield 'data: '
      for (let sent = 0; sent < SENT_BYTES; sent += MIB) yield piece
      yield '\n\n'
    }
    upstream.script(on(chatPath, answer.sse(line())))
    expect(await growthDuring()).toBeLessThan(ROOM_BYTES)
  })

  it('gives up on a stream that unpacks to far more than it was', { timeout: 60_000 }, async () => {
    const bomb = gzipSync(Buffer.alloc(SENT_BYTES, 'x'))
    upstream.script(on(chatPath, answer.sse([bomb], { headers: [['content-encoding', 'gzip']] })))
    expect(await growthDuring()).toBeLessThan(ROOM_BYTES)
  })

  it('gives up on an error that unpacks to far more than it was', { timeout: 60_000 }, async () => {
    const bomb = gzipSync(Buffer.alloc(SENT_BYTES, ' '))
    const headers = [
      ['content-encoding', 'gzip'],
      ['content-type', 'application/json'],
    ] as const
    upstream.script(on(chatPath, answer.body(bomb, { status: 400, headers })))
    expect(await growthDuring()).toBeLessThan(ROOM_BYTES)
  })
})
