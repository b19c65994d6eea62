import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSseParser } from '#components/chat/state/sse-parser.ts'
import type { RunEvent } from '#lib/chat/contract.ts'
import { applyIncrement, type Increment, type Part } from '#lib/chat/parts.ts'
import { LiveRun, registerRun } from '#lib/chat/runs/live-runs.ts'
import { lengthOf } from '#lib/chat/runs/run-place.ts'
import { finishRun, saveProgress, storeTurn } from '#lib/chat/runs/run-store.ts'
import { attachRun } from '#lib/chat/runs/run-stream.ts'
import type { Database } from '#lib/db/schema.ts'
import { onEveryDatabase } from '#tests/support/databases.ts'
import { increments } from '#tests/support/increments.ts'
import { newQuestion } from '#tests/support/site-client.ts'

const OWNER = 'an-owner'

/** An answer that the test writes, at this instance (a live run) or at another one (rows only). */
async function startAnswer(db: Database, where: 'here' | 'elsewhere') {
  const request = newQuestion()
  const { run, answer } = await storeTurn(db, OWNER, request, Date.now())
  if (!run) throw new Error('the turn was stored before')
  const live = new LiveRun(answer, run.number)
  if (where === 'here') registerRun(live)
  const parts = () => live.snapshot().parts
  return {
    id: answer.id,
    parts,
    async write(increment: Increment) {
      live.grow(increment)
      if (where === 'elsewhere') await saveProgress(db, run.id, { parts: parts(), seq: live.length })
    },
    async end() {
      const end = { status: 'complete' as const, error: null, model: 'm' }
      await finishRun(db, run.id, { ...end, parts: parts(), seq: live.length })
      live.end(end.status, end.error, end.model)
    },
  }
}

/** A page: what it holds of an answer, over any number of connections. */
function createReader(db: Database, answerId: string) {
  const held = { parts: [] as Part[], after: undefined as number | undefined, status: 'running' }
  const told: RunEvent['type'][] = []
  /** Reads one connection until `maxBytes` have come, then breaks it, inside an event or a character as it falls. */
  async function connect(maxBytes: number): Promise<void> {
    const stream = await attachRun(db, OWNER, answerId, held.after)
    if (!stream) throw new Error('there is no such answer')
    const parse = createSseParser(({ id, data }) => {
      const event: RunEvent = JSON.parse(data)
      held.after = Number(id)
      told.push(event.type)
      if (event.type === 'start') held.parts = event.message.parts
      else if (event.type === 'end') held.status = event.status
      else if (event.type !== 'preview') held.parts = applyIncrement(held.parts, event)
    })
    let left = maxBytes
    for await (const bytes of stream) {
      parse(bytes.subarray(0, left))
      left -= bytes.length
      if (left <= 0) return
    }
  }
  return { held, told, connect }
}

const say = (text: string): Increment => ({ type: 'delta', kind: 'text', text })
const cuts = fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 12 })

onEveryDatabase('a reader whose connection breaks at any byte', (db) => {
  it.each(['here', 'elsewhere'] as const)(
    'misses and doubles nothing of an answer written %s',
    async (where) => {
      await fc.assert(
        fc.asyncProperty(increments, cuts, async (written, cutAt) => {
          const answer = await startAnswer(db(), where)
          const reader = createReader(db(), answer.id)
          const writing = (async () => {
            for (const increment of written) {
              await answer.write(increment)
              await new Promise(setImmediate)
            }
            await answer.end()
          })()
          for (const maxBytes of cutAt) if (reader.held.status === 'running') await reader.connect(maxBytes)
          while (reader.held.status === 'running') await reader.connect(Number.POSITIVE_INFINITY)
          await writing
          expect(reader.held.parts).toEqual(answer.parts())
        }),
        { numRuns: where === 'here' ? 25 : 6 },
      )
    },
  )

  it('pays for what it missed, not for what it has', async () => {
    const answer = await startAnswer(db(), 'here')
    await answer.write(say('x'.repeat(100_000)))
    const reader = createReader(db(), answer.id)
    Object.assign(reader.held, { parts: answer.parts(), after: 100_000 })
    await answer.write(say('the rest'))
    await answer.end()
    const stream = await attachRun(db(), OWNER, answer.id, reader.held.after)
    expect((await new Response(stream).bytes()).length).toBeLessThan(1_000)
    await reader.connect(Number.POSITIVE_INFINITY)
    expect(reader.told).toEqual(['delta', 'end'])
    expect(reader.held.parts).toEqual(answer.parts())
  })

  it('that saw more than survived a crash, or another run, is given what there is', async () => {
    const answer = await startAnswer(db(), 'elsewhere')
    await answer.write(say('Kept'))
    await answer.end()
    for (const after of [lengthOf(answer.parts()) + 3, 5_000_000_000]) {
      const reader = createReader(db(), answer.id)
      reader.held.after = after
      await reader.connect(Number.POSITIVE_INFINITY)
      expect(reader.told).toEqual(['start', 'end'])
      expect(reader.held.parts).toEqual([{ type: 'text', text: 'Kept' }])
    }
  })
})
