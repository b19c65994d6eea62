import type { ModelFacts } from './model-facts.ts'

/** The tools that OpenAI runs itself in the Responses API and a conversation can switch on, in the order they are shown in. */
export const hostedTools = ['web_search', 'code_interpreter', 'image_generation'] as const
export type HostedTool = (typeof hostedTools)[number]

/** Whether a model of these facts has such tools; where nobody knows, upstream is to say. */
export const hasHostedTools = ({ hosted, tools }: ModelFacts): boolean => hosted !== false && tools !== false
