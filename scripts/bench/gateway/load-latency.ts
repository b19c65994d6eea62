import { openLoop, percentiles } from '../statistics.ts'
import { Connection } from './connection.ts'
import { endOrLate, FaultCount, type Faults, faultOf, passedMs, type Target } from './load-run.ts'
import { startTicking } from './ticker.ts'
import { callBytes } from './traffic.ts'

export interface Latency {
  faults: Faults
  requests: number
  p50Ms: number
  p99Ms: number
  maxMs: number
}

/**
 * An open loop: requests are sent when they are due, however the ones before fare, on as many connections as that
 * takes. Each latency counts from the time a request was due, so a pause of the proxy is charged to every request that
 * would have come in it.
 */
export async function measureLatency(
  target: Target,
  options: { perSecond: number; warmUpSeconds: number; seconds: number },
): Promise<Latency> {
  const request = callBytes(target)
  const faults = new FaultCount()
  const schedule = openLoop(performance.now(), options.perSecond, options.warmUpSeconds + options.seconds)
  const firstMeasured = Math.round(options.warmUpSeconds * options.perSecond)
  const latenciesMs: number[] = []
  const allDone = Promise.withResolvers<void>()
  const free: Caller[] = []
  const callers: Caller[] = []
  let sent = 0
  let done = 0

  const finish = (caller: Caller, fault: string | undefined) => {
    faults.add(fault)
    if (caller.index >= firstMeasured) latenciesMs.push(performance.now() - schedule.dueAtMs(caller.index))
    if (++done === schedule.count) allDone.resolve()
  }
  const sendDue = () => {
    for (const due = schedule.dueBy(performance.now()); sent < due; sent++) {
      const caller = free.pop() ?? newCaller(target.port, callers, free, finish)
      caller.index = sent
      caller.connection.send(request)
    }
  }
  const stopTicking = startTicking(1000 / options.perSecond, sendDue)
  await passedMs((options.warmUpSeconds + options.seconds) * 1000)
  sendDue()
  await endOrLate(allDone.promise, () => faults.add(`${schedule.count - done} requests were never answered`))
  await stopTicking()
  for (const { connection } of callers) connection.close()
  const [p50Ms = 0, p99Ms = 0, maxMs = 0] = percentiles(latenciesMs, [50, 99, 100])
  return { faults, requests: latenciesMs.length, p50Ms, p99Ms, maxMs }
}

interface Caller {
  connection: Connection
  /** Of the request that it has sent. */
  index: number
}

function newCaller(
  port: number,
  callers: Caller[],
  free: Caller[],
  finish: (caller: Caller, fault: string | undefined) => void,
): Caller {
  const caller: Caller = {
    index: -1,
    connection: new Connection(port, {
      onAnswer: (message) => {
        finish(caller, faultOf(message))
        free.push(caller)
      },
      onFailure: (why) => finish(caller, why),
    }),
  }
  callers.push(caller)
  return caller
}
