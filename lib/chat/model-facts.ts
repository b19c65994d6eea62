/** What is known of a model. What nobody told is left out, which is not the same as `false`. */
export interface ModelFacts {
  /** How people know it; without one its id is shown. */
  name?: string
  /** It reads images. */
  vision?: boolean
  /** It reads PDFs as they are, with their pictures. */
  pdf?: boolean
  /** It thinks before it answers. */
  reasoning?: boolean
  /** It can call tools. */
  tools?: boolean
  /** It can use those that OpenAI runs itself. */
  hosted?: boolean
  contextTokens?: number
  /** In US dollars for a million tokens. */
  price?: { input: number; output: number }
}

export interface Model extends ModelFacts {
  /** As upstream names it. */
  id: string
  /** Whoever asks for the list may not ask this model, and is shown it only because it is the default. */
  isForbidden?: true
}

/** What an operator has people choose from (`MODELS`). Without it, all that upstream lists are there to be chosen. */
export interface ModelOffer {
  /** In the operator's order, with what the operator says of them. */
  named: readonly Model[]
  /** Whether those that upstream lists beside them may be chosen as well (`*`). */
  others: boolean
}

/** `GET /api/models`: what a person can choose from, the best first. */
export interface ModelsAnswer {
  models: Model[]
  /** The model of whoever chooses none. */
  defaultId: string | null
  /** Upstream did not say which models it has, so there may be more. */
  isIncomplete: boolean
}

/** `gpt-5.4-mini` as it is written: `GPT-5.4 mini`. Other ids are shown as they are. */
export function modelTitle(id: string): string {
  const [, version, rest] = /^gpt-([^-]+)(?:-(.+))?$/.exec(id) ?? []
  return version === undefined ? id : `GPT-${version}${rest ? ` ${rest}` : ''}`
}
