import { performance } from 'node:perf_hooks'
import { createRedisLimitStore } from '#server/gateway/redis-limit-store.ts'

/**
 * One instance of the site in a process of its own, whose clock is wrong: it asks for the same key as fast as it can
 * and counts what is allowed. The parent sends `go`, later `stop`, and gets the count.
 */
const { url, skewMs, key, rate, workers } = JSON.parse(process.argv[2] ?? '{}')

const dateNow = Date.now.bind(Date)
Date.now = () => dateNow() + skewMs
const performanceNow = performance.now.bind(performance)
performance.now = () => performanceNow() + skewMs

const store = createRedisLimitStore({
  url,
  timeoutMs: 5000,
  log: (_, event) => process.send?.({ event }),
})

let allowed = 0
let asked = 0
let running = true
const machineMs = () => Number(process.hrtime.bigint() / 1000n) / 1000

async function work(): Promise<void> {
  while (running) {
    const decision = await store.take(key, rate)
    asked++
    if (decision.allowed) allowed++
  }
}

process.on('message', async (message) => {
  if (message === 'go') {
    const firstMs = machineMs()
    await Promise.all(Array.from({ length: workers }, work))
    const lastMs = machineMs()
    store.close()
    process.send?.({ allowed, asked, firstMs, lastMs })
    process.disconnect?.()
  } else {
    running = false
  }
})

await store.take('warm-up', rate)
process.send?.({ ready: true })
