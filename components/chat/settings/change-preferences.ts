import { applyTextSize, applyTheme } from '#components/ui/appearance.ts'
import type { Preferences, PreferencesChange } from '#lib/chat/preferences.ts'
import { noteChange } from '../state/changes-under-way.ts'
import type { ChatStore } from '../state/chat-store.ts'
import { tellOtherTabs } from '../state/other-tabs.ts'
import { postJson, requestJson } from '../state/run-client.ts'

/** One change goes after the other: the first makes a visitor known to the site, and a later one is to be the last. */
let line: Promise<unknown> = Promise.resolve()

/** Shows a change at once and stores it. False when it could not be stored; then everything is as it was. */
export async function changePreferences(store: ChatStore, change: PreferencesChange): Promise<boolean> {
  const before = store.getState().preferences
  showPreferences(store, change)
  try {
    const init = { ...postJson(change, 'PATCH'), keepalive: true }
    const sent = noteChange(line.then(() => requestJson<Preferences>('/api/settings', init)))
    line = sent.catch(() => undefined)
    await sent
    tellOtherTabs({ kind: 'preferences', change })
    return true
  } catch {
    showPreferences(
      store,
      Object.fromEntries(Object.keys(change).map((name) => [name, before[name as keyof Preferences]])),
    )
    return false
  }
}

/** Looks so in this browser, in all its tabs; what the person prefers everywhere stays. */
export function chooseTheme(store: ChatStore, theme: Preferences['theme']): void {
  showPreferences(store, { theme })
  tellOtherTabs({ kind: 'preferences', change: { theme } })
}

/** Shows it in this page alone. */
export function showPreferences(store: ChatStore, change: PreferencesChange): void {
  store.update((state) => ({ ...state, preferences: { ...state.preferences, ...change } }))
  if (change.theme) applyTheme(change.theme)
  if (change.textSize) applyTextSize(change.textSize)
  const { model } = change
  if (model) store.update((state) => ({ ...state, newModel: model }))
}
