import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Part } from '#lib/chat/contract.ts'
import { applyIncrement, type Increment } from '#lib/chat/parts.ts'
import { drainRuns, findLiveRun, LiveRun, registerRun, viewOf } from '#lib/chat/runs/live-runs.ts'
import { increments } from '#tests/support/increments.ts'
import { sampleMessage } from '#tests/support/samples.ts'

const answer = (id: string = crypto.randomUUID()) => sampleMessage({ id, status: 'running' })

const say = (text: string): Increment => ({ type: 'delta', kind: 'text', text })

/** What a reader holds after it took the message at `place` and followed to the end. */
async function read(run: LiveRun, place: number, parts: Part[]) {
  const places: number[] = []
  let end: string | undefined
  for await (const item of run.follow(place, new AbortController().signal)) {
    places.push(item.place)
    if (item.event.type === 'end') end = item.event.status
    else if (item.event.type !== 'preview') parts = applyIncrement(parts, item.event)
  }
  return { parts, places, end }
}

describe('a run and its readers', () => {
  it('gives every reader the whole answer, wherever it joined', async () => {
    await fc.assert(
      fc.asyncProperty(increments, fc.nat(), async (items, cut) => {
        const run = new LiveRun(answer())
        const joinAt = items.length === 0 ? 0 : cut % (items.length + 1)
        const early = read(run, 0, [])
        for (const increment of items.slice(0, joinAt)) run.grow(increment)
        const late = read(run, run.length, run.snapshot().parts)
        for (const increment of items.slice(joinAt)) run.grow(increment)
        run.end('complete', null, 'm')
        for (const reader of await Promise.all([early, late, read(run, 0, [])])) {
          expect(reader.parts).toEqual(run.snapshot().parts)
          expect(reader.end).toBe('complete')
          expect(reader.places).toEqual([...reader.places].sort((a, b) => a - b))
        }
      }),
      { numRuns: 10 },
    )
  })

  it('merges what arrived since the last event into one', async () => {
    const run = new LiveRun(answer())
    for (const text of 'abc') run.grow(say(text))
    run.end('complete', null, null)
    const events = []
    for await (const item of run.follow(0, new AbortController().signal)) events.push(item)
    expect(events).toEqual([
      { place: 3, event: { type: 'delta', kind: 'text', text: 'abc', begins: true } },
      { place: 4, event: { type: 'end', status: 'complete', error: null, model: null } },
    ])
  })

  it('lets a reader go without stopping the run', async () => {
    const run = new LiveRun(answer())
    const gone = new AbortController()
    const reading = (async () => {
      const seen = []
      for await (const item of run.follow(0, gone.signal)) seen.push(item)
      return seen
    })()
    gone.abort()
    expect(await reading).toEqual([])
    expect(run.signal.aborted).toBe(false)
  })

  it('keeps what only the provider wants for storing, and shows it to no reader', () => {
    const run = new LiveRun(answer())
    const meta = { openai: { itemId: 'rs_1', encrypted: 'x' } }
    run.grow({ type: 'delta', kind: 'reasoning', text: '', begins: true })
    run.annotate(0, meta)
    run.grow(say('Hello'))
    expect(run.parts).toEqual([
      { type: 'reasoning', text: '', meta },
      { type: 'text', text: 'Hello' },
    ])
    expect(run.snapshot().parts).toEqual([{ type: 'text', text: 'Hello' }])
    const goesOn = new LiveRun({ ...answer(), parts: run.parts }, 1)
    goesOn.grow(say(', you'))
    expect(goesOn.length).toBe('Hello, you'.length)
    expect(goesOn.parts).toEqual([
      { type: 'reasoning', text: '', meta },
      { type: 'text', text: 'Hello, you' },
    ])
  })

  it('ignores what comes after the end', () => {
    const run = new LiveRun(answer())
    run.grow(say('kept'))
    run.end('stopped', null, null)
    run.grow(say(' dropped'))
    expect(run.snapshot().parts).toEqual([{ type: 'text', text: 'kept' }])
  })

  it('is found while it lasts, and shows messages as they stand', async () => {
    const stored = answer()
    const run = new LiveRun(stored)
    registerRun(run)
    run.grow(say('so far'))
    expect(findLiveRun(stored.id)).toBe(run)
    expect(viewOf(stored).parts).toEqual([{ type: 'text', text: 'so far' }])
    run.end('complete', null, null)
    await run.finished
    expect(findLiveRun(stored.id)).toBeUndefined()
  })

  it('drains: finished runs are waited for, the rest are told to stop as interrupted', async () => {
    const quick = new LiveRun(answer())
    const slow = new LiveRun(answer())
    registerRun(quick)
    registerRun(slow)
    slow.signal.addEventListener('abort', () => slow.end('interrupted', null, null))
    quick.end('complete', null, null)
    expect(await drainRuns(20)).toEqual({ interrupted: 1 })
    expect(slow.signal.reason).toBe('interrupted')
  })
})
