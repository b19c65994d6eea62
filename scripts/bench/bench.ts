/** What `npm run bench` was asked for. */
export interface BenchOptions {
  /** How often each candidate is measured; what is printed is the median. */
  rounds: number
  /** For how long, in all rounds together, all streams of a candidate run. */
  streamSeconds: number
}

/** A file in this folder whose name ends in `.bench.ts` exports one of these as `bench`; `npm run bench` runs them. */
export interface Bench {
  name: string
  about: string
  /** Measures and returns the lines to print. Throws, with a sentence, what it cannot measure here. */
  run(options: BenchOptions): Promise<string[]>
}
