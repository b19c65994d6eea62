/** Which model may answer in place of another. Acyclic, so that going on always comes to an end. */
export type FallbackModels = ReadonlyMap<string, string>

const MODEL = /^[\w./:@+-]{1,128}$/

/**
 * Reads chains such as `a>b>c, d>c`: where a is limited b answers, where b is, c. A model has one successor.
 *
 * Throws a RangeError whose message completes a sentence that begins with the setting's name.
 */
export function parseFallbackModels(text: string): FallbackModels {
  const next = new Map<string, string>()
  const chains = text.split(',').map((chain) => chain.trim())
  for (const chain of chains) {
    if (chain === '') continue
    const models = chain.split('>').map((model) => model.trim())
    if (models.length < 2 || !models.every((model) => MODEL.test(model))) {
      throw new RangeError('must be chains of models such as large>medium>small, separated by commas')
    }
    models.slice(1).forEach((model, index) => {
      const before = models[index] ?? ''
      if ((next.get(before) ?? model) !== model) {
        throw new RangeError('must be chains in which no model is followed by two different ones')
      }
      next.set(before, model)
    })
  }
  if (hasCycle(next)) throw new RangeError('must be chains that never come back to a model')
  return next
}

function hasCycle(next: FallbackModels): boolean {
  for (const start of next.keys()) {
    let steps = 0
    for (let model = next.get(start); model !== undefined; model = next.get(model)) {
      if (model === start || ++steps > next.size) return true
    }
  }
  return false
}

/** The model to try when this one is rate-limited, by its exact name; undefined when there is none. */
export function nextModel(models: FallbackModels, model: string): string | undefined {
  return models.get(model)
}
