/** A question that moderation did not simply let pass, as those who run the site see it: why, and never its text. */
export interface ModerationNote {
  id: string
  /** `passed`: nobody could look at it, and it was asked all the same. */
  action: 'refused' | 'passed'
  /** Who looked: upstream's model, the operator's list, or nobody, because neither could. */
  by: 'upstream' | 'local' | 'nobody'
  model: string | null
  /** Upstream's names, or `words` for the list. */
  categories: readonly string[]
  /** Whose question it was; a guest's name is empty, and so is that of somebody who is gone. */
  owner: { id: string; name: string }
  createdAt: number
}

/** One page of them, newest first. */
export interface ModerationPage {
  notes: readonly ModerationNote[]
  /** What to ask for to see those before; null at the end. */
  older: string | null
}

/** How much there was within a time. */
export interface ModerationCounts {
  refused: number
  passed: number
  people: number
}
