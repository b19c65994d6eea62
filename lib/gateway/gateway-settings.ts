import type { AdmissionRules } from './admission/admission.ts'
import type { Network } from './admission/networks.ts'
import type { KeySetting } from './keys/parse-keys.ts'
import type { Rate } from './limits/rate.ts'
import type { RequestRules } from './limits/request-limits.ts'
import type { DeniedPaths } from './target.ts'
import type { FallbackModels } from './upstreams/fallback-models.ts'
import type { UpstreamAddress } from './upstreams/parse-upstreams.ts'

/** Where requests go and with what; the part of the settings that can be replaced while requests run. */
export interface SupplySettings {
  upstreams: readonly UpstreamAddress[]
  keys: readonly KeySetting[]
}

/** What a gateway needs to know, as plain values: whoever starts it read them from somewhere. */
export interface GatewaySettings extends SupplySettings {
  /** Of each account; no limit when absent. */
  keyRate?: Rate | 'off'
  /** Upstream serves nobody without a key, so callers without one are refused when the site has none either. */
  requiresKey?: boolean
  /** Nothing to protect (the demo upstream): any credential is accepted, and none, and nobody is limited. */
  open: boolean
  /** Tokens of other programs. */
  tokens: readonly string[]
  /** Verifies chat tokens; without it none is accepted. */
  chatSecret?: string
  /** Callers may bring their own upstream key. */
  byok?: boolean
  /** Without keys: only who carries it is served, with his own key. It is sent to upstreams other than OpenAI. */
  relaySecret?: string
  /** How long upstream may stay silent, before its answer begins and between two chunks. */
  idleTimeoutMs: number
  /** How long a connection to upstream (name, TCP, TLS) may take. */
  connectTimeoutMs: number
  /** Of a request; no limit when absent. */
  maxBodyBytes?: number
  /** Beside the administrative ones, which nobody can allow. */
  deniedPaths?: DeniedPaths
  /** Who may come; everybody when absent. */
  admission?: AdmissionRules
  /** How much; without limits when absent. */
  limits?: RequestRules
  /** Whose word about the caller's address is taken; nobody's when absent. */
  trustedProxies?: readonly Network[]
  /** The header in which they give it, in lower case. */
  clientIpHeader?: string
  /** A request that upstream may have processed is repeated all the same. */
  retryAmbiguous?: boolean
  /** For callers that allow it. */
  fallbackModels?: FallbackModels
}
