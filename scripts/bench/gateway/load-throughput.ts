import { Connection } from './connection.ts'
import { endOrLate, FaultCount, type Faults, faultOf, passedMs, type Target } from './load-run.ts'
import { cpuSecondsOf } from './process-usage.ts'
import { callBytes } from './traffic.ts'

export interface Throughput {
  faults: Faults
  requests: number
  seconds: number
  /** Of the proxy, within those seconds; NaN where unknown. */
  cpuSeconds: number
}

/** A closed loop: `connections` callers, each of which sends the next request when it has its answer. */
export async function measureThroughput(
  target: Target,
  options: { connections: number; warmUpSeconds: number; seconds: number },
): Promise<Throughput> {
  const { port, pid } = target
  const request = callBytes(target)
  const faults = new FaultCount()
  const allIdle = Promise.withResolvers<void>()
  let answers = 0
  let running = options.connections
  let isOver = false

  const rest = () => {
    if (--running === 0) allIdle.resolve()
  }
  const callers = Array.from({ length: options.connections }, () => {
    const connection: Connection = new Connection(port, {
      onAnswer: (message) => {
        answers++
        faults.add(faultOf(message))
        if (isOver) rest()
        else connection.send(request)
      },
      // Who fails does not come back, or a refused connection would be tried for ever.
      onFailure: (why) => {
        faults.add(why)
        rest()
      },
    })
    return connection
  })
  for (const caller of callers) caller.send(request)

  await passedMs(options.warmUpSeconds * 1000)
  const before = { answers, atMs: performance.now(), cpuSeconds: cpuSecondsOf(pid) }
  await passedMs(options.seconds * 1000)
  const result = {
    faults,
    requests: answers - before.answers,
    seconds: (performance.now() - before.atMs) / 1000,
    cpuSeconds: cpuSecondsOf(pid) - before.cpuSeconds,
  }
  isOver = true
  await endOrLate(allIdle.promise, () => faults.add(`${running} requests were never answered`))
  for (const caller of callers) caller.close()
  return result
}
