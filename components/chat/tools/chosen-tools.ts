import type { HostedTool } from '#lib/chat/hosted-tools.ts'
import { noteChange } from '../state/changes-under-way.ts'
import { type ChatState, withConversation } from '../state/chat-state.ts'
import type { ChatStore } from '../state/chat-store.ts'

const NONE: readonly HostedTool[] = []

/** The tools that are switched on in a conversation, or for the next one. */
export function chosenTools(state: ChatState, conversationId: string | null): readonly HostedTool[] {
  const conversation = state.conversations.find(({ id }) => id === conversationId)
  return conversation ? (conversation.settings.tools ?? NONE) : state.newTools
}

/** The newest change that is on its way to the site. */
let last: Promise<unknown> = Promise.resolve()

/** Switches a tool on or off, in a conversation or for the next one. Shown at once, and taken back where it was not stored. */
export async function switchTool(
  store: ChatStore,
  conversationId: string | null,
  tool: HostedTool,
): Promise<void> {
  const state = store.getState()
  const before = chosenTools(state, conversationId)
  const tools = before.includes(tool) ? before.filter((other) => other !== tool) : [...before, tool]
  const seen = state.conversations.find(({ id }) => id === conversationId)
  if (!seen) return store.update((now) => ({ ...now, newTools: tools }))
  const show = (settings: typeof seen.settings) =>
    store.update((now) => {
      const current = now.conversations.find(({ id }) => id === seen.id)
      return current ? withConversation(now, { ...current, settings }) : now
    })
  show({ ...seen.settings, tools: [...tools] })
  // One after the other: of two at once the first could be stored last. The next question waits for them.
  const stored = last.then(async () => {
    const { changeSettings } = await import('../state/conversation-actions.ts')
    const current = store.getState().conversations.find(({ id }) => id === seen.id) ?? seen
    return await changeSettings(store, current, { tools: tools.length > 0 ? [...tools] : null })
  })
  last = stored.catch(() => undefined)
  const isSaved = await noteChange(stored)
  if (isSaved) return
  show(seen.settings)
  store.update((now) => ({ ...now, notice: { kind: 'notSaved' } }))
}
