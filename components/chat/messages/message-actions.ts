import type { FilePart } from '#lib/chat/parts.ts'

/** What a message can ask the page for; its functions keep their identity. */
export interface MessageActions {
  /** Asks again, `model` or that of the conversation. */
  regenerate(questionId: string, model?: string): void
  /** Goes on with an answer that was stopped or broke off. */
  continueAnswer(answerId: string): void
  showBranch(messageId: string): void
  /** Opens a question for being asked differently. */
  edit(questionId: string): void
  /** Asks something else in a question's place; the question and what followed stay as a branch. What is being written is stopped. */
  askInstead(questionId: string, text: string, files: readonly FilePart[]): void | Promise<void>
  /** Leaves the page where it is, though something above its end changes its height. */
  stay(): void
  askInNewChat(questionId: string): void
}
