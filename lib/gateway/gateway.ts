import type { Exchange } from './exchange.ts'
import { createGate, type Gate } from './gate.ts'
import { draftLine, type GatewayEventLog, type GatewayLog, type LogEnding, writeLine } from './gateway-log.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import { valuesOf } from './headers.ts'
import { type Caller, createIdentify, type Identify, type IdentityTools } from './identity.ts'
import type { KeyEvent } from './keys/key-events.ts'
import type { ObjectArchive } from './keys/stored-objects.ts'
import type { LimitStore, Release } from './limits/limits.ts'
import { createMemoryStore } from './limits/memory-store.ts'
import type { Meter, Reservation } from './metering/meter.ts'
import { AnswerTail, usageIn } from './metering/token-usage.ts'
import { isRefusal, type Refusal, refusals } from './refusal.ts'
import { send, type Watcher } from './sending.ts'
import { createSupply, type Supply } from './supply.ts'
import { type DeniedPaths, parseTarget, type Target } from './target.ts'

/** What all requests share. */
export interface Gateway {
  readonly identify: Identify
  readonly gate: Gate
  readonly meter: Meter | undefined
  readonly supply: Supply
  readonly deniedPaths: DeniedPaths
  readonly maxBodyBytes: number
  readonly log: GatewayLog
}

/** What a host lends. */
export interface GatewayTools extends IdentityTools {
  log: GatewayLog
  /** Hears what the operator should know about keys and accounts. */
  tell?: GatewayEventLog
  /** Where limits are counted; this process's memory when absent. */
  limitStore?: LimitStore
  /** Quotas of callers; nobody is metered when absent. */
  meter?: Meter
  /** Remembers which account made which stored object; this process's memory alone when absent. */
  objectArchive?: ObjectArchive
}

/** Prepares what all requests share. */
export function createGateway(settings: GatewaySettings, tools: GatewayTools): Gateway {
  const { log, tell, meter, limitStore = createMemoryStore() } = tools
  return {
    identify: createIdentify({ ...settings, keyless: settings.keys.length === 0 }, tools),
    gate: createGate(settings, limitStore, tools.findCaller !== undefined),
    meter,
    supply: createSupply(
      settings,
      (event) => tell?.(levelOf(event), 'gateway_key', eventFields(event)),
      tools.objectArchive,
    ),
    deniedPaths: settings.deniedPaths ?? [],
    maxBodyBytes: settings.maxBodyBytes ?? Number.POSITIVE_INFINITY,
    log,
  }
}

/** A request's way through the gateway, top to bottom. Resolves when it is over; never rejects. */
export async function serve(exchange: Exchange, gateway: Gateway): Promise<void> {
  const { head } = exchange
  const line = draftLine(head.method)
  let release: Release | undefined
  let booking: Booking | undefined
  const settle = (ending: LogEnding) => {
    booking?.settle(ending, line.startedMs)
    writeLine(gateway.log, line, ending)
  }
  const refuse = (refusal: Refusal, more?: Pick<LogEnding, 'cause' | 'bytesIn'>) => {
    exchange.refuse(refusal)
    const end = refusal.status === 499 ? 'left' : 'refused'
    settle({ end, status: refusal.status, code: refusal.code, ...more })
  }
  try {
    const target = parseTarget(head.target, gateway.deniedPaths)
    if (isRefusal(target)) return refuse(target)
    line.route = target.route

    const caller = await gateway.identify(head.headers)
    if (!isRefusal(caller)) line.caller = caller.kind
    const denied = gateway.gate.admit(head, caller)
    if (denied) return refuse(denied)

    const place = await gateway.gate.limit(head, caller)
    if (isRefusal(place)) return refuse(place)
    release = place
    if (isRefusal(caller)) return refuse(caller)
    const announcedBytes = Number(valuesOf(head.headers, 'content-length')[0])
    if (announcedBytes > gateway.maxBodyBytes) return refuse(refusals.bodyTooLarge(gateway.maxBodyBytes))
    const booked = gateway.meter && (await book(gateway.meter, caller, exchange, target))
    if (booked && isRefusal(booked)) return refuse(booked)
    booking = booked

    const sent = await send(exchange, { target, caller, booking }, gateway.supply, line)
    if (sent.end !== 'unanswered') return settle(sent)
    refuse(sent.refusal, { cause: sent.cause, bytesIn: sent.bytesIn })
  } catch (error) {
    refuse(refusals.internal(), { cause: error instanceof Error ? error.name : 'unknown' })
  } finally {
    release?.()
  }
}

/** A reservation, and what is needed to settle it. */
class Booking implements Watcher {
  readonly isBodyRead: boolean
  readonly #tail = new AnswerTail()
  readonly #reservation: Reservation

  constructor(reservation: Reservation, isBodyRead: boolean) {
    this.#reservation = reservation
    this.isBodyRead = isBodyRead
  }

  add(chunk: Uint8Array): void {
    this.#tail.add(chunk)
    this.#reservation.watch?.(chunk)
  }

  settle({ status, end, bytesIn = 0, bytesOut = 0 }: LogEnding, startedMs: number): void {
    const durationMs = Math.round(performance.now() - startedMs)
    const usage = usageIn(this.#tail.text())
    this.#reservation.settle({ status, end, bytesIn, bytesOut, durationMs, usage })
  }
}

async function book(meter: Meter, caller: Caller, exchange: Exchange, { rest, route }: Target) {
  const { method, headers } = exchange.head
  const announced = valuesOf(headers, 'content-length')[0]
  let isBodyRead = false
  const reserved = await meter.reserve(caller, {
    method,
    route,
    path: rest.split('?', 1)[0] ?? '',
    announcedBytes: announced === undefined ? undefined : Number(announced),
    isSocket: valuesOf(headers, 'upgrade').length > 0,
    isAside: caller.kind === 'chat' && valuesOf(headers, ASIDE_HEADER).length > 0,
    peekBody(minBytes) {
      isBodyRead = true
      return exchange.peekBody(minBytes)
    },
  })
  return reserved && !isRefusal(reserved) ? new Booking(reserved, isBodyRead) : reserved
}

/** With which the chat marks what nobody asked for. Like every `x-tain-` header it never goes upstream. */
const ASIDE_HEADER = 'x-tain-aside'

const levelOf = ({ event }: KeyEvent) =>
  event === 'key-rejected' || event === 'account-out-of-quota' ? 'error' : 'info'

/** The model is not written: it is a caller's word. The status page shows it. */
const eventFields = ({ event, account, key, forMs }: KeyEvent) => ({
  code: event,
  account,
  key,
  ...(forMs !== undefined && { durationMs: forMs }),
})
