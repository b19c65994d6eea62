import { type Address, bucketOf } from './admission/address.ts'
import { type Admit, createAdmission } from './admission/admission.ts'
import { clientAddress, type ProxyRules } from './admission/client-address.ts'
import { createNetworkSet } from './admission/networks.ts'
import type { RequestHead } from './exchange.ts'
import type { GatewaySettings } from './gateway-settings.ts'
import { type Caller, isTrusted } from './identity.ts'
import { createLimits, type LimitStore, type Release } from './limits/limits.ts'
import { createRequestLimits, type LimitRequest } from './limits/request-limits.ts'
import { isRefusal, type Refusal } from './refusal.ts'

/** Who may come, and how much. `caller` is a refusal for those who showed nothing that is valid here. */
export interface Gate {
  /** The refusal of the operator's rules, or undefined. */
  admit(head: RequestHead, caller: Caller | Refusal): Refusal | undefined
  /** A place for one running request, to be given back when it has ended, or the refusal of a limit. */
  limit(head: RequestHead, caller: Caller | Refusal): Promise<Release | Refusal> | Release
}

const NOBODY_SPECIAL = { allowNetworks: [], denyNetworks: [], denyUserAgents: [] }

/**
 * Builds the gate. Where nothing has to be protected, user agents do not matter and nothing is counted. `hasOwnRules`:
 * some callers may have limits although the settings have none.
 */
export function createGate(settings: GatewaySettings, store: LimitStore, hasOwnRules = false): Gate {
  const { open, limits, admission = NOBODY_SPECIAL } = settings
  const rules = open ? { ...admission, denyUserAgents: [] } : admission
  const isUnlimited =
    open ||
    !limits ||
    (!hasOwnRules &&
      [limits.addressRate, limits.callerRate, limits.callerStreams].every((it) => it === 'off'))
  return new RulesAndLimits(
    {
      admit: createAdmission(rules),
      // The chat's own calls come from this very machine, whoever it is that chats.
      admitChat: createAdmission({ ...rules, allowNetworks: [], denyNetworks: [] }),
      looksAtNetworks: rules.allowNetworks.length + rules.denyNetworks.length > 0,
    },
    isUnlimited ? undefined : createRequestLimits(limits, createLimits(store)),
    {
      trustedProxies: createNetworkSet(settings.trustedProxies ?? []),
      clientIpHeader: settings.clientIpHeader,
    },
  )
}

interface Rules {
  admit: Admit
  admitChat: Admit
  looksAtNetworks: boolean
}

class RulesAndLimits implements Gate {
  readonly #rules: Rules
  readonly #limit: LimitRequest | undefined
  readonly #proxies: ProxyRules

  constructor(rules: Rules, limit: LimitRequest | undefined, proxies: ProxyRules) {
    this.#rules = rules
    this.#limit = limit
    this.#proxies = proxies
  }

  admit(head: RequestHead, caller: Caller | Refusal): Refusal | undefined {
    const { method, headers } = head
    const hasValidToken = !isRefusal(caller) && isTrusted(caller)
    const isChat = !isRefusal(caller) && caller.kind === 'chat'
    const address = this.#rules.looksAtNetworks && !isChat ? this.#addressOf(head) : undefined
    const admit = isChat ? this.#rules.admitChat : this.#rules.admit
    return admit({ method, headers, address, hasValidToken })
  }

  limit(head: RequestHead, caller: Caller | Refusal): Promise<Release | Refusal> | Release {
    if (!this.#limit) return NOTHING_TO_RELEASE
    // Who tries tokens pays for it by his address.
    if (isRefusal(caller) || !isTrusted(caller)) {
      return this.#limit({ addressBucket: bucketOf(this.#addressOf(head)) })
    }
    return this.#limit({ caller: `${caller.kind}:${caller.id}`, rules: caller.limits, addressBucket: '' })
  }

  #addressOf({ socketAddress, headers }: RequestHead): Address | undefined {
    return clientAddress({ socketAddress, headers }, this.#proxies)
  }
}

const NOTHING_TO_RELEASE: Release = () => {}
