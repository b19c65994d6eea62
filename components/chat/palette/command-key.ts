import { useSyncExternalStore } from 'react'

/** The key of commands, as it is written on this computer's keyboard. For what is only ever rendered in a browser. */
export const COMMAND = /^(Mac|iP)/.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl'

const neverChanges = () => () => {}

/** {@link COMMAND} for what the server renders too, which knows no keyboard: undefined until the page is hydrated. */
export const useCommandKey = () =>
  useSyncExternalStore(
    neverChanges,
    () => COMMAND,
    () => undefined,
  )
