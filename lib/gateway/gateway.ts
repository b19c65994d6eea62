import type { Exchange } from './exchange.ts'
import { createGate, type Gate } from './gate.ts'
import { draftLine, type GatewayEventLog, type GatewayLog, type LogEnding, writeLine } from './gateway-log.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import { valuesOf } from './headers.ts'
import { createIdentify, type Identify, type Sha256 } from './identity.ts'
import type { KeyEvent } from './keys/key-pool.ts'
import type { LimitStore, Release } from './limits/limits.ts'
import { createMemoryStore } from './limits/memory-store.ts'
import { isRefusal, type Refusal, refusals } from './refusal.ts'
import { send } from './sending.ts'
import { createSupply, type Supply } from './supply.ts'
import { type DeniedPaths, parseTarget } from './target.ts'

/** What all requests share. */
export interface Gateway {
  readonly identify: Identify
  readonly gate: Gate
  readonly supply: Supply
  readonly deniedPaths: DeniedPaths
  readonly maxBodyBytes: number
  readonly log: GatewayLog
}

/** What a host lends. */
export interface GatewayTools {
  log: GatewayLog
  /** Hears what the operator should know about keys and accounts. */
  tell?: GatewayEventLog
  /** Where the host has a faster one than Web Crypto's. */
  sha256?: Sha256
  /** Where limits are counted; this process's memory when absent. */
  limitStore?: LimitStore
}

/** Prepares what all requests share. */
export function createGateway(settings: GatewaySettings, tools: GatewayTools): Gateway {
  const { log, tell, sha256, limitStore = createMemoryStore() } = tools
  return {
    identify: createIdentify({ ...settings, keyless: settings.keys.length === 0 }, sha256),
    gate: createGate(settings, limitStore),
    supply: createSupply(settings, (event) => tell?.(levelOf(event), 'gateway_key', eventFields(event))),
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
  const settle = (ending: LogEnding) => writeLine(gateway.log, line, ending)
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

    const sent = await send(exchange, { target, caller }, gateway.supply, line)
    if (sent.end !== 'unanswered') return settle(sent)
    refuse(sent.refusal, { cause: sent.cause, bytesIn: sent.bytesIn })
  } catch (error) {
    refuse(refusals.internal(), { cause: error instanceof Error ? error.name : 'unknown' })
  } finally {
    release?.()
  }
}

const levelOf = ({ event }: KeyEvent) =>
  event === 'key-rejected' || event === 'account-out-of-quota' ? 'error' : 'info'

const eventFields = ({ event, account, key, forMs }: KeyEvent) => ({
  code: event,
  account,
  key,
  ...(forMs !== undefined && { durationMs: forMs }),
})
