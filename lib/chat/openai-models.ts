import type { ModelFacts } from './model-facts.ts'

/**
 * What OpenAI's models can do, by family: its list of models says nothing but their names. As its pages of the models
 * had it in November 2026; the first pattern that fits counts. Prices change too often to be kept here.
 */
const chat = { vision: true, tools: true, hosted: true, reasoning: false } as const
const thinking = { vision: true, tools: true, hosted: true, reasoning: true } as const
const plain = { vision: false, tools: true, hosted: false } as const

const families: readonly [pattern: RegExp, facts: ModelFacts][] = [
  [/^gpt-5(\.\d+)?-chat/, { ...chat, contextTokens: 128_000 }],
  [/^gpt-5\.4-(mini|nano)/, { ...thinking, contextTokens: 400_000 }],
  // Of its sizes the smallest may have less.
  [/^gpt-5\.\d+-luna/, thinking],
  [/^gpt-(5\.[4-9]|[6-9])/, { ...thinking, contextTokens: 1_050_000 }],
  [/^gpt-5/, { ...thinking, contextTokens: 400_000 }],
  [/^gpt-4\.1/, { ...chat, contextTokens: 1_047_576 }],
  [/^(gpt-4o|chatgpt-4o|gpt-4-turbo)/, { ...chat, contextTokens: 128_000 }],
  [/^gpt-4/, { ...plain, reasoning: false, contextTokens: 8_192 }],
  [/^gpt-3\.5-turbo/, { ...plain, reasoning: false, contextTokens: 16_385 }],
  [/^(o3-mini|o1-mini)/, { ...plain, reasoning: true, contextTokens: 200_000 }],
  [/^o1(-|$)/, { ...thinking, hosted: false, contextTokens: 200_000 }],
  // What this site has built in for those without a key.
  [/^tain-demo$/, { tools: true, hosted: true, reasoning: true }],
  [/^tain-demo-fast$/, { tools: true, hosted: true, reasoning: false }],
  [/^o[1-9](-|$)/, { ...thinking, contextTokens: 200_000 }],
]

/** What is known of one of OpenAI's models; nothing for all others. */
export function openAiFacts(id: string): ModelFacts {
  return families.find(([pattern]) => pattern.test(id))?.[1] ?? {}
}

const NO_CHAT =
  /embed|whisper|transcri|translat|\btts\b|moderation|dall-e|\bimage|realtime|\blive\b|audio|\bsora\b|davinci|babbage|gpt-3\.5-turbo-instruct|computer-use|search-preview|rerank|deep-research/

/** Whether people can talk with it. Lists of models have those for sounds, images and vectors as well. */
export const isForChat = (id: string): boolean => !NO_CHAT.test(id)
