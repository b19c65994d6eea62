import { percentiles } from '../statistics.ts'
import { Connection } from './connection.ts'
import { endOrLate, FaultCount, type Faults, passedMs, type Target } from './load-run.ts'
import { statusOf } from './message-reader.ts'
import { cpuSecondsOf, residentBytesOf } from './process-usage.ts'
import { StreamReader } from './stream-reader.ts'
import { callBytes, EVENT_PERIOD_MS, streamQuery } from './traffic.ts'

export interface StreamsResult {
  faults: Faults
  streams: number
  /** Of all streams, from first to last. */
  events: number
  /** The rest is about the time in which all streams ran. */
  steadyEvents: number
  p50Ms: number
  p99Ms: number
  cpuSeconds: number
  residentBytes: number
}

/** Streams are opened over this time, as a server's queue of new connections is short. */
const OPENING_MS = 1_000
/** The last stream must have begun, and the first must not have ended, for all to run. */
const MARGIN_MS = 500
const LAST_EVENTS_MS = 15_000

/** Opens `streams` at once and keeps them for `seconds` while all of them run. */
export async function measureStreams(
  target: Target,
  options: { streams: number; seconds: number },
): Promise<StreamsResult> {
  const { streams } = options
  const steadyMs = options.seconds * 1000
  const eventsEach = Math.ceil((OPENING_MS + MARGIN_MS + steadyMs + MARGIN_MS) / EVENT_PERIOD_MS)
  const request = callBytes({ ...target, query: streamQuery(eventsEach) })
  const faults = new FaultCount()
  const delaysUs: number[] = []
  const allEnded = Promise.withResolvers<void>()
  let events = 0
  let ended = 0
  let isSteady = false

  const onEvent = (atUs: number, arrivedUs: number) => {
    events++
    if (isSteady) delaysUs.push(arrivedUs - atUs)
  }
  const end = (fault: string | undefined) => {
    faults.add(fault)
    if (isSteady) faults.add('a stream ended before its time')
    if (++ended === streams) allEnded.resolve()
  }
  const open = () => {
    const reader = new StreamReader(eventsEach, onEvent)
    const connection = new Connection(target.port, {
      onContent: (piece) => reader.push(piece),
      onAnswer: ({ head }) => {
        end(statusOf(head) === 200 ? reader.fault() : `status ${statusOf(head)}`)
        connection.close()
      },
      onFailure: (why) => end(`${why} after ${reader.fault() ?? 'all events'}`),
    })
    connection.send(request)
  }

  await openEvenly(streams, OPENING_MS, open)
  await passedMs(MARGIN_MS)
  isSteady = true
  const cpuBefore = cpuSecondsOf(target.pid)
  await passedMs(steadyMs)
  isSteady = false
  const cpuSeconds = cpuSecondsOf(target.pid) - cpuBefore
  const residentBytes = residentBytesOf(target.pid)
  await endOrLate(
    allEnded.promise,
    () => faults.add(`${streams - ended} streams never ended`),
    LAST_EVENTS_MS,
  )
  if (events !== streams * eventsEach) faults.add(`${events} events instead of ${streams * eventsEach}`)

  const [p50Us = 0, p99Us = 0] = percentiles(delaysUs, [50, 99])
  const steadyEvents = delaysUs.length
  return {
    faults,
    streams,
    events,
    steadyEvents,
    p50Ms: p50Us / 1000,
    p99Ms: p99Us / 1000,
    cpuSeconds,
    residentBytes,
  }
}

async function openEvenly(count: number, overMs: number, open: () => void): Promise<void> {
  const startMs = performance.now()
  for (let opened = 0; opened < count; await passedMs(1)) {
    const due = Math.min(count, Math.ceil((count * (performance.now() - startMs)) / overMs))
    for (; opened < due; opened++) open()
  }
}
