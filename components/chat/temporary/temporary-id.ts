import { newId } from '../state/new-id.ts'

const PREFIX = 'temporary:'

/** The id of a chat that lives in this page alone: no request carries it, and nothing under it is kept in the browser. */
export const newTemporaryId = () => PREFIX + newId()

export const isTemporary = (conversationId: string | null) => conversationId?.startsWith(PREFIX) ?? false
