import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFrameBatch } from '#components/chat/state/frame-batch.ts'

const FRAME_MS = 16

/** What flushes have taken, beside the time that tests let pass. */
let spent = 0

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => setTimeout(callback, FRAME_MS))
  vi.stubGlobal('cancelAnimationFrame', clearTimeout)
  spent = 0
  const clock = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => clock() + spent)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** A batch whose flushes hold up the page for `tookMs`, and when they happened. */
function batchOf(tookMs: number) {
  const flushedAt: number[] = []
  const batch = createFrameBatch(() => {
    flushedAt.push(performance.now())
    spent += tookMs
  })
  return { batch, flushedAt }
}

/** One that has just flushed, as it is in the middle of a stream. */
function busyBatchOf(tookMs: number) {
  const made = batchOf(tookMs)
  made.batch.schedule()
  vi.advanceTimersByTime(1)
  made.flushedAt.length = 0
  return made
}

test('what comes after a pause is flushed at once', () => {
  const { batch, flushedAt } = batchOf(0)
  batch.schedule()
  expect(flushedAt).toHaveLength(1)
  batch.schedule()
  expect(flushedAt).toHaveLength(1)
  vi.advanceTimersByTime(1_000)
  expect(flushedAt).toHaveLength(2)
  batch.schedule()
  expect(flushedAt).toHaveLength(3)
})

test('any number of requests become one flush in the next frame', () => {
  const { batch, flushedAt } = busyBatchOf(0)
  batch.schedule()
  batch.schedule()
  expect(flushedAt).toHaveLength(0)
  vi.advanceTimersByTime(FRAME_MS)
  expect(flushedAt).toHaveLength(1)
  vi.advanceTimersByTime(FRAME_MS)
  expect(flushedAt).toHaveLength(1)
})

test('a frame that took long is followed by a rest of twice its time', () => {
  const { batch, flushedAt } = batchOf(50)
  batch.schedule()
  vi.advanceTimersByTime(FRAME_MS)
  vi.advanceTimersByTime(1)
  batch.schedule()
  vi.advanceTimersByTime(90)
  expect(flushedAt).toHaveLength(1)
  vi.advanceTimersByTime(40)
  expect(flushedAt).toHaveLength(2)
})

test('an end is not waited for, and flushes nothing twice', () => {
  const { batch, flushedAt } = batchOf(50)
  batch.schedule()
  vi.advanceTimersByTime(FRAME_MS)
  vi.advanceTimersByTime(1)
  batch.schedule()
  batch.flush()
  expect(flushedAt).toHaveLength(2)
  vi.advanceTimersByTime(1_000)
  expect(flushedAt).toHaveLength(2)
})

test('a hidden page, which gets no frames, is brought up to date all the same', () => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  const { batch, flushedAt } = busyBatchOf(0)
  batch.schedule()
  vi.advanceTimersByTime(500)
  expect(flushedAt).toHaveLength(1)
})
