/** What a step of `npm test` found. `output` is shown only when something failed, `note` always. */
export interface Outcome {
  passed: number
  failed: number
  skipped: number
  note?: string
  output?: string
}

export interface Step {
  name: string
  about: string
  needsBuild?: true
  run(): Promise<Outcome>
}

export const passed = (note?: string): Outcome => ({ passed: 1, failed: 0, skipped: 0, note })

export const failed = (output: string | undefined, note?: string): Outcome => ({
  passed: 0,
  failed: 1,
  skipped: 0,
  note,
  output,
})

/** Something that cannot run here. `reason` says why and is shown. */
export const skipped = (reason: string): Outcome => ({
  passed: 0,
  failed: 0,
  skipped: 1,
  note: `skipped: ${reason}`,
  output: reason,
})

/** Adds counts up; notes and outputs are joined. */
export function sum(outcomes: readonly Outcome[]): Outcome {
  const add = (key: 'passed' | 'failed' | 'skipped') =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0)
  const join = (key: 'note' | 'output', separator: string) =>
    outcomes
      .map((outcome) => outcome[key])
      .filter(Boolean)
      .join(separator) || undefined
  return {
    passed: add('passed'),
    failed: add('failed'),
    skipped: add('skipped'),
    note: join('note', '; '),
    output: join('output', '\n'),
  }
}
