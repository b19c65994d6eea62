/** One thing the doctor looked at: well, worth knowing, or wrong. Sentences for the operator, without secrets. */
export interface Finding {
  state: 'well' | 'remark' | 'wrong'
  about:
    | 'Machine'
    | 'Settings'
    | 'Keys'
    | 'Upstream'
    | 'Database'
    | 'Redis'
    | 'Clock'
    | 'Mail'
    | 'Sign-in'
    | 'Site'
  /** What is so. */
  says: string
  /** What to do about it. */
  advice?: string
}

/** Builds findings about one thing. */
export const findingsAbout = (about: Finding['about']) => ({
  well: (says: string): Finding => ({ state: 'well', about, says }),
  remark: (says: string, advice?: string): Finding => ({
    state: 'remark',
    about,
    says,
    ...(advice && { advice }),
  }),
  wrong: (says: string, advice?: string): Finding => ({
    state: 'wrong',
    about,
    says,
    ...(advice && { advice }),
  }),
})

/** How far another clock is ahead of this one, in milliseconds; both ends of a question are known, so half of it is waiting. */
export interface ClockReading {
  whose: string
  aheadMs: number
}
