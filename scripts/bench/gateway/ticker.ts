import { Worker } from 'node:worker_threads'

/** Sleeps to the fraction of a millisecond, which timers of the event loop cannot, and without spinning. */
const TICKER = `
const { parentPort, workerData: everyMs } = require('node:worker_threads')
const cell = new Int32Array(new SharedArrayBuffer(4))
for (let dueMs = performance.now() + everyMs; ; dueMs += everyMs) {
  const waitMs = dueMs - performance.now()
  if (waitMs > 0) Atomics.wait(cell, 0, 0, waitMs)
  parentPort.postMessage(0)
}
`

/** Calls `act` every so many milliseconds, late by tens of microseconds, until the returned function is called. */
export function startTicking(everyMs: number, act: () => void): () => Promise<void> {
  const worker = new Worker(TICKER, { eval: true, workerData: everyMs })
  worker.on('message', act)
  return async () => {
    worker.off('message', act)
    await worker.terminate()
  }
}
