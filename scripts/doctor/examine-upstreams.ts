import type { Config } from '#lib/config.ts'
import { type KeySetting, maskKey } from '#lib/gateway/keys/parse-keys.ts'
import { classify, type Verdict } from '#lib/gateway/outcome/classify.ts'
import { errorWords } from '#lib/gateway/outcome/error-body.ts'
import type { UpstreamAddress } from '#lib/gateway/upstreams/parse-upstreams.ts'
import { supplySettings } from '#lib/gateway-config.ts'
import { chatModelOf, forwardsKeys, upstreamOf } from '#lib/upstream-config.ts'
import { type ClockReading, type Finding, findingsAbout } from './finding.ts'
import { unreachable } from './unreachable.ts'

const { well, remark, wrong } = findingsAbout('Upstream')

const TIMEOUT_MS = 10_000
/** So many keys are tried at each upstream. */
const MOST_KEYS = 5

interface Examined {
  findings: Finding[]
  clocks: ClockReading[]
}

/** Asks every upstream for its models, with each key that may be sent there. */
export async function examineUpstreams(config: Config): Promise<Examined> {
  const { upstreams, keys } = supplySettings(config)
  if (upstreams.length === 0) {
    if (upstreamOf(config).kind !== 'demo') return { findings: [], clocks: [] }
    return {
      findings: [
        remark(
          'There is no key, so the site answers from its labelled demo.',
          'Set OPENAI_API_KEY, or OPENAI_BASE_URL for a compatible server (docs/gateway.md).',
        ),
      ],
      clocks: [],
    }
  }
  const examined = await Promise.all(upstreams.map((upstream) => examineUpstream(config, upstream, keys)))
  return {
    findings: examined.flatMap(({ findings }) => findings),
    clocks: examined.flatMap(({ clocks }) => clocks),
  }
}

async function examineUpstream(
  config: Config,
  upstream: UpstreamAddress,
  keys: readonly KeySetting[],
): Promise<Examined> {
  const bound = keys.filter((key) => key.upstream === upstream.name)
  const own = bound.length > 0 ? bound : keys.filter((key) => key.upstream === undefined)
  const asked = own.length > 0 ? own.slice(0, MOST_KEYS) : [undefined]
  const answers = await Promise.all(asked.map((key) => ask(config, upstream, key)))
  const findings = answers.map(({ finding }) => finding)
  if (own.length > MOST_KEYS)
    findings.push(remark(`${upstream.name}: ${own.length - MOST_KEYS} more keys were not tried.`))
  const clocks = answers.flatMap(({ clock }) => clock ?? []).slice(0, 1)
  return { findings, clocks }
}

interface Asked {
  finding: Finding
  clock?: ClockReading
}

async function ask(config: Config, upstream: UpstreamAddress, key: KeySetting | undefined): Promise<Asked> {
  const url = `${upstream.origin}${upstream.basePath}/models`
  const name = key ? `${upstream.name} with ${maskKey(key.secret)}` : upstream.name
  const headers: Record<string, string> = { ...(key && { authorization: `Bearer ${key.secret}` }) }
  if (config.RELAY_SECRET !== undefined && !/[./]openai\.com$/i.test(new URL(url).hostname)) {
    headers['x-tain-relay-secret'] = config.RELAY_SECRET
  }
  const startedMs = Date.now()
  try {
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body = (await response.text()).slice(0, 1 << 20)
    const tookMs = Date.now() - startedMs
    const finding = judge(config, { name, url, response, body, tookMs, hasKey: key !== undefined })
    const serverMs = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(serverMs)) return { finding }
    return { finding, clock: { whose: upstream.name, aheadMs: serverMs - (startedMs + tookMs / 2) } }
  } catch (error) {
    const { says, advice } = unreachable(new URL(url), error, TIMEOUT_MS)
    return { finding: wrong(`${name}: ${says}.`, advice) }
  }
}

interface Heard {
  name: string
  url: string
  response: Response
  body: string
  tookMs: number
  hasKey: boolean
}

function judge(config: Config, heard: Heard): Finding {
  const { name, url, response, body, tookMs, hasKey } = heard
  const { status } = response
  const verdict = classify({ method: 'GET', status, headers: [...response.headers].flat(), body })
  if (verdict.reason === 'answered' && status < 300) return judgeModels(config, name, body, tookMs)
  if (!hasKey && status === 401 && forwardsKeys(config)) {
    return well(`${name} is there (${tookMs} ms) and wants the caller's own key, as a relay's upstream does.`)
  }
  if (status === 404 || (status >= 300 && status < 400)) {
    return wrong(
      `${name} has no API at ${url} (status ${status}).`,
      'Does the address lack /v1, or lead to a web page?',
    )
  }
  const [says, advice] = WORDS[verdict.reason] ?? [
    `refused with status ${status}`,
    'Its own words may be in the log.',
  ]
  const state = verdict.reason === 'rate-limited' || verdict.reason === 'not-permitted' ? remark : wrong
  return state(`${name} ${says}${ofRegion(verdict, body)}.`, advice)
}

const ofRegion = ({ reason }: Verdict, body: string) =>
  reason === 'upstream-refused' ? ` (${errorWords(body).code || 'no reason that a program can read'})` : ''

const WORDS: Partial<Record<Verdict['reason'], [says: string, advice: string]>> = {
  'key-rejected': ['says that the key is void', 'Make a new one and set it; the old one serves nobody.'],
  'not-permitted': [
    'does not let this key list models',
    'A restricted key may still answer questions; give it “Models: read” so that the chat can offer a list.',
  ],
  'out-of-quota': ['says that the account has no quota left', 'Add credit, or use a key of another account.'],
  'rate-limited': ['is limiting this key at the moment', 'More keys: docs/gateway.md.'],
  'upstream-refused': [
    'did not hear the request: something on the way, or its rule about regions, refused it',
    'If the region is not served, send requests by a relay elsewhere (docs/regions.md); if it is a relay, compare RELAY_SECRET.',
  ],
  'upstream-overloaded': ['is overloaded', 'Look again in a minute.'],
  'upstream-failed': ['failed', 'Look again in a minute, and at its status page.'],
}

function judgeModels(config: Config, name: string, body: string, tookMs: number): Finding {
  const ids = modelIds(body)
  if (!ids)
    return wrong(
      `${name} answered in ${tookMs} ms with something that is no list of models.`,
      'Is it an OpenAI-compatible API?',
    )
  const model = chatModelOf(config)
  if (model !== undefined && ids.length > 0 && !ids.includes(model)) {
    return remark(
      `${name} answered in ${tookMs} ms, and ${model}, the chat's model, is not among its ${ids.length} models.`,
      'Set OPENAI_MODEL or MODELS to what it has.',
    )
  }
  return well(`${name} answered in ${tookMs} ms with ${ids.length} models.`)
}

function modelIds(body: string): string[] | undefined {
  try {
    const { data } = JSON.parse(body)
    return Array.isArray(data) ? data.map(({ id }) => String(id)) : undefined
  } catch {
    return undefined
  }
}
