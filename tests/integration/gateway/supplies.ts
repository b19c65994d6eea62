import type { KeySetting } from '#lib/gateway/keys/parse-keys.ts'
import {
  createDemoUpstream,
  type DemoUpstream,
  type ScriptStep,
} from '#server/demo-upstream/demo-upstream.ts'
import { upstreamAt } from './hosts.ts'

/** Keys that may appear nowhere but in upstream's `authorization`. */
export const KEYS = {
  a: 'sk-canary-aaaaaaaaaaaaaaaaaaaa',
  b: 'sk-canary-bbbbbbbbbbbbbbbbbbbb',
} as const

/** Two accounts with a key each. */
export const twoAccounts: KeySetting[] = [
  { account: 'a', secret: KEYS.a },
  { account: 'b', secret: KEYS.b },
]

/** Several upstreams, called `one`, `two` …, and what they received. */
export interface UpstreamGroup {
  list: DemoUpstream[]
  settings: ReturnType<typeof upstreamAt>[]
  /** The next request, wherever it goes, gets this; only one does. */
  scriptFirst(step: ScriptStep): void
  /** Every request gets this. */
  scriptAll(step: ScriptStep): void
  /** How many requests came, in all. */
  count(): number
  reset(): void
  close(): Promise<void>
}

const NAMES = ['one', 'two', 'three']

export async function startUpstreams(count: number): Promise<UpstreamGroup> {
  const options = { tokensPerSecond: Number.POSITIVE_INFINITY }
  const list = await Promise.all(Array.from({ length: count }, () => createDemoUpstream(options)))
  return {
    list,
    settings: list.map(({ url }, i) => upstreamAt(NAMES[i] ?? '', url)),
    scriptFirst(step) {
      let isTaken = false
      const match = () => {
        const isFirst = !isTaken
        isTaken = true
        return isFirst
      }
      for (const upstream of list) upstream.script({ ...step, match })
    },
    scriptAll(step) {
      for (const upstream of list) upstream.script({ ...step, times: Number.POSITIVE_INFINITY })
    },
    count: () => list.reduce((sum, { received }) => sum + received.length, 0),
    reset() {
      for (const upstream of list) upstream.reset()
    },
    async close() {
      await Promise.all(list.map((upstream) => upstream.close()))
    },
  }
}

/** The keys that requests were sent with, in order of arrival at this upstream. */
export const keysSeen = ({ received }: DemoUpstream) =>
  received.map(({ headers }) => headers.authorization?.replace('Bearer ', ''))
