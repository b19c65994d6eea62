/** A file in this folder whose name ends in `.bench.ts` exports one of these as `bench`; `npm run bench` runs them. */
export interface Bench {
  name: string
  about: string
  /** Measures and returns the lines to print. Throws, with a sentence, what it cannot measure here. */
  run(): Promise<string[]>
}
